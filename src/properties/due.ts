/**
 * What a law says when it is broken: where, what was due, what came.
 *
 * @since 0.1.0
 */

/** Plain words for a value: short, and the same for equal values. */
export const worded = (u: unknown): string => {
  const text = JSON.stringify(u, (_, v: unknown) =>
    typeof v === 'number' && !Number.isFinite(v) ? String(v) : ArrayBuffer.isView(v) ? Array.from(v as Float32Array) : v
  )
  return text === undefined ? String(u) : text.length <= 400 ? text : `${text.slice(0, 400)}...`
}

/**
 * What a law found wrong in one case.
 *
 * @category errors
 * @since 0.1.0
 */
export class Mismatch extends Error {
  override readonly name = 'Mismatch'
  constructor(
    readonly due: unknown,
    readonly came: unknown,
    readonly where = ''
  ) {
    super(`${where === '' ? '' : `${where}: `}due ${worded(due)}, came ${worded(came)}`)
  }
}

const isPlain = (u: unknown): u is Readonly<Record<string, unknown>> => typeof u === 'object' && u !== null

/** The first place where two values differ, as a path; nothing where they are equal. What is undefined counts as absent. */
const differing = (came: unknown, due: unknown, at: string): readonly [string, unknown, unknown] | undefined => {
  if (Object.is(came, due)) return undefined
  if (!isPlain(came) || !isPlain(due) || Array.isArray(came) !== Array.isArray(due)) return [at, came, due]
  if (Array.isArray(came) && came.length !== (due as unknown as Array<unknown>).length) return [at, came, due]
  for (const key of new Set([...Object.keys(due), ...Object.keys(came)])) {
    const found = differing(
      came[key],
      due[key],
      Array.isArray(came) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`
    )
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Holds a value equal to what is due: numbers, texts, and plain records and arrays of them entry by entry.
 *
 * Throws a `Mismatch` that names the first place where they differ.
 *
 * @category assertions
 * @since 0.1.0
 */
export const equal = (came: unknown, due: unknown, where = ''): void => {
  const found = differing(came, due, where)
  if (found !== undefined) throw new Mismatch(found[2], found[1], found[0])
}

/**
 * Holds a number to a bound: `holds` says whether it is kept. No comparison holds for NaN. Throws a `Mismatch`.
 *
 * @category assertions
 * @since 0.1.0
 */
export const bounded = (came: number, due: string, holds: boolean, where = ''): void => {
  if (!holds) throw new Mismatch(due, came, where)
}

/**
 * Holds a number to at most `most`. Throws a `Mismatch`.
 *
 * @category assertions
 * @since 0.1.0
 */
export const atMost = (came: number, most: number, where = ''): void =>
  bounded(came, `at most ${most}`, came <= most, where)

/**
 * Holds a number to at least `least`. Throws a `Mismatch`.
 *
 * @category assertions
 * @since 0.1.0
 */
export const atLeast = (came: number, least: number, where = ''): void =>
  bounded(came, `at least ${least}`, came >= least, where)

/**
 * Holds a number to less than `bound`. Throws a `Mismatch`.
 *
 * @category assertions
 * @since 0.1.0
 */
export const below = (came: number, bound: number, where = ''): void =>
  bounded(came, `less than ${bound}`, came < bound, where)

/**
 * Holds a number to more than `bound`. Throws a `Mismatch`.
 *
 * @category assertions
 * @since 0.1.0
 */
export const above = (came: number, bound: number, where = ''): void =>
  bounded(came, `more than ${bound}`, came > bound, where)

/**
 * Holds a number to be `due` within half a unit of a decimal place. Throws a `Mismatch`.
 *
 * @category assertions
 * @since 0.1.0
 */
export const close = (came: number, due: number, places: number, where = ''): void =>
  bounded(came, `${due} to ${places} places`, Object.is(came, due) || Math.abs(came - due) < 10 ** -places / 2, where)

/**
 * Holds a statement to be true. Throws a `Mismatch`.
 *
 * @category assertions
 * @since 0.1.0
 */
export const isTrue = (holds: boolean, statement: string): void => {
  if (!holds) throw new Mismatch(statement, 'not so')
}
