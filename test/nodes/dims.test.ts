import { describe, expect, it } from 'vitest'
import * as D from '../../src/nodes/dims.js'
import { solve } from '../../src/nodes/solve.js'

const shown = (text: string): string => D.show(D.parse(text))
const at = (numbers: Readonly<Record<string, number>>) =>
  new Map(Object.entries(numbers).map(([k, n]) => [k, D.constant(n)]))

describe('a size', () => {
  it('is written as people write it', () => {
    for (const text of ['28', 'K', 'H/2', '2*K+1', 'H-3', '-H', '3*H/2', '0', '1|B', 'H*W', '1.37*H', 'floor(H/2)'])
      expect(shown(text)).toBe(text)
    expect(shown('(K+1)*6')).toBe('6*K+6')
    expect(shown('K-K')).toBe('0')
    expect(shown('W*H')).toBe('H*W')
    expect(shown('2e1*K')).toBe('20*K')
    expect(shown('4/2')).toBe('2')
    expect(shown('K/64')).toBe('K/64')
    expect(shown('K/65')).toBe(`${1 / 65}*K`)
  })

  it('has what is whole taken out of a floor', () => {
    expect(shown('floor(2*H)')).toBe('2*H')
    expect(shown('floor(3*H/2)')).toBe('H+floor(H/2)')
    expect(shown('floor((H-3)/2)')).toBe('-2+floor(H/2+1/2)')
    expect(shown('floor(1/2+H/2)')).toBe(shown('floor(H/2+1/2)'))
    expect(shown('floor(7/2)')).toBe('3')
    expect(shown('floor(H+1/2)')).toBe('H')
    expect(D.value(D.substitute(D.parse('floor((H-3)/2)'), at({ H: 8 })))).toBe(2)
    expect(D.value(D.substitute(D.parse('floor(floor(H/2)/2)'), at({ H: 7 })))).toBe(1)
  })

  it('is refused where it is malformed', () => {
    for (const text of ['', ' ', 'H W', '2K', 'H+', '(H', 'H)', 'floor(H', '*H', 'H//2', 'H/K', 'H/0', 'é', 'H..2'])
      expect(() => D.parse(text), text).toThrow(SyntaxError)
    for (const text of ['H.', 'H ', 'H)', '']) expect(() => D.parse(text), text).toThrow(/size/)
    expect(() => D.parse('é')).toThrow('not a size: "é"')
    expect(() => D.parse('H W')).toThrow('not a size: "H W"')
    expect(() => D.parse('H)')).toThrow('not a size: "H)"')
    expect(() => D.parse('(H')).toThrow('unclosed bracket in size: (H')
    expect(() => D.parse('H/K')).toThrow('a size can be divided by a number only: H/K')
    expect(() => D.parse('H+')).toThrow('size ends early: H+')
  })

  it('has names, and a value without them', () => {
    expect(new Set(D.names(D.parse('H*W+floor(K/2)+1|B+3')))).toEqual(new Set(['H', 'W', 'K', '1|B']))
    expect(D.value(D.parse('K'))).toBeUndefined()
    expect(D.value(D.constant(0))).toBe(0)
    expect(D.value(D.parse('1/49*49'))).toBe(1)
    expect(D.isName('K') && D.isName('#3.K') && D.isName('1|B')).toBe(true)
    expect(D.isName('H·W') || D.isName('floor(H/2)') || D.isName('')).toBe(false)
    expect(D.show(D.parse('K+1', (n) => `#1.${n}`))).toBe('#1.K+1')
  })
})

describe('equations', () => {
  const isFree = (n: string) => n.startsWith('#')
  const solved = (...pairs: ReadonlyArray<readonly [string, string]>) => {
    const { bindings, conflicts, open } = solve(isFree)(
      pairs.map(([left, right], i) => ({ at: `${i}`, left: D.parse(left), right: D.parse(right) }))
    )
    return {
      bindings: Object.fromEntries([...bindings].map(([k, p]) => [k, D.show(p)])),
      conflicts: conflicts.map((c) => `${c.at}: ${D.show(c.left)} = ${D.show(c.right)}`),
      open: open.map((o) => o.at)
    }
  }

  it('bind free names to rigid ones and numbers', () => {
    expect(solved(['#1.H', 'H'], ['#1.H/2', '#2.X'])).toEqual({
      bindings: { '#1.H': 'H', '#2.X': 'H/2' },
      conflicts: [],
      open: []
    })
    expect(solved(['2*#1.K+1', '7']).bindings).toEqual({ '#1.K': '3' })
  })

  it('conflict where nothing can make them true', () => {
    expect(solved(['H', 'W']).conflicts).toEqual(['0: H = W'])
    expect(solved(['#1.K', '3'], ['#1.K', '4']).conflicts).toEqual(['1: 3 = 4'])
    expect(solved(['2*#1.K', '7']).conflicts).toEqual(['0: 2*#1.K = 7'])
    expect(solved(['#1.K+4', '3']).conflicts).toEqual(['0: #1.K+4 = 3'])
    expect(solved(['#1.A', '#1.B/2'], ['#1.B', '3']).conflicts.length).toBe(1)
  })

  it('wait for the names of a product or a floor, and stay open without them', () => {
    expect(solved(['#1.A*#1.B', '12'], ['#1.A', '3'])).toEqual({
      bindings: { '#1.A': '3', '#1.B': '4' },
      conflicts: [],
      open: []
    })
    expect(solved(['floor(#1.A/2)', '3'], ['#1.A', '9']).conflicts).toEqual(['0: 4 = 3'])
    expect(solved(['#1.A*#1.B', '12'])).toEqual({ bindings: {}, conflicts: [], open: ['0'] })
    expect(solved(['#1.A+floor(#1.A/2)', '4'])).toEqual({ bindings: {}, conflicts: [], open: ['0'] })
  })
})
