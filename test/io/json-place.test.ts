import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonPlace } from '../../src/io/files/json-place.js'

/** Where a text of one line stops being JSON, from 0. */
const stop = (text: string): number => jsonPlace(text).column - 1

describe('the place where a text stops being JSON', () => {
  it.each([
    ['{"a": }', 6],
    ['[1, 2,]', 6],
    ['{"a": 1,}', 8],
    ['{a: 1}', 1],
    ['[1 2]', 3],
    ['[01]', 2],
    ['"a', 0],
    ['{"a": tru}', 6],
    ['1]', 1],
    ['[}', 1],
    ['{"a" 1}', 5],
    ['[1, 2', 5],
    ['', 0],
    ["['a']", 1],
    ['\ufeff{}', 0],
    ['[1,\u00a02]', 3],
    ['["\u0085", 1 2]', 8]
  ])('%s', (text, at) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(stop(text)).toBe(at)
  })

  it('is told by line and column', () =>
    expect(jsonPlace('{\n  "a": [1,\n    2 3]\n}')).toEqual({ line: 3, column: 7 }))

  it('is the end of whatever JSON there is', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, n) => {
        expect(stop(text)).toBe(text.length)
        expect(stop(`${text}!`)).toBe(text.length)
        const cut = text.slice(0, n % (text.length + 1))
        expect(stop(cut)).toBeLessThanOrEqual(cut.length)
      })
    )
  })
})
