import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  type CheckpointDict,
  isDict,
  isTensor,
  parseCheckpoint,
  readCheckpoint,
  tensorsIn
} from '../../src/io/checkpoint/checkpoint.js'
import { type Problem, showProblem } from '../../src/io/problem/problem.js'
import { float32Of, readSafetensors } from '../../src/io/safetensors/safetensors.js'
import {
  call,
  dict,
  floats,
  int,
  join,
  legacy,
  list,
  long,
  metadata,
  named,
  none,
  ordered,
  pickle,
  tensor,
  text,
  tuple,
  type View,
  zipped
} from './pickled.js'

const right = <A>(e: E.Either<Problem, A>): A => {
  if (E.isLeft(e)) throw new Error(showProblem(e.left))
  return e.right
}
const told = (bytes: Uint8Array): string => {
  const result = parseCheckpoint('f', bytes)
  return E.isLeft(result) ? showProblem(result.left) : 'accepted'
}
const six = floats('s', 1, 2, 3, 4, 5, 6)
const whole: View = { key: 's', size: 6, shape: [2, 3], stride: [3, 1] }
const one = (view: Partial<View>): Uint8Array => dict([text('t'), tensor({ ...whole, ...view })])
const valuesOf = (bytes: Uint8Array): ReadonlyArray<number> => {
  const t = right(parseCheckpoint('f', bytes)).get('t')
  return isTensor(t) ? [...float32Of(t)] : []
}

const layouts = [
  ['legacy', legacy],
  ['zip', (value: Uint8Array, ...storages: Parameters<typeof zipped>[1]) => zipped(value, storages)]
] as const

