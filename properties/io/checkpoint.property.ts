import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { type CheckpointValue, isTensor, parseCheckpoint, tensorsIn } from '../../src/io/checkpoint/checkpoint.js'
import { bytesOf, float32Of, sizeOf } from '../../src/io/safetensors/safetensors.js'
import {
  dict,
  floats,
  int,
  join,
  legacy,
  list,
  long,
  metadata,
  none,
  ordered,
  tensor,
  text,
  tuple,
  zipped
} from '../../test/io/pickled.js'

const six = floats('s', 1, 2, 3, 4, 5, 6)
const value = dict(
  [text('net'), metadata(ordered([text('w'), tensor({ key: 's', size: 6, shape: [3, 2], stride: [1, 3] })]))],
  [text('state'), dict([long(140_234_567_890_123n), list(int(1), none, tuple(text('a')))])]
)
const small = { legacy: legacy(value, six), zip: zipped(value, [six]), deflated: zipped(value, [six], {}, 9) }

/** Law: any bytes are answered with data whose tensors have the bytes that they promise, or with a problem. */
const answers = (bytes: Uint8Array): void => {
  const answer = parseCheckpoint('f', bytes)
  if (E.isLeft(answer)) expect(answer.left._tag).toBe('BadData')
  else for (const [, t] of tensorsIn(answer.right)) expect(t.data.length).toBe(sizeOf(t.shape) * bytesOf[t.dtype])
}

/** Law: a value, once written, is read as it was. */
const roundTrips = (write: (value: Uint8Array) => Uint8Array, [written, meant]: Pair): void => {
  expect(parseCheckpoint('f', write(dict([text('v'), written])))).toEqual(E.right(new Map([['v', meant]])))
}

type Pair = readonly [Uint8Array, CheckpointValue]
const pair: fc.Arbitrary<Pair> = fc.letrec<{ readonly any: Pair; readonly leaf: Pair }>((tie) => ({
  leaf: fc.oneof(
    fc.integer().map((n): Pair => [int(n), n]),
    fc.bigInt(-(2n ** 90n), 2n ** 90n).map((n): Pair => [long(n), Number.isSafeInteger(Number(n)) ? Number(n) : n]),
    fc.string({ unit: 'grapheme' }).map((s): Pair => [text(s), s]),
    fc.constant<Pair>([none, null])
  ),
  any: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('any'), { maxLength: 4 }).map((all): Pair => [list(...all.map(([w]) => w)), all.map(([, m]) => m)]),
    fc.array(tie('any'), { maxLength: 4 }).map((all): Pair => [tuple(...all.map(([w]) => w)), all.map(([, m]) => m)]),
    fc
      .array(fc.tuple(fc.string(), tie('any')), { maxLength: 4 })
      .map(
        (all): Pair => [dict(...all.map(([k, [w]]) => [text(k), w] as const)), new Map(all.map(([k, [, m]]) => [k, m]))]
      )
  )
})).any

/** Shape, strides and offset of a view, with a storage just large enough. */
const view = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
    strides: fc.array(fc.nat(7), { minLength: 4, maxLength: 4 }),
    offset: fc.nat(9)
  })
  .map(({ shape, strides, offset }) => {
    const stride = strides.slice(0, shape.length)
    return { shape, stride, offset, size: shape.reduce((at, n, i) => at + (n - 1) * (stride[i] ?? 0), offset) + 1 }
  })

/** Law: element [i, j, ..] of a view is element offset + i * stride[0] + j * stride[1] + .. of its storage. */
const followsStrides = ({
  shape,
  stride,
  offset,
  size
}: {
  shape: number[]
  stride: number[]
  offset: number
  size: number
}) => {
  const storage = floats('s', ...Array.from({ length: size }, (_, i) => i))
  const read = parseCheckpoint(
    'f',
    legacy(dict([text('t'), tensor({ key: 's', size, shape, stride, offset })]), storage)
  )
  const due = shape.reduce(
    (all, n, d) => all.flatMap((at) => Array.from({ length: n }, (_, i) => at + i * (stride[d] ?? 0))),
    [offset]
  )
  const t = E.isRight(read) ? read.right.get('t') : undefined
  expect(isTensor(t) && [...float32Of(t)]).toEqual(due)
}

/** Instructions with plausible arguments, so that random programs get somewhere. */
const step = fc.oneof(
  fc.constantFrom(...[...'(012N\x88\x89])}aestuRbQ.\x85\x86\x87\x93\x94'].map((c) => join(c))),
  fc.tuple(fc.constantFrom('q', 'h', 'K'), fc.nat(5)).map(([c, n]) => join(c, Uint8Array.of(n))),
  fc.constantFrom('s', 'storage', '_metadata', 'cpu').map(text),
  fc
    .constantFrom(
      'collections\nOrderedDict',
      'torch._utils\n_rebuild_tensor_v2',
      'torch\nFloatStorage',
      'torch\nSize',
      'os\nsystem'
    )
    .map((names) => join(`c${names}\n`)),
  fc.constant(tuple(text('storage'), join('ctorch\nFloatStorage\n'), text('s'), text('cpu'), int(6))),
  fc.constant(tensor({ key: 's', size: 6, shape: [6], stride: [1] }))
)

describe('a checkpoint', () => {
  const kinds = Object.entries(small)
  it.each(kinds)('(%s) is sound to begin with', (_, bytes) => expect(E.isRight(parseCheckpoint('f', bytes))).toBe(true))

  it.each(kinds)('(%s) with any one bit changed is read or refused', (_, bytes) => {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const changed = bytes.slice()
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      answers(changed)
    }
  })

  it.each(kinds)('(%s) with one byte replaced is read or refused', (_, bytes) =>
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, b) => {
        const changed = bytes.slice()
        changed[at] = b
        answers(changed)
      }),
      { numRuns: 2000 }
    )
  )

  it.each(kinds)('(%s) cut short anywhere is refused', (_, bytes) => {
    for (let n = 0; n < bytes.length; n++) expect(E.isLeft(parseCheckpoint('f', bytes.subarray(0, n)))).toBe(true)
  })

  it.each(kinds)('(%s) with a piece doubled or taken out is read or refused', (_, bytes) =>
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(40), fc.boolean(), (at, n, twice) =>
        answers(join(bytes.subarray(0, at), bytes.subarray(twice ? Math.max(0, at - n) : at + n)))
      ),
      { numRuns: 500 }
    )
  )

  it('made of random instructions is read or refused', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => answers(legacy(join(...steps), six))),
      { numRuns: 2000 }
    ))

  it('of random bytes is read or refused', () =>
    fc.assert(
      fc.property(fc.constantFrom('', '\x80\x02', 'PK\x03\x04'), fc.uint8Array({ maxLength: 200 }), (head, rest) =>
        answers(join(head, rest))
      )
    ))

  it('holds what was written, in either layout', () => {
    fc.assert(fc.property(pair, (p) => roundTrips((v) => legacy(v), p)))
    fc.assert(fc.property(pair, (p) => roundTrips((v) => zipped(v, []), p)))
  })

  it('holds views by their strides', () => fc.assert(fc.property(view, followsStrides)))
})
