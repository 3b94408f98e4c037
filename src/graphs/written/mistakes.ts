/**
 * What is wrong with a written graph, and how it is said.
 *
 * @since 0.1.0
 */
import { brief } from '../../nodes/object.js'
import { nearest, rather } from '../params/nearest.js'

/**
 * Why a written graph is not one.
 *
 * @since 0.1.0
 */
export interface JsonError {
  readonly _tag: 'BadGraph'
  readonly at: string
  readonly expected: string
  readonly actual: string
}

/** Whether a path would reach into what every object has. */
export const unsafe = (path: string): boolean => path.split('.').some((key) => key in {})

/** A mistake at a place of the document. */
export const bad = (at: string, expected: string, actual: string): JsonError => {
  return { _tag: 'BadGraph', at, expected, actual }
}

/** What stands under a key, or that nothing does, with the key that may have been meant. */
export const field = (u: Readonly<Record<string, unknown>>, key: string, known: ReadonlyArray<string>, at: string) => ({
  at: `${at}.${key}`,
  value: u[key],
  refuse: (expected: string): JsonError => {
    const strange = nearest(
      key,
      Object.keys(u).filter((k) => !known.includes(k))
    )
    return bad(`${at}.${key}`, expected, u[key] === undefined && strange ? `nothing, but ${strange}` : brief(u[key]))
  }
})

/** What stands under names that mean nothing there. While a key is missing, it is among them, and is told of there. */
export const strangers = (
  u: Readonly<Record<string, unknown>>,
  known: ReadonlyArray<string>,
  at: string,
  needed: ReadonlyArray<string> = []
): ReadonlyArray<JsonError> =>
  needed.some((key) => u[key] === undefined)
    ? []
    : Object.keys(u)
        .filter((key) => !known.includes(key))
        .map((key) => bad(`${at}.${key}`, rather(key, known), key))
