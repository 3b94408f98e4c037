/** What a codec finds wrong, told by the place in the value and by nothing of the codec. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { type Fault, faults, fields, surplus } from '../../src/nodes/faults.js'
import { brief } from '../../src/nodes/object.js'

const wrong = (codec: t.Mixed, u: unknown): ReadonlyArray<Fault> => {
  const read = codec.decode(u)
  return E.isLeft(read) ? faults(read.left) : []
}
const size = t.strict({ height: t.number, width: t.number })
const either = t.strict({ fit: t.union([t.literal('crop'), t.literal('pad')]), strip: t.union([t.null, size]) })
const both = t.intersection([either, t.partial({ starts: t.readonlyArray(t.number) })])

describe('a value in a few characters', () => {
  it('is what JSON makes of it, as far as eighty', () => {
    expect([undefined, null, 'a', { a: [1] }].map(brief)).toEqual(['nothing', 'null', '"a"', '{"a":[1]}'])
    expect(brief(() => 1)).toBe('() => 1')
    expect(brief('a'.repeat(78))).toBe(`"${'a'.repeat(78)}"`)
    expect(brief('a'.repeat(79))).toBe(`"${'a'.repeat(79)}...`)
  })
})

describe('faults', () => {
  it('are told once for a choice, where what is chosen from stands', () => {
    expect(wrong(either, { fit: 'fill', strip: 3 })).toEqual([
      { path: ['fit'], expected: '"crop" or "pad"', value: 'fill' },
      { path: ['strip'], expected: `null or ${size.name}`, value: 3 }
    ])
    expect(wrong(t.union([t.string, t.number]), true)).toEqual([
      { path: [], expected: 'string or number', value: true }
    ])
  })

  it('lie inside of the choice that could have been meant', () => {
    expect(wrong(either, { fit: 'pad', strip: { height: 'a' } })).toEqual([
      { path: ['strip', 'height'], expected: 'number', value: 'a' },
      { path: ['strip', 'width'], expected: 'number', value: undefined }
    ])
  })

  it('lie apart from those of a choice beside them, and stand beside those of what holds them', () => {
    expect(wrong(either, { fit: 'fill', strip: { height: 1 } })).toEqual([
      { path: ['fit'], expected: '"crop" or "pad"', value: 'fill' },
      { path: ['strip', 'width'], expected: 'number', value: undefined }
    ])
    const deep = t.strict({ a: either, b: t.strict({ fit: t.union([t.null, size]) }) })
    expect(wrong(deep, { a: { fit: 3, strip: null }, b: { fit: {} } }).map(({ path }) => path.join('.'))).toEqual([
      'a.fit',
      'b.fit.height',
      'b.fit.width'
    ])
    const small = new t.Type<object>(
      'few keys',
      (_): _ is object => false,
      (u, c) => t.failure(u, c),
      t.identity
    )
    expect(wrong(t.intersection([size, small]), { height: 1 }).map(({ expected }) => expected)).toEqual([
      'number',
      'few keys'
    ])
  })

  it('count keys of the value and items of lists, not parts of a codec', () => {
    expect(wrong(both, { fit: 'pad', strip: null, starts: [0, 'b'] })).toEqual([
      { path: ['starts', '1'], expected: 'number', value: 'b' }
    ])
    expect(wrong(t.exact(t.intersection([either.type, t.type({ z: t.number })])), { fit: 'pad', strip: null })).toEqual(
      [{ path: ['z'], expected: 'number', value: undefined }]
    )
  })
})

describe('what only says more of a codec', () => {
  const narrow = t.readonly(t.exact(t.intersection([size.type, t.partial({ fit: either.type.props.fit })])))
  const even = t.refinement(narrow, ({ height }) => height % 2 === 0, 'an even size')

  it('is looked through', () => {
    for (const codec of [narrow, even]) {
      expect(wrong(codec, { height: 2, width: 'b', fit: 'fill' })).toEqual([
        { path: ['width'], expected: 'number', value: 'b' },
        { path: ['fit'], expected: '"crop" or "pad"', value: 'fill' }
      ])
      expect(surplus(codec, { height: 2, width: 2, wide: 3 })).toEqual([
        { path: ['wide'], known: ['height', 'width', 'fit'] }
      ])
    }
    expect(wrong(even, { height: 1, width: 2 })).toEqual([
      { path: [], expected: 'an even size', value: { height: 1, width: 2 } }
    ])
  })
})

describe('a surplus', () => {
  it('is the keys that no part of a codec knows, at every depth', () => {
    expect(surplus(both, { fit: 'pad', strip: null, start: [], at: 1 })).toEqual([
      { path: ['start'], known: ['fit', 'strip', 'starts'] },
      { path: ['at'], known: ['fit', 'strip', 'starts'] }
    ])
    expect(surplus(t.type({ size }), { size: { height: 1, wide: 2 } })).toEqual([
      { path: ['size', 'wide'], known: ['height', 'width'] }
    ])
  })

  it('is none where a codec takes any key, or the value is no object', () => {
    expect(surplus(t.record(t.string, t.number), { a: 1 })).toEqual([])
    expect(surplus(t.intersection([size, t.record(t.string, t.number)]), { a: 1 })).toEqual([])
    expect(surplus(size, 3)).toEqual([])
  })
})

describe('fields', () => {
  it('are what an object must have and may have, and what is due in each', () => {
    expect(fields(both)).toEqual([
      { name: 'fit', expected: '"crop" or "pad"', needed: true },
      { name: 'strip', expected: `null or ${size.name}`, needed: true },
      { name: 'starts', expected: 'ReadonlyArray<number>', needed: false }
    ])
    expect(fields(t.record(t.string, t.number))).toEqual([])
  })
})
