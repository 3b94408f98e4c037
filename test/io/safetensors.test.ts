import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { writeAtomic } from '../../src/io/files/atomic.js'
import { type Problem, showProblem } from '../../src/io/problem/problem.js'
import {
  float32Of,
  halfOf,
  parse,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
  serialise,
  storedFloat32,
  writeSafetensors
} from '../../src/io/safetensors/safetensors.js'

const shared = '../shared'
const folder = mkdtempSync(join(tmpdir(), 'keyflow-safetensors-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A file with this header and so many bytes of data. */
const file = (header: unknown, data = 0): Uint8Array => {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const head = Buffer.alloc(8)
  head.writeBigUInt64LE(BigInt(text.length))
  return new Uint8Array(Buffer.concat([head, text, Buffer.alloc(data)]))
}

const right = <A>(e: E.Either<Problem, A>): A => {
  if (E.isLeft(e)) throw new Error(showProblem(e.left))
  return e.right
}
const leftText = (e: E.Either<Problem, unknown>): string => (E.isLeft(e) ? showProblem(e.left) : 'accepted')
const tensor = (begin: number, end: number, shape: ReadonlyArray<unknown> = [(end - begin) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end]
})

describe('parse', () => {
  it('reads tensors and strings', () => {
    const bytes = file({ __metadata__: { a: 'b' }, x: tensor(0, 8, [2, 1]), y: tensor(8, 12, []) }, 12)
    bytes.set(new Uint8Array(new Float32Array([1, -2, 3]).buffer), bytes.length - 12)
    const value = right(parse('f', bytes))
    expect(value.metadata).toEqual({ a: 'b' })
    expect(value.tensors.x?.shape).toEqual([2, 1])
    expect(float32Of(value.tensors.x!)).toEqual(new Float32Array([1, -2]))
    expect(float32Of(value.tensors.y!)).toEqual(new Float32Array([3]))
  })

  const refused: ReadonlyArray<readonly [string, Uint8Array, RegExp]> = [
    ['less than a length', new Uint8Array(7), /8 bytes of the header length.*7 bytes/],
    ['a header past the end', file('{}').subarray(0, 9), /a header that fits a file of 9 bytes, got 2 bytes/],
    ['a huge header', new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127, 123, 125]), /at most 100000000 bytes/],
    ['no JSON', file('{"a"'), /UTF-8 encoded JSON/],
    ['an array', file('[]'), /a JSON object/],
    ['bytes that are no UTF-8', file(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]).toString('latin1')), /JSON/],
    ['a key twice', file('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":1}'), /every key once/],
    ['deep nesting', file(`{"a":${'['.repeat(1e6)}`), /at most 3 levels/],
    ['a string without end', file(`{"a":"${'\\"'.repeat(1e6)}`), /JSON/],
    ['an unknown type', file({ a: tensor(0, 4, [1], 'F8') }, 4), /tensor "a".dtype: expected one of F32, .*, got "F8"/],
    ['a size that is no whole number', file({ a: tensor(0, 4, [1.5]) }, 4), /whole numbers, got \[1.5\]/],
    ['a negative size', file({ a: tensor(0, 4, [-1]) }, 4), /whole numbers, got \[-1\]/],
    ['a size past 2^53', file({ a: tensor(0, 4, [2 ** 53]) }, 4), /whole numbers/],
    ['a product past 2^53', file({ a: tensor(0, 4, [2 ** 40, 2 ** 40, 0]) }, 4), /a number of elements up to 2\^53/],
    ['a shape that does not match', file({ a: tensor(0, 4, [2]) }, 4), /8 bytes for F32 \[2\], got 4/],
    ['offsets out of order', file({ a: tensor(4, 0, [1]) }, 4), /two offsets in order/],
    ['offsets past the end', file({ a: tensor(0, 8) }, 4), /up to 4/],
    [
      'a hole',
      file({ a: tensor(0, 4), b: tensor(8, 12) }, 12),
      /tensor "b": expected data from byte 4, got from byte 8/
    ],
    ['an overlap', file({ a: tensor(0, 8), b: tensor(4, 8) }, 8), /tensor "b": expected data from byte 8/],
    ['bytes left over', file({ a: tensor(0, 4) }, 5), /data: expected 4 bytes, as the header says, got 5/],
    ['a number as metadata', file({ __metadata__: { n: 1 } }), /__metadata__."n": expected a string, got 1/],
    ['metadata that is no object', file({ __metadata__: 'a' }), /an object of strings/],
    [
      'a missing key',
      file({ a: { dtype: 'F32', shape: [] } }),
      /data_offsets: expected two whole numbers, got nothing/
    ],
    ['an unknown key', file({ a: { ...tensor(0, 0, [0]), more: 1 } }), /an unknown key/],
    ['half a surrogate pair', file('{"\\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'), /valid Unicode/]
  ]
  it.each(refused)('refuses %s', (_, bytes, words) => expect(leftText(parse('f', bytes))).toMatch(words))

  it('tells every problem', () => {
    const told = leftText(parse('f', file({ a: tensor(0, 4, [2]), b: tensor(0, 4, [1], 'X'), __metadata__: 3 }, 4)))
    expect(told.split('\n')).toHaveLength(3)
  })

  it('keeps names that mean something to JavaScript', () => {
    const bytes = file('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1)
    const { tensors } = right(parse('f', bytes))
    expect(Object.keys(tensors)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype)
    expect(right(serialise('f', { tensors, metadata: {} }))).toHaveLength(8 + 64 + 1)
  })
})

