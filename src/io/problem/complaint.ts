/**
 * Short ways to say that data is not what it should be.
 *
 * @since 0.1.0
 */
import type { Problem } from './problem.js'

/**
 * Says what is wrong at one place of a file.
 *
 * @category errors
 * @since 0.1.0
 */
export type Complaint = (at: string, expected: string, actual: string) => Problem

/**
 * Complaints about bad data in one file.
 *
 * @category errors
 * @since 0.1.0
 */
export const complaint =
  (file: string): Complaint =>
  (at, expected, actual) => ({ _tag: 'BadData', file, at, expected, actual })

/**
 * One problem for one or several; past `most`, the rest is left out.
 *
 * @category errors
 * @since 0.1.0
 */
export const gather = (first: Problem, rest: ReadonlyArray<Problem> = [], most = 100): Problem =>
  rest.length === 0 ? first : { _tag: 'Problems', all: [first, ...rest].slice(0, most) }
