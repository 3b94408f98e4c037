/**
 * Lines of JSON as the records of a journal.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { faults } from '../../nodes/faults.js'
import { brief } from '../../nodes/object.js'
import type { Framing } from './journal.js'

const newline = 0x0a

/**
 * The first thing that a codec finds wrong, in words.
 *
 * @category errors
 * @since 0.1.0
 */
export const firstError = (errors: t.Errors): { readonly expected: string; readonly actual: string } => {
  const [{ path, expected, value } = { path: [], expected: 'a value', value: undefined }] = faults(errors)
  return {
    expected: path.length === 0 ? expected : `${path.join('.')}: ${expected}`,
    actual: typeof value === 'number' ? String(value) : brief(value)
  }
}

/**
 * Records that are lines of JSON, each with a step. A line without its line feed is torn.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lines = <A extends { readonly step: number }>(codec: t.Type<A>): Framing<A> => ({
  unit: 'line',
  next: (bytes, at) => {
    const end = bytes.indexOf(newline, at)
    if (end < 0) return E.right(undefined)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString()
    return pipe(
      E.tryCatch(
        () => JSON.parse(text) as unknown,
        () => ({ expected: 'JSON', actual: brief(text) })
      ),
      E.flatMap((u) => pipe(codec.decode(u), E.mapLeft(firstError))),
      E.map((value) => ({ step: value.step, value, end: end + 1 }))
    )
  }
})

/**
 * The bytes of one line.
 *
 * @category codec
 * @since 0.1.0
 */
export const lineOf = (value: object): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`)
