/**
 * Checking values against the leaves of a spec.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Bindings } from './dims.js'
import { constant, named, parse, show, value } from './dims.js'
import type { Equation } from './solve.js'
import { solve } from './solve.js'
import * as tf from './tf.js'

/**
 * One tensor of a spec, addressed by its path inside the value: `''`, `'image'` or `'kp.mean'`.
 *
 * @since 0.1.0
 */
export interface Leaf {
  readonly path: string
  readonly dims: ReadonlyArray<string>
  readonly dtype: tf.DataType
}

/**
 * Why a value does not fit a spec.
 *
 * @category model
 * @since 0.1.0
 */
export type SpecError =
  | { readonly _tag: 'NotATensor'; readonly at: string; readonly actual: string }
  | { readonly _tag: 'WrongDtype'; readonly at: string; readonly expected: string; readonly actual: string }
  | { readonly _tag: 'WrongRank'; readonly at: string; readonly expected: string; readonly actual: string }
  | {
      readonly _tag: 'WrongSize'
      readonly at: string
      readonly expected: string
      readonly actual: string
      readonly known: string
    }

/**
 * Reads the value at a path of a nested record.
 *
 * @since 0.1.0
 */
export const get = (u: unknown, path: string): unknown =>
  path === '' ? u : path.split('.').reduce<any>((v, k) => v?.[k], u)

/** Names such as `1|B` must have the size 1 or that of `B`. */
const sharing = (bindings: Bindings): ReadonlyArray<Equation> =>
  [...bindings].flatMap(([name, size]) => {
    const [one, of] = name.split('|')
    const whole = bindings.get(of ?? '')
    const fits = whole === undefined || value(size) === Number(one) || value(size) === value(whole)
    return fits ? [] : [{ at: name, left: named(name), right: size }]
  })

/**
 * Checks a value against the leaves of a spec, starting from sizes that are already known, and returns the sizes it fixes, or
 * fails with every `SpecError`: no tensor where one is due, another dtype, rank or size. Pass the result for a node's inputs
 * on to the check of its outputs: that is how `K` means the same on both sides.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const match = (
  leaves: ReadonlyArray<Leaf>,
  u: unknown,
  known: Bindings = new Map()
): E.Either<ReadonlyArray<SpecError>, Bindings> => {
  const errors: Array<SpecError> = []
  const equations: Array<Equation> = [...known].map(([name, size]) => ({ at: name, left: named(name), right: size }))
  for (const { path: at, dims, dtype } of leaves) {
    const x = get(u, at)
    if (!(x instanceof tf.Tensor)) errors.push({ _tag: 'NotATensor', at, actual: x === null ? 'null' : typeof x })
    else if (x.dtype !== dtype) errors.push({ _tag: 'WrongDtype', at, expected: dtype, actual: x.dtype })
    else if (x.rank !== dims.length)
      errors.push({ _tag: 'WrongRank', at, expected: `[${dims.join(' ')}]`, actual: `[${x.shape.join(' ')}]` })
    else dims.forEach((d, i) => equations.push({ at: `${at}[${i}]`, left: parse(d), right: constant(x.shape[i]!) }))
  }
  const { bindings, conflicts, open } = solve(() => true)(equations)
  const sizes = [...bindings].map(([k, p]) => `${k}=${show(p)}`).join(' ')
  for (const c of [...conflicts, ...open, ...sharing(bindings)])
    errors.push({
      _tag: 'WrongSize',
      at: c.at,
      expected: show(c.left),
      actual: show(c.right),
      known: sizes
    })
  return errors.length > 0 ? E.left(errors) : E.right(bindings)
}

/**
 * One line a person can act on.
 *
 * @category errors
 * @since 0.1.0
 */
export const showSpecError = (e: SpecError): string => {
  const at = e.at === '' ? '' : `${e.at}: `
  switch (e._tag) {
    case 'NotATensor':
      return `${at}expected a tensor, got ${e.actual}`
    case 'WrongDtype':
      return `${at}expected dtype ${e.expected}, got ${e.actual}`
    case 'WrongRank':
      return `${at}expected dims ${e.expected}, got shape ${e.actual}`
    case 'WrongSize':
      return `${at}expected size ${e.expected}, got ${e.actual}${e.known === '' ? '' : ` (known: ${e.known})`}`
  }
}
