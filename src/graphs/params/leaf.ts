/**
 * Codecs for single values of a configuration; the name of each says what is due.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

/**
 * A value that is told from others by a guard; `expected` describes it in messages.
 *
 * @category codec
 * @since 0.1.0
 */
export const leaf = <A>(expected: string, is: (u: unknown) => u is A): t.Type<A> =>
  new t.Type<A>(expected, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)

const isNumber = (u: unknown): u is number => typeof u === 'number' && Number.isFinite(u)

/**
 * A whole number within bounds.
 *
 * @category codec
 * @since 0.1.0
 */
export const whole = (least: number, most: number): t.Type<number> =>
  leaf(`a whole number from ${least} to ${most}`, (u): u is number => {
    return Number.isInteger(u) && Number(u) >= least && Number(u) <= most
  })

/**
 * A finite number.
 *
 * @category codec
 * @since 0.1.0
 */
export const real = leaf('a number', isNumber)

/**
 * A finite number above zero.
 *
 * @category codec
 * @since 0.1.0
 */
export const positive = leaf('a positive number', (u): u is number => isNumber(u) && u > 0)

/**
 * A finite number, zero or above.
 *
 * @category codec
 * @since 0.1.0
 */
export const natural = leaf('a number that is not negative', (u): u is number => isNumber(u) && u >= 0)

/**
 * Yes or no, as YAML spells it.
 *
 * @category codec
 * @since 0.1.0
 */
export const flag = leaf('True or False', (u): u is boolean => typeof u === 'boolean')

/**
 * Any text.
 *
 * @category codec
 * @since 0.1.0
 */
export const text = leaf('text', (u): u is string => typeof u === 'string')

/**
 * One of a few words, or a number above zero.
 *
 * @category codec
 * @since 0.1.0
 */
export const wordOrPositive = <W extends string>(...all: ReadonlyArray<W>): t.Type<W | number> =>
  leaf(`${all.map((w) => `'${w}'`).join(', ')} or a positive number`, (u): u is W | number => {
    return positive.is(u) || all.includes(u as W)
  })

/**
 * One of a few words.
 *
 * @category codec
 * @since 0.1.0
 */
export const word = <W extends string>(...all: ReadonlyArray<W>): t.Type<W> =>
  leaf(all.map((w) => `'${w}'`).join(' or '), (u): u is W => all.includes(u as W))
