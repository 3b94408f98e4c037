/**
 * Why a message is refused: where, what was due, what came.
 *
 * @since 0.1.0
 */
import { brief } from '../nodes/object.js'

/**
 * A message that is not what the protocol says. `at` is a place inside it: a path of JSON, or a field of the bytes.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Misread {
  readonly _tag: 'Misread'
  readonly at: string
  readonly expected: string
  readonly actual: string
}

/**
 * Makes a `Misread`.
 *
 * @category errors
 * @since 0.1.0
 */
export const misread = (at: string, expected: string, actual: unknown): Misread => ({
  _tag: 'Misread',
  at,
  expected,
  actual: typeof actual === 'string' ? actual : brief(actual)
})

/**
 * One line for a person.
 *
 * @category errors
 * @since 0.1.0
 */
export const showMisread = ({ at, expected, actual }: Misread): string => `${at}: expected ${expected}, got ${actual}`