describe('serialise', () => {
  it('sorts, pads and aligns like the reference implementation', () => {
    const half: StoredTensor = { dtype: 'F16', shape: [1], data: halfOf(new Float32Array([1])) }
    const tensors = {
      h: half,
      b: storedFloat32([1], new Float32Array([2])),
      a: storedFloat32([], new Float32Array([3]))
    }
    const bytes = right(serialise('f', { tensors, metadata: { z: '1', y: '2' } }))
    const length = Number(Buffer.from(bytes).readBigUInt64LE())
    expect(length % 8).toBe(0)
    expect(
      Buffer.from(bytes.subarray(8, 8 + length))
        .toString()
        .trimEnd()
    ).toBe(
      '{"__metadata__":{"y":"2","z":"1"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
        '"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"h":{"dtype":"F16","shape":[1],"data_offsets":[8,10]}}'
    )
    expect(Buffer.from(bytes.subarray(8 + length)).toString('hex')).toBe('0000404000000040003c')
  })

  it('refuses what does not fit', () => {
    const wrong: StoredTensor = { dtype: 'F32', shape: [2], data: new Uint8Array(4) }
    const told = leftText(serialise('f', { tensors: { wrong, __metadata__: wrong }, metadata: {} }))
    expect(told).toMatch(/8 bytes for F32 \[2\], got 4/)
    expect(told).toMatch(/a name other than the reserved one/)
  })

  it('writes an empty file', () => expect(right(serialise('f', { tensors: {}, metadata: {} }))).toHaveLength(16))
})

describe('values', () => {
  const of = (dtype: StoredTensor['dtype'], array: ArrayBufferView): Float32Array =>
    float32Of({ dtype, shape: [], data: new Uint8Array(array.buffer) })

  it('widens every type', () => {
    expect(of('F64', new Float64Array([0.1, -1e300]))).toEqual(new Float32Array([0.1, Number.NEGATIVE_INFINITY]))
    expect(of('I64', new BigInt64Array([-3n, 2n ** 60n]))).toEqual(new Float32Array([-3, 2 ** 60]))
    expect(of('I32', new Int32Array([-3, 7]))).toEqual(new Float32Array([-3, 7]))
    expect(of('I16', new Int16Array([-300, 7]))).toEqual(new Float32Array([-300, 7]))
    expect(of('I8', new Int8Array([-3, 7]))).toEqual(new Float32Array([-3, 7]))
    expect(of('U8', new Uint8Array([200, 7]))).toEqual(new Float32Array([200, 7]))
    expect(of('BOOL', new Uint8Array([0, 2]))).toEqual(new Float32Array([0, 1]))
    expect(of('BF16', new Uint16Array([0x3f80, 0xc000, 0x7f80]))).toEqual(
      new Float32Array([1, -2, Number.POSITIVE_INFINITY])
    )
  })

  it('reads float32 that is not aligned', () => {
    const data = new Uint8Array(9)
    data.set(new Uint8Array(new Float32Array([1.5, -2]).buffer), 1)
    expect(float32Of({ dtype: 'F32', shape: [2], data: data.subarray(1) })).toEqual(new Float32Array([1.5, -2]))
    const buffer = Buffer.from(data).subarray(1)
    expect(float32Of({ dtype: 'F32', shape: [2], data: buffer })).toEqual(new Float32Array([1.5, -2]))
  })

  it('keeps every half precision number', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i)
    const values = of('F16', all)
    const back = new Uint16Array(halfOf(values).buffer)
    const strange = all.filter((h) => back[h] !== h && !Number.isNaN(values[h]))
    expect(strange).toHaveLength(0)
    expect(Number.isNaN(values[0x7e00])).toBe(true)
    expect(of('F16', Uint16Array.from(back)).filter(Number.isNaN)).toHaveLength(2 * 1023)
  })

  it('rounds to the nearest half precision number, ties to even', () => {
    const bits = (...x: ReadonlyArray<number>): ReadonlyArray<number> => [
      ...new Uint16Array(halfOf(new Float32Array(x)).buffer)
    ]
    expect(bits(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20)).toEqual([0x3c00, 0x3c02, 0x3c01])
    expect(bits(65504, 65519, 65520, -1e9)).toEqual([0x7bff, 0x7bff, 0x7c00, 0xfc00])
    expect(bits(2 ** -24, 2 ** -25, 2 ** -25 * 1.001, 3 * 2 ** -25, -0, 2 ** -14 - 2 ** -26)).toEqual([
      1, 0, 1, 2, 0x8000, 0x400
    ])
  })
})

