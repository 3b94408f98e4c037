/**
 * Refusals as problem details (RFC 9457), with the place and what was due there.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { type Problem, showProblem } from '../../io/problem/problem.js'

/**
 * Problem details as they are sent.
 *
 * @category model
 * @since 0.1.0
 */
export const Refusal = t.intersection([
  t.strict({ type: t.string, title: t.string, status: t.Int as t.Mixed as t.Type<number> }),
  t.partial({ detail: t.string, where: t.string, expected: t.string, actual: t.string })
])
/** Problem details as they are sent. */
export type Refusal = t.TypeOf<typeof Refusal>

type More = Partial<Pick<Refusal, 'detail' | 'where' | 'expected' | 'actual'>>

/**
 * A refusal of a kind: `kind` ends its type, a word that programs compare.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusal = (status: number, kind: string, title: string, more: More = {}): Refusal => ({
  type: `urn:keyflow:${kind}`,
  title,
  status,
  ...more
})

/** Names of files say nothing to a client and may tell it too much: the last part alone is shown. */
const named = (path: string): string => path.split(/[/\\]/).at(-1) ?? path

/**
 * A problem of the program as a refusal.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromProblem = (p: Problem): Refusal => {
  switch (p._tag) {
    case 'Usage':
      return refusal(400, 'usage', 'Asked wrongly', {
        where: named(p.at),
        expected: p.expected,
        actual: named(p.actual)
      })
    case 'BadData':
      return refusal(422, 'bad-data', 'The data is not what it should be', {
        detail: `${named(p.file)}: ${p.at}: expected ${p.expected}, got ${p.actual}`,
        where: p.at,
        expected: p.expected,
        actual: p.actual
      })
    case 'OverLimit':
      return refusal(413, 'over-limit', 'Larger than this server takes', {
        detail: `${p.what} ${p.actual} is over the limit of ${p.limit}`,
        where: p.what,
        expected: `at most ${p.limit}`,
        actual: String(p.actual)
      })
    case 'NoEngine':
    case 'NoPackage':
      return refusal(503, 'not-installed', 'Something is not installed on the server', { detail: `needs ${p.needed}` })
    case 'FileTrouble':
      return refusal(500, 'file-trouble', 'The server could not use a file', {
        detail: `cannot ${p.doing}: ${p.cause.replaceAll(/(?:\/[^\s/:'"]+)+\/([^\s/:'"]+)/g, '$1')}`
      })
    case 'BadConfig':
      return refusal(422, 'bad-config', 'The configuration does not fit', {
        where: p.at,
        expected: p.expected,
        actual: p.actual
      })
    case 'Interrupted':
      return refusal(503, 'interrupted', 'Interrupted', { detail: `by ${p.signal}` })
    case 'Problems':
      return p.all[0] === undefined
        ? refusal(500, 'failed', 'Failed')
        : { ...fromProblem(p.all[0]), detail: p.all.map((q) => fromProblem(q).detail ?? showProblem(q)).join('\n') }
    case 'Failed':
      return refusal(500, 'failed', 'Failed', { detail: `${named(p.at)}: ${p.cause.split('\n')[0]}` })
  }
}

/**
 * A refusal as an answer.
 *
 * @category answers
 * @since 0.1.0
 */
export const refused = (r: Refusal, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(r), {
    status: r.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers }
  })

/**
 * There is nothing at this address.
 *
 * @category answers
 * @since 0.1.0
 */
export const missing = (what: string): Response => refused(refusal(404, 'not-found', `No such ${what}`))
