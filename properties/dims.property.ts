import * as fc from 'fast-check'
import { beforeAll, describe, it } from 'vitest'
import * as D from '../src/nodes/dims.js'
import { match } from '../src/nodes/match.js'
import { type Equation, solve } from '../src/nodes/solve.js'
import { startEngine } from '../src/nodes/tf.js'
import * as laws from './laws/dims.laws.js'

const name = fc.constantFrom('B', 'H', 'K')
const divisor = fc.integer({ min: 2, max: 6 })
const { any: expression } = fc.letrec<{ any: laws.Expression }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ _tag: fc.constant('name' as const), name }),
    fc.record({ _tag: fc.constant('number' as const), value: fc.nat(20) }),
    fc.record({
      _tag: fc.constantFrom('sum' as const, 'difference' as const, 'product' as const),
      left: tie('any'),
      right: tie('any')
    }),
    fc.record({ _tag: fc.constant('part' as const), of: tie('any'), divisor, whole: fc.boolean() })
  )
}))
// a name is not replaced by a size that mentions it: bindings are solved
const ofOthers = expression.filter((e) => !D.names(laws.built(e)).includes('K'))
const number = fc.nat(12)
const numbers = fc.record({ B: number, H: number, K: number })

describe('a size', () => {
  it('reads back from what it shows', () => fc.assert(fc.property(expression, laws.readsBackWhatItShows)))
  it('is arithmetic', () => fc.assert(fc.property(expression, numbers, laws.isArithmetic)))
  it('has its names replaced by sizes', () =>
    fc.assert(fc.property(expression, ofOthers, numbers, laws.substitutionsCompose)))
  it('mentions the names that it depends on', () => fc.assert(fc.property(expression, laws.namesAreMentioned)))
  it('is read from any text, or refused as a mistake', () => {
    const sign = fc.constantFrom(...'BHK|019.+-*/() #e', 'floor(', '1|B', '#3.K', '/0', '/K')
    fc.assert(fc.property(fc.string({ unit: sign, maxLength: 12 }), laws.textIsASizeOrAnError), { numRuns: 1000 })
  })
})

// a system with a known solution: free names #1 .. #4 stand for sizes of the rigid names
const free = ['#1.X', '#2.Y', '#3.Z', '#4.W']
const plain = fc.oneof(
  fc
    .record({ name, factor: fc.integer({ min: 1, max: 3 }), more: fc.nat(3) })
    .map(({ name: n, factor, more }) => D.plus(D.multiply(D.named(n), D.constant(factor)), D.constant(more))),
  fc.integer({ min: 0, max: 9 }).map(D.constant)
)
const solution = fc.array(plain, { minLength: 4, maxLength: 4 }).map((all) => new Map(free.map((n, i) => [n, all[i]!])))
const side = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...free).map(D.named) },
  fc.tuple(fc.constantFrom(...free), divisor).map(([n, d]) => D.floor(D.multiply(D.named(n), D.constant(1 / d)))),
  fc.tuple(fc.constantFrom(...free), divisor).map(([n, d]) => D.multiply(D.named(n), D.constant(d))),
  fc.tuple(fc.constantFrom(...free), fc.constantFrom(...free)).map(([n, m]) => D.plus(D.named(n), D.named(m))),
  fc.tuple(fc.constantFrom(...free), fc.constantFrom(...free)).map(([n, m]) => D.multiply(D.named(n), D.named(m)))
)
const system = fc
  .record({ solution, sides: fc.array(fc.tuple(side, fc.boolean()), { minLength: 1, maxLength: 8 }) })
  .map(({ solution: known, sides }) => ({
    known,
    equations: sides.map(([left, swap], i): Equation => {
      const right = D.substitute(left, known)
      return swap ? { at: `e${i}`, left: right, right: left } : { at: `e${i}`, left, right }
    })
  }))

describe('equations of sizes', () => {
  it('that have a solution are not in conflict, and are solved by what is found', () =>
    fc.assert(
      fc.property(system, ({ equations }) => laws.solvableSystemsHaveNoConflict(solve)(equations)),
      {
        numRuns: 500
      }
    ))
  it('between free names alone are solved as well', () =>
    fc.assert(
      fc.property(
        system,
        fc.array(fc.tuple(fc.constantFrom(...free), side), { maxLength: 3 }),
        ({ known, equations }, pairs) => {
          // two sides that are equal under the solution, made so by a constant
          const more = pairs.flatMap(([n, right], i): ReadonlyArray<Equation> => {
            const gap = D.plus(D.substitute(right, known), known.get(n)!, -1)
            return [{ at: `p${i}`, left: D.plus(D.named(n), gap), right }]
          })
          laws.solvableSystemsHaveNoConflict(solve)([...more, ...equations])
          laws.solvableSystemsHaveNoConflict(solve)([...equations, ...more])
        }
      ),
      { numRuns: 300 }
    ))
  it('of which one is off by a number are reported', () =>
    fc.assert(
      fc.property(system, fc.integer({ min: 1, max: 5 }), fc.nat(), ({ known, equations }, off, at) => {
        const wrong = equations[at % equations.length]!
        const pinned = free.map((n): Equation => ({ at: n, left: D.named(n), right: known.get(n)! }))
        const spoilt = { ...wrong, left: D.plus(wrong.left, D.constant(off)) }
        laws.unsolvableSystemsAreReported(solve)([spoilt, ...equations, ...pinned])
        laws.unsolvableSystemsAreReported(solve)([...pinned, ...equations, spoilt])
      }),
      { numRuns: 300 }
    ))
})

describe('a value', () => {
  beforeAll(() => startEngine())
  const dim = (n: 'H' | 'K') => {
    const one: laws.Expression = { _tag: 'name', name: n }
    const plus = (value: number): laws.Expression => ({ _tag: 'sum', left: one, right: { _tag: 'number', value } })
    const part = (d: number, whole: boolean): laws.Expression => ({ _tag: 'part', of: one, divisor: d, whole })
    return fc.oneof(
      fc.constant(one),
      fc.nat(2).map(plus),
      fc.integer({ min: 2, max: 3 }).chain((d) => fc.boolean().map((whole) => part(d, whole))),
      fc.constant<laws.Expression>({ _tag: 'product', left: one, right: { _tag: 'name', name: 'K' } }),
      fc.constant<laws.Expression>({ _tag: 'sum', left: one, right: { _tag: 'name', name: 'H' } })
    )
  }
  // every name stands somewhere alone, so that what is asked can be decided
  const alone: ReadonlyArray<laws.Expression> = [
    { _tag: 'name', name: 'K' },
    { _tag: 'name', name: 'H' }
  ]
  it('fits its spec exactly if its shape is that of some numbers for the names', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(dim('H'), dim('K')), { minLength: 1, maxLength: 3 }),
        fc.nat(4),
        fc.nat(4),
        fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 3, maxLength: 3 }),
        fc.boolean(),
        (dims, K, H, off, last) => {
          const shape = dims.map((d, i) =>
            Math.max(0, Math.floor(laws.computed(d, { K, H })) + (i === 0 ? off[i]! : 0))
          )
          const [leaves, shapes] = [
            [dims, alone],
            [shape, [K, H]]
          ]
          laws.fitsIfNumbersExist(match)(
            last ? leaves : [...leaves].reverse(),
            last ? (shapes as number[][]) : [...(shapes as number[][])].reverse(),
            20
          )
        }
      ),
      { numRuns: 300 }
    ))
})