describe('files', () => {
  const value: Safetensors = { tensors: { a: storedFloat32([2], new Float32Array([1, 2])) }, metadata: { k: 'v' } }

  it('come back as written, with nothing beside them', async () => {
    const path = join(folder, 'a.safetensors')
    right(await writeSafetensors(path, value)())
    right(await writeSafetensors(path, value)())
    const back = right(await readSafetensors(path)())
    expect(back.metadata).toEqual(value.metadata)
    expect(float32Of(back.tensors.a!)).toEqual(new Float32Array([1, 2]))
    expect(readdirSync(folder)).toEqual(['a.safetensors'])
  })

  it('say what the system refuses', async () => {
    expect(leftText(await readSafetensors(join(folder, 'none'))())).toMatch(
      /cannot read: no such file or directory \(ENOENT\)/
    )
    expect(leftText(await readSafetensors(folder)())).toMatch(/not a regular file/)
    expect(leftText(await readSafetensors('/dev/zero')())).toMatch(/not a regular file/)
    expect(leftText(await writeSafetensors(join(folder, 'no', 'a'), value)())).toMatch(/cannot write: .* \(ENOENT\)/)
    expect(leftText(await writeSafetensors('/dev/null', value)())).toMatch(/not a regular file/)
    expect(leftText(await writeSafetensors(folder, value)())).toMatch(/not a regular file/)
  })

  it('stay as they were when the content fails, and leave no temporary file', async () => {
    const path = join(folder, 'kept')
    writeFileSync(path, 'before')
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(3)
      throw new Error('half way')
    }
    expect(leftText(await writeAtomic(path, failing())())).toMatch(/kept: half way/)
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('are written through a link', async () => {
    const path = join(folder, 'real')
    writeFileSync(path, '')
    symlinkSync(path, join(folder, 'link'))
    right(await writeAtomic(join(folder, 'link'), [Buffer.from('ab'), Buffer.from('c')])())
    expect(readFileSync(path, 'utf8')).toBe('abc')
  })
})

describe('shared files', () => {
  const hostile = join(shared, 'media/hostile/hdr.safetensors')
  it.skipIf(!existsSync(hostile))('a header longer than its file is refused (needs ../shared/media)', async () => {
    expect(leftText(await readSafetensors(hostile)())).toMatch(/at most 100000000 bytes, got 9223372036854775807/)
  })

  const golden = join(shared, 'golden')
  it.skipIf(!existsSync(golden))('golden files are written back byte for byte (needs ../shared/golden)', () => {
    const paths = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((p) => p.endsWith('.safetensors'))
    expect(paths.length).toBeGreaterThan(10)
    for (const path of paths) {
      const bytes = readFileSync(join(golden, path))
      const written = right(serialise(path, right(parse(path, bytes))))
      expect(Buffer.compare(written, bytes), path).toBe(0)
    }
  })
})
