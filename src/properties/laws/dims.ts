/** The laws of sizes: arithmetic on names, its text, and the equations between them. */
import { above, atMost, equal } from '../due.js'
import * as E from 'fp-ts/lib/Either.js'
import * as D from '../../nodes/dims.js'
import type { match } from '../../nodes/match.js'
import type { Equation, solve } from '../../nodes/solve.js'
import type { Leaf } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'

/** An expression of sizes as a tree, so that it can be built, written and computed in three ways. */
export type Expression =
  | { readonly _tag: 'number'; readonly value: number }
  | { readonly _tag: 'name'; readonly name: string }
  | { readonly _tag: 'sum' | 'difference' | 'product'; readonly left: Expression; readonly right: Expression }
  | { readonly _tag: 'part'; readonly of: Expression; readonly divisor: number; readonly whole: boolean }

/** Whole numbers for names. */
export type Numbers = Readonly<Record<string, number>>

/** The size that an expression stands for, by the operations on sizes. */
export const built = (e: Expression): D.Size => {
  switch (e._tag) {
    case 'number':
      return D.constant(e.value)
    case 'name':
      return D.named(e.name)
    case 'sum':
      return D.plus(built(e.left), built(e.right))
    case 'difference':
      return D.plus(built(e.left), built(e.right), -1)
    case 'product':
      return D.multiply(built(e.left), built(e.right))
    case 'part': {
      const p = D.multiply(built(e.of), D.constant(1 / e.divisor))
      return e.whole ? D.floor(p) : p
    }
  }
}

/** The expression as a person would write it. */
export const written = (e: Expression): string => {
  switch (e._tag) {
    case 'number':
      return `${e.value}`
    case 'name':
      return e.name
    case 'sum':
      return `${written(e.left)}+${written(e.right)}`
    case 'difference':
      return `${written(e.left)}-(${written(e.right)})`
    case 'product':
      return `(${written(e.left)})*(${written(e.right)})`
    case 'part':
      return e.whole ? `floor((${written(e.of)})/${e.divisor})` : `(${written(e.of)})/${e.divisor}`
  }
}

/** The number that an expression is, by plain arithmetic. */
export const computed = (e: Expression, at: Numbers): number => {
  switch (e._tag) {
    case 'number':
      return e.value
    case 'name':
      return at[e.name]!
    case 'sum':
      return computed(e.left, at) + computed(e.right, at)
    case 'difference':
      return computed(e.left, at) - computed(e.right, at)
    case 'product':
      return computed(e.left, at) * computed(e.right, at)
    case 'part': {
      const n = computed(e.of, at) / e.divisor
      return e.whole ? Math.floor(n + 1e-9) : n
    }
  }
}

const bound = (at: Numbers): D.Bindings => new Map(Object.entries(at).map(([k, n]) => [k, D.constant(n)]))
const valueAt = (p: D.Size, at: Numbers): number | undefined => D.value(D.substitute(p, bound(at)))
const alike = (actual: number | undefined, expected: number): void => {
  isTrue(actual !== undefined, 'a number')
  atMost(Math.abs(actual! - expected), 1e-6 * Math.max(1, Math.abs(expected)))
}

/** Law: a size that is shown and read back is the same size. */
export const readsBackWhatItShows = (e: Expression): void => {
  const p = built(e)
  const back = D.parse(D.show(p))
  equal(D.plus(back, p, -1).size, 0)
  equal(D.show(back), D.show(p))
}

/** Law: with numbers for its names, a size is the number that arithmetic gives, written or built. */
export const isArithmetic = (e: Expression, at: Numbers): void => {
  alike(valueAt(built(e), at), computed(e, at))
  alike(valueAt(D.parse(written(e)), at), computed(e, at))
}

/** Law: names can be replaced at once or one after the other, by sizes as well as by numbers. */
export const substitutionsCompose = (e: Expression, inner: Expression, at: Numbers): void => {
  const p = D.substitute(built(e), new Map([['K', built(inner)]]))
  alike(valueAt(p, at), computed(e, { ...at, K: computed(inner, at) }))
}

/** Law: a size mentions exactly the names that it depends on. */
export const namesAreMentioned = (e: Expression): void => {
  const p = built(e)
  equal(D.names(p).every((n) => /^[A-Z]$/.test(n)), true)
  const others = new Map(['B', 'H', 'K'].filter((n) => !D.names(p).includes(n)).map((n) => [n, D.constant(7)]))
  equal(D.substitute(p, others), p)
  isTrue(valueAt(p, Object.fromEntries(D.names(p).map((n) => [n, 5]))) !== undefined, 'a number where all names have one')
}

/** Law: any text is a size or a `SyntaxError`; a size has no coefficient that is not a number. */
export const textIsASizeOrAnError = (text: string): void => {
  try {
    for (const c of D.parse(text).values()) equal(Number.isFinite(c), true)
  } catch (e) {
    if (!(e instanceof SyntaxError)) throw e
  }
}

type Solve = typeof solve
const isFree = (name: string): boolean => name.startsWith('#')

const satisfied = (p: D.Size, q: D.Size, bindings: D.Bindings): boolean =>
  D.plus(D.substitute(p, bindings), D.substitute(q, bindings), -1).size === 0

/** Law: a system that has a solution is not said to be in conflict, and what is found solves every equation but the open ones. */
export const solvableSystemsHaveNoConflict =
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
export const unsolvableSystemsAreReported =
  (solver: Solve) =>
  (equations: ReadonlyArray<Equation>): void => {
    const { conflicts, open } = solver(isFree)(equations)
    above(conflicts.length + open.length, 0)
  }

const shaped = (dims: ReadonlyArray<number>): tf.Tensor => tf.zeros([...dims])

/** Law: a value fits exactly if whole numbers for the names give its shape; the numbers found do. */
export const fitsIfNumbersExist =
  (matching: typeof match) =>
  (
    leaves: ReadonlyArray<ReadonlyArray<Expression>>,
    shapes: ReadonlyArray<ReadonlyArray<number>>,
    most: number
  ): void => {
    const specs = leaves.map((dims, i): Leaf => ({ path: `x${i}`, dims: dims.map(written), dtype: 'float32' }))
    const solutions: Array<Numbers> = []
    for (let K = 0; K <= most; K++)
      for (let H = 0; H <= most; H++)
        if (leaves.every((dims, i) => dims.every((d, j) => computed(d, { K, H }) === shapes[i]![j])))
          solutions.push({ K, H })
    const value = Object.fromEntries(shapes.map((s, i) => [`x${i}`, shaped(s)]))
    try {
      const found = matching(specs, value)
      equal(E.isRight(found), solutions.length > 0)
      if (E.isLeft(found)) return
      const numbers = Object.fromEntries([...found.right].map(([k, p]) => [k, D.value(p)]))
      equal(solutions.some((s) => Object.entries(numbers).every(([k, n]) => s[k] === n)), true)
    } finally {
      tf.dispose(value)
    }
  }
