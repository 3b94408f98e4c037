/**
 * The laws of equations between sizes.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as D from '../../nodes/dims.js'
import type { Equation, solve } from '../../nodes/solve.js'
import * as some from '../arbitrary/numbers.js'
import { above, equal } from '../due.js'
import { type Law, law } from '../law.js'

type Solve = typeof solve
const isFree = (name: string): boolean => name.startsWith('#')

const satisfied = (p: D.Size, q: D.Size, bindings: D.Bindings): boolean =>
  D.plus(D.substitute(p, bindings), D.substitute(q, bindings), -1).size === 0

/** Law: a system that has a solution is not said to be in conflict, and what is found solves every equation but the open ones. */
const solvableSystemsHaveNoConflict =
  (solver: Solve) =>
  (equations: ReadonlyArray<Equation>): void => {
    const { bindings, conflicts, open } = solver(isFree)(equations)
    equal(conflicts, [])
    const undecided = new Set(open.map((o) => o.at))
    for (const { at, left, right } of equations)
      if (!undecided.has(at)) equal([at, satisfied(left, right, bindings)], [at, true])
    for (const name of bindings.keys()) equal(isFree(name), true)
  }

/** Law: an equation that no numbers satisfy is reported, as a conflict or as open. */
const unsolvableSystemsAreReported =
  (solver: Solve) =>
  (equations: ReadonlyArray<Equation>): void => {
    const { conflicts, open } = solver(isFree)(equations)
    above(conflicts.length + open.length, 0)
  }

// a system with a known solution: free names #1 .. #4 stand for sizes of the rigid names
const free = ['#1.X', '#2.Y', '#3.Z', '#4.W']
const name = fc.constantFrom('B', 'H', 'K')
const divisor = some.between(2, 6)
const plain = fc.oneof(
  fc
    .record({ name, factor: some.count(3), more: fc.nat(3) })
    .map(({ name: n, factor, more }) => D.plus(D.multiply(D.named(n), D.constant(factor)), D.constant(more))),
  some.between(0, 9).map(D.constant)
)
const solution = fc.array(plain, { minLength: 4, maxLength: 4 }).map((all) => new Map(free.map((n, i) => [n, all[i]!])))
const side = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...free).map(D.named) },
  fc.tuple(fc.constantFrom(...free), divisor).map(([n, d]) => D.floor(D.multiply(D.named(n), D.constant(1 / d)))),
  fc.tuple(fc.constantFrom(...free), divisor).map(([n, d]) => D.multiply(D.named(n), D.constant(d))),
  fc.tuple(fc.constantFrom(...free), fc.constantFrom(...free)).map(([n, m]) => D.plus(D.named(n), D.named(m))),
  fc.tuple(fc.constantFrom(...free), fc.constantFrom(...free)).map(([n, m]) => D.multiply(D.named(n), D.named(m)))
)
interface System {
  readonly known: ReadonlyMap<string, D.Size>
  readonly equations: ReadonlyArray<Equation>
}
const system: fc.Arbitrary<System> = fc
  .record({ solution, sides: fc.array(fc.tuple(side, fc.boolean()), { minLength: 1, maxLength: 8 }) })
  .map(({ solution: known, sides }) => ({
    known,
    equations: sides.map(([left, swap], i): Equation => {
      const right = D.substitute(left, known)
      return swap ? { at: `e${i}`, left: right, right: left } : { at: `e${i}`, left, right }
    })
  }))
const pairs = fc.array(fc.tuple(fc.constantFrom(...free), side), { maxLength: 3 })

/**
 * What a solver of equations between sizes keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const equationLaws: ReadonlyArray<Law<Solve>> = [
  law(
    'that have a solution are not in conflict, and are solved by what is found',
    [system],
    (solver: Solve) =>
      ({ equations }: System) =>
        solvableSystemsHaveNoConflict(solver)(equations),
    { runs: 500 }
  ),
  law(
    'between free names alone are solved as well',
    [system, pairs],
    (solver: Solve) =>
      ({ known, equations }: System, also: ReadonlyArray<readonly [string, D.Size]>) => {
        // two sides that are equal under the solution, made so by a constant
        const more = also.flatMap(([n, right], i): ReadonlyArray<Equation> => {
          const gap = D.plus(D.substitute(right, known), known.get(n)!, -1)
          return [{ at: `p${i}`, left: D.plus(D.named(n), gap), right }]
        })
        solvableSystemsHaveNoConflict(solver)([...more, ...equations])
        solvableSystemsHaveNoConflict(solver)([...equations, ...more])
      },
    { runs: 300 }
  ),
  law(
    'of which one is off by a number are reported',
    [system, some.count(5), fc.nat()],
    (solver: Solve) =>
      ({ known, equations }: System, off: number, at: number) => {
        const wrong = equations[at % equations.length]!
        const pinned = free.map((n): Equation => ({ at: n, left: D.named(n), right: known.get(n)! }))
        const spoilt = { ...wrong, left: D.plus(wrong.left, D.constant(off)) }
        unsolvableSystemsAreReported(solver)([spoilt, ...equations, ...pinned])
        unsolvableSystemsAreReported(solver)([...pinned, ...equations, spoilt])
      },
    { runs: 300 }
  )
]
