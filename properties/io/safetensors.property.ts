import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  bytesOf,
  Dtype,
  float32Of,
  halfOf,
  parse,
  type Safetensors,
  serialise
} from '../../src/io/safetensors/safetensors.js'

const dtype = fc.constantFrom(...(Object.keys(Dtype.keys) as ReadonlyArray<Dtype>))
const stored = fc.tuple(dtype, fc.array(fc.nat(4), { maxLength: 3 })).chain(([dtype, shape]) => {
  const length = shape.reduce((a, b) => a * b, 1) * bytesOf[dtype]
  return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ dtype, shape, data }))
})
const name = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((s) => s !== '__metadata__')
const value: fc.Arbitrary<Safetensors> = fc.record({
  tensors: fc.dictionary(name, stored, { maxKeys: 5, noNullPrototype: true }),
  metadata: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3, noNullPrototype: true })
})

const bytesOfValue = (v: Safetensors): Uint8Array => E.getOrElse((): Uint8Array => new Uint8Array())(serialise('f', v))

/** Law: what is written is read back as it was, and written again as the same bytes. */
const roundTrips = (v: Safetensors): void => {
  const back = parse('f', bytesOfValue(v))
  expect(back).toEqual(E.right(v))
  if (E.isRight(back)) expect(serialise('f', back.right)).toEqual(serialise('f', v))
}

/** Law: the order in which a value was put together does not show in the bytes. */
const forgetsOrder = (v: Safetensors): void => {
  const turned = <A>(r: Readonly<Record<string, A>>) => Object.fromEntries(Object.entries(r).reverse())
  expect(serialise('f', { tensors: turned(v.tensors), metadata: turned(v.metadata) })).toEqual(serialise('f', v))
}

/** Law: a reader answers anything with a value or a problem, and a value it accepts is one that it could write. */
const answers = (bytes: Uint8Array): void => {
  const answer = parse('f', bytes)
  expect(E.isRight(answer) ? E.isRight(serialise('f', answer.right)) : answer.left._tag.length > 0).toBe(true)
}

describe('safetensors', () => {
  it('come back as they were written', () => fc.assert(fc.property(value, roundTrips)))
  it('do not depend on the order of making', () => fc.assert(fc.property(value, forgetsOrder)))
  it('with one byte changed are read or refused', () =>
    fc.assert(
      fc.property(value, fc.nat(), fc.integer({ min: 1, max: 255 }), (v, at, change) => {
        const bytes = bytesOfValue(v).slice()
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change
        answers(bytes)
      })
    ))
  it('cut short are refused', () =>
    fc.assert(
      fc.property(value, fc.nat(), (v, at) => {
        const bytes = bytesOfValue(v)
        expect(E.isLeft(parse('f', bytes.subarray(0, at % bytes.length)))).toBe(true)
      })
    ))
  it('of any bytes are read or refused', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 99 }), answers)))
})

describe('half precision', () => {
  it('is the nearest that there is', () =>
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (x) => {
        const near = (data: Uint8Array): number => float32Of({ dtype: 'F16', shape: [], data })[0] ?? Number.NaN
        const bits = halfOf(new Float32Array([x]))
        const half = new Uint16Array(bits.buffer)[0] ?? 0
        const error = Math.abs(near(bits) - x)
        for (const other of [half - 1, half + 1]) {
          const beside = near(new Uint8Array(Uint16Array.of(other).buffer))
          if (Number.isFinite(beside)) expect(error).toBeLessThanOrEqual(Math.abs(beside - x))
        }
      })
    ))
})
