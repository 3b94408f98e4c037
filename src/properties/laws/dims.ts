/**
 * The laws of sizes: arithmetic on names, and its text.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as D from '../../nodes/dims.js'
import * as some from '../arbitrary/numbers.js'
import { atMost, equal, isTrue } from '../due.js'
import { type Law, law } from '../law.js'

/** An expression of sizes as a tree, so that it can be built, written and computed in three ways. */
export type Expression =
  | { readonly _tag: 'number'; readonly value: number }
  | { readonly _tag: 'name'; readonly name: string }
  | { readonly _tag: 'sum' | 'difference' | 'product'; readonly left: Expression; readonly right: Expression }
  | { readonly _tag: 'part'; readonly of: Expression; readonly divisor: number; readonly whole: boolean }

/**
 * The arithmetic of sizes.
 *
 * @category model
 * @since 0.1.0
 */
export type Arithmetic = Pick<
  typeof D,
  'constant' | 'named' | 'plus' | 'multiply' | 'floor' | 'parse' | 'show' | 'substitute' | 'value' | 'names'
>

/** Whole numbers for names. */
export type Numbers = Readonly<Record<string, number>>

/** The size that an expression stands for, by the operations on sizes. */
const built = (e: Expression, d: Arithmetic = D): D.Size => {
  switch (e._tag) {
    case 'number':
      return d.constant(e.value)
    case 'name':
      return d.named(e.name)
    case 'sum':
      return d.plus(built(e.left, d), built(e.right, d))
    case 'difference':
      return d.plus(built(e.left, d), built(e.right, d), -1)
    case 'product':
      return d.multiply(built(e.left, d), built(e.right, d))
    case 'part': {
      const p = d.multiply(built(e.of, d), d.constant(1 / e.divisor))
      return e.whole ? d.floor(p) : p
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

const valueAt = (d: Arithmetic, p: D.Size, at: Numbers): number | undefined =>
  d.value(d.substitute(p, new Map(Object.entries(at).map(([k, n]) => [k, d.constant(n)]))))
const alike = (actual: number | undefined, expected: number): void => {
  isTrue(actual !== undefined, 'a number')
  atMost(Math.abs(actual! - expected), 1e-6 * Math.max(1, Math.abs(expected)))
}

/** Law: a size that is shown and read back is the same size. */
const readsBackWhatItShows =
  (d: Arithmetic) =>
  (e: Expression): void => {
    const p = built(e, d)
    const back = d.parse(d.show(p))
    equal(d.plus(back, p, -1).size, 0)
    equal(d.show(back), d.show(p))
  }

/** Law: with numbers for its names, a size is the number that arithmetic gives, written or built. */
const isArithmetic =
  (d: Arithmetic) =>
  (e: Expression, at: Numbers): void => {
    alike(valueAt(d, built(e, d), at), computed(e, at))
    alike(valueAt(d, d.parse(written(e)), at), computed(e, at))
  }

/** Law: names can be replaced at once or one after the other, by sizes as well as by numbers. */
const substitutionsCompose =
  (d: Arithmetic) =>
  (e: Expression, inner: Expression, at: Numbers): void => {
    const p = d.substitute(built(e, d), new Map([['K', built(inner, d)]]))
    alike(valueAt(d, p, at), computed(e, { ...at, K: computed(inner, at) }))
  }

/** Law: a size mentions exactly the names that it depends on. */
const namesAreMentioned =
  (d: Arithmetic) =>
  (e: Expression): void => {
    const p = built(e, d)
    equal(
      d.names(p).every((n) => /^[A-Z]$/.test(n)),
      true
    )
    const others = new Map(['B', 'H', 'K'].filter((n) => !d.names(p).includes(n)).map((n) => [n, d.constant(7)]))
    equal(d.substitute(p, others), p)
    isTrue(
      valueAt(d, p, Object.fromEntries(d.names(p).map((n) => [n, 5]))) !== undefined,
      'a number where all names have one'
    )
  }

/** Law: any text is a size or a `SyntaxError`; a size has no coefficient that is not a number. */
const textIsASizeOrAnError =
  (d: Arithmetic) =>
  (text: string): void => {
    try {
      for (const c of d.parse(text).values()) equal(Number.isFinite(c), true)
    } catch (e) {
      if (!(e instanceof SyntaxError)) throw e
    }
  }

const name = fc.constantFrom('B', 'H', 'K')
const divisor = some.between(2, 6)

/** Random expressions of sizes. */
const { any: expression } = fc.letrec<{ any: Expression }>((tie) => ({
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
// a name stands for a whole number, and is not replaced by a size that mentions it: bindings are solved
const ofOthers = expression
  .filter((e) => !D.names(built(e)).includes('K'))
  .map((of): Expression => ({ _tag: 'part', of, divisor: 1, whole: true }))
const number = fc.nat(12)
const numbers = fc.record({ B: number, H: number, K: number })
const sign = fc.constantFrom(...'BHK|019.+-*/() #e', 'floor(', '1|B', '#3.K', '/0', '/K')

/**
 * What an arithmetic of sizes keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const sizeLaws: ReadonlyArray<Law<Arithmetic>> = [
  law('reads back from what it shows', [expression], readsBackWhatItShows, { runs: 100 }),
  law('is arithmetic', [expression, numbers], isArithmetic, { runs: 100 }),
  law('has its names replaced by sizes', [expression, ofOthers, numbers], substitutionsCompose, { runs: 100 }),
  law('mentions the names that it depends on', [expression], namesAreMentioned, { runs: 100 }),
  law(
    'is read from any text, or refused as a mistake',
    [fc.string({ unit: sign, maxLength: 12 })],
    textIsASizeOrAnError,
    { runs: 1000 }
  )
]