describe.each(layouts)('a %s checkpoint', (_, write) => {
  it('is read as maps, arrays and tensors', () => {
    const value = dict(
      [
        text('net'),
        metadata(ordered([text('w'), tensor(whole)], [text('b'), tensor({ ...whole, shape: [6], stride: [1] })]))
      ],
      [text('state'), dict([long(140_234_567_890_123n), list(int(1), none, tuple(text('a')))])]
    )
    const read = right(parseCheckpoint('f', write(value, six)))
    expect([...read.keys()]).toEqual(['net', 'state'])
    expect(read.get('state')).toEqual(new Map([[140_234_567_890_123, [1, null, ['a']]]]))
    expect(tensorsIn(read).map(([path, { dtype, shape }]) => [path, dtype, shape])).toEqual([
      ['net.w', 'F32', [2, 3]],
      ['net.b', 'F32', [6]]
    ])
  })

  it('honours offsets and strides', () => {
    expect(valuesOf(write(one({}), six))).toEqual([1, 2, 3, 4, 5, 6])
    expect(valuesOf(write(one({ shape: [3, 2], stride: [1, 3] }), six))).toEqual([1, 4, 2, 5, 3, 6])
    expect(valuesOf(write(one({ shape: [2, 2], stride: [3, 2], offset: 0 }), six))).toEqual([1, 3, 4, 6])
    expect(valuesOf(write(one({ shape: [2], stride: [1], offset: 4 }), six))).toEqual([5, 6])
    expect(valuesOf(write(one({ shape: [2, 2], stride: [0, 1], offset: 2 }), six))).toEqual([3, 4, 3, 4])
    expect(valuesOf(write(one({ shape: [], stride: [], offset: 5 }), six))).toEqual([6])
    expect(valuesOf(write(one({ shape: [0, 3], stride: [3, 1], offset: 6 }), six))).toEqual([])
    expect(valuesOf(write(one({ shape: [1, 6], stride: [99, 1] }), six))).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('reads a storage that was part of another', () => {
    const part = tuple(text('view'), int(2), int(3))
    expect(valuesOf(write(one({ part, shape: [3], stride: [1] }), six))).toEqual([3, 4, 5])
    expect(told(write(one({ part, shape: [4], stride: [1] }), six))).toMatch(/storage of 3 elements/)
  })

  it('reads every type of elements', () => {
    const kinds = [
      ['Half', 'F16', 2],
      ['BFloat16', 'BF16', 2],
      ['Double', 'F64', 8],
      ['Long', 'I64', 8],
      ['Int', 'I32', 4],
      ['Short', 'I16', 2],
      ['Char', 'I8', 1],
      ['Byte', 'U8', 1],
      ['Bool', 'BOOL', 1]
    ] as const
    for (const [kind, dtype, width] of kinds) {
      const data = Uint8Array.from({ length: 2 * width }, (_, i) => i)
      const read = right(
        parseCheckpoint('f', write(one({ kind, size: 2, shape: [2], stride: [1] }), { key: 's', data, width }))
      )
      expect(read.get('t')).toEqual({ dtype, shape: [2], data })
    }
  })

  it('reads parameters', () => {
    const parameter = call(named('torch._utils', '_rebuild_parameter'), tensor(whole), join('\x88'), ordered())
    expect(valuesOf(write(dict([text('t'), parameter]), six))).toEqual([1, 2, 3, 4, 5, 6])
  })

  const refused: ReadonlyArray<readonly [string, Uint8Array, RegExp]> = [
    ['a view past its storage', one({ offset: 1 }), /inside a storage of 6 elements, got one that reaches element 6/],
    ['a huge view of little', one({ shape: [2 ** 30], stride: [0] }), /views that do not blow up the data/],
    ['too many elements', one({ shape: [2 ** 30, 2 ** 30], stride: [0, 0] }), /number of elements up to 2\^53/],
    ['a negative size', one({ shape: [-1], stride: [1] }), /whole number, got -1/],
    ['a negative stride', one({ shape: [2], stride: [-1], offset: 3 }), /whole number, got -1/],
    ['too few strides', one({ stride: [1] }), /2 strides, got 1/],
    ['a size that is not the storage', one({ size: 7 }), /7 elements|28 bytes/],
    [
      'a storage under two types',
      dict([text('a'), tensor(whole)], [text('b'), tensor({ ...whole, kind: 'Int' })]),
      /storage s as 6 of F32, got 6 of I32/
    ],
    [
      'a storage that is not there',
      one({ key: 'z' }),
      /each storage of the value once|the bytes of a storage, got nothing/
    ],
    ['a list', list(tensor(whole)), /a dictionary, got a list/],
    [
      'a name as a value',
      dict([text('t'), named('torch', 'FloatStorage')], [text('u'), tensor(whole)]),
      /got torch.FloatStorage/
    ],
    [
      'a value that holds itself',
      join('}q\x00(', text('t'), tensor(whole), text('a'), 'h\x00u'),
      /does not hold itself/
    ],
    [
      'deep nesting',
      dict([text('t'), tensor(whole)], [text('a'), join(...Array(200).fill(']'), ...Array(199).fill('a'))]),
      /at most 100 levels/
    ],
    [
      'what unfolds without end',
      dict([text('t'), tensor(whole)], [text('a'), join('K\x00', ...Array(40).fill('q\x00h\x00\x86'))]),
      /at most 1048576 values/
    ]
  ]
  it.each(refused)('with %s is refused', (_, value, words) => expect(told(write(value, six))).toMatch(words))
})

describe('a legacy checkpoint', () => {
  const good = legacy(one({}), six)
  const refused: ReadonlyArray<readonly [string, Uint8Array, RegExp]> = [
    ['another magic number', pickle(long(7n)), /magic number: expected the one of a PyTorch checkpoint, got 7/],
    ['nothing after the storages but bytes', join(good, 'x'), /the end of the file, got 1 bytes/],
    ['a storage cut short', good.subarray(0, good.length - 1), /24 bytes, got 23, where the file ends/],
    ['other files', Buffer.from('hello'), /byte 0: expected a checkpoint of PyTorch/],
    ['no bytes', new Uint8Array(), /byte 0: expected a checkpoint of PyTorch/],
    ['a storage given twice', legacy(one({}), six, six), /each storage of the value once, got "s"/],
    ['a storage left out', legacy(one({})), /storage s, got nothing/]
  ]
  it.each(refused)('refuses %s', (_, bytes, words) => expect(told(bytes)).toMatch(words))
})

describe('a zip checkpoint', () => {
  it('may be deflated', () => expect(valuesOf(zipped(one({}), [six], {}, 9))).toEqual([1, 2, 3, 4, 5, 6]))

  const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((b, i) => (i === at ? b ^ 1 : b))
  const good = zipped(one({}), [six])
  const place = Buffer.from(good).indexOf(Buffer.from(six.data))
  const bomb = zipped(
    one({ size: 2 ** 28, shape: [2 ** 28], stride: [1], kind: 'Byte' }),
    [{ key: 's', data: new Uint8Array(2 ** 28), width: 1 }],
    {},
    9
  )
  const refused: ReadonlyArray<readonly [string, Uint8Array, RegExp]> = [
    ['a changed byte', flipped(good, place), /x\/data\/s: expected the sum/],
    ['a bomb', bomb, /x\/data\/s: expected at most \d+ bytes, got 268435456/],
    [
      'big-endian data',
      zipped(one({}), [six], { 'x/byteorder': Buffer.from('big') }),
      /byteorder: expected little, got big/
    ],
    ['a TorchScript program', zipped(one({}), [six], { 'x/constants.pkl': pickle(none) }), /a TorchScript program/],
    ['two values', zipped(one({}), [six], { 'y/data.pkl': pickle(none) }), /one entry \*\/data.pkl.*got 2/],
    ['an archive cut short', good.subarray(0, good.length - 1), /the directory of a zip archive, got none/],
    ['an archive without a directory', join('PK\x03\x04'), /the directory of a zip archive, got none/]
  ]
  it.each(refused)('refuses %s', (_, bytes, words) => expect(told(bytes)).toMatch(words))
})

describe('shared files', () => {
  const golden = '../shared/golden/checkpoint'
  const skip = !existsSync(golden)
  const hashOf = (t: unknown): unknown => {
    if (!isTensor(t as never)) return t
    const { dtype, shape, data } = t as { dtype: string; shape: ReadonlyArray<number>; data: Uint8Array }
    return { dtype, shape, sha256: createHash('sha256').update(data).digest('hex') }
  }

  it.skipIf(skip).each(['legacy', 'zip'])(
    'the golden %s checkpoint holds what it should (needs ../shared/golden)',
    async (kind) => {
      const read = right(await readCheckpoint(pathOf(golden, `checkpoint-${kind}.pth.tar`))())
      const expected = right(await readSafetensors(pathOf(golden, 'expected.safetensors'))())
      const manifest = JSON.parse(readFileSync(pathOf(golden, 'manifest.json'), 'utf8'))
      expect([...read.keys()]).toEqual(manifest.keys)
      expect([read.get('epoch'), read.get('it')]).toEqual([manifest.epoch, manifest.it])
      const networks = ['generator', 'discriminator', 'kp_detector'].flatMap((n) => tensorsIn(read.get(n), n))
      expect(networks.map(([name]) => name).sort()).toEqual(Object.keys(expected.tensors).sort())
      for (const [name, t] of networks) expect(hashOf(t), name).toEqual(hashOf(expected.tensors[name]))
      for (const n of ['generator', 'discriminator', 'kp_detector'])
        checkOptimiser(read.get(`optimizer_${n}`), n, manifest)
    }
  )

  /** Holds the moments of an optimiser against [sum, sum of absolute values, first, last] of each, to ten digits. */
  const checkOptimiser = (value: unknown, name: string, manifest: any): void => {
    const optimiser = value as CheckpointDict
    const [group] = optimiser.get('param_groups') as ReadonlyArray<CheckpointDict>
    const { params, betas, ...rest } = Object.fromEntries(group ?? [])
    expect(betas).toEqual(manifest.param_group.betas)
    expect(rest).toMatchObject({ lr: manifest.param_group.lr, eps: manifest.param_group.eps })
    const state = optimiser.get('state') as CheckpointDict
    const order: ReadonlyArray<string> = manifest.order_of_optimizer_params[name]
    expect((params as ReadonlyArray<number>).length).toBe(order.length)
    ;(params as ReadonlyArray<number>).forEach((id, i) => {
      const moments = state.get(id)
      for (const moment of ['exp_avg', 'exp_avg_sq']) {
        const t = isDict(moments) ? moments.get(moment) : undefined
        const all = isTensor(t) ? Array.from(float32Of(t)) : []
        const sums = [all.reduce((a, x) => a + x, 0), all.reduce((a, x) => a + Math.abs(x), 0), all[0], all.at(-1)]
        const path = `optimizer_${name}.${moment}.${order[i]}`
        manifest.optimizer_tensors[path].forEach((due: number, j: number) => {
          expect(Math.abs((sums[j] ?? Number.NaN) - due), path).toBeLessThanOrEqual(
            1e-9 * Math.max(sums[1] ?? 0, 1e-30)
          )
        })
      }
    })
  }

  const shapes = '../shared/models/shapes.pth.tar'
  it.skipIf(!existsSync(shapes))('the trained checkpoint is read (needs ../shared/models)', async () => {
    const read = right(await readCheckpoint(shapes)())
    const count = (name: string): number =>
      tensorsIn(read.get(name))
        .filter(([path]) => !/running_|num_batches/.test(path))
        .reduce((n, [, { data }]) => n + data.length / 4, 0)
    expect([count('generator'), count('kp_detector'), count('discriminator')].map((n) => Math.round(n / 1e5))).toEqual([
      21, 10, 17
    ])
  })

  const evil = '../shared/media/hostile/evil.pkl'
  it.skipIf(!existsSync(evil))(
    'a pickle that would run a command is refused by name (needs ../shared/media)',
    async () => {
      const read = await readCheckpoint(evil)()
      expect(E.isLeft(read) && showProblem(read.left)).toMatch(/magic number byte \d+: .* got posix.system$/)
    }
  )
})
