/**
 * Routes as data: what is asked for where, what it takes and gives. The server's table and its OpenAPI document are both read
 * from them.
 *
 * @since 0.1.0
 */
import type { IncomingMessage } from 'node:http'
import type * as t from 'io-ts'

/** What an answer or a request carries: a media type, and a codec where it is JSON. */
export interface Carried {
  readonly type: string
  readonly codec?: t.Mixed
}

/**
 * One address and method. `open` ones are answered without a token. Refusals are problem details and not listed one by one:
 * `refuses` names their statuses.
 *
 * @category model
 * @since 0.1.0
 */
export interface Route {
  readonly method: 'get' | 'post' | 'delete'
  readonly path: string
  readonly summary: string
  readonly open?: true
  readonly query?: Readonly<Record<string, string>>
  readonly takes?: Carried
  readonly gives: Readonly<Record<number, Carried & { readonly about: string }>>
  readonly refuses: ReadonlyArray<number>
}

/** The value that a route's body decodes to; nothing where it takes none or bytes. */
export type Body<R extends Route> = R extends { readonly takes: { readonly codec: infer C extends t.Mixed } }
  ? t.TypeOf<C>
  : undefined

/**
 * A request as handlers see it: parts of the path, the query, the decoded body. Bytes are read from `incoming`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Asked<B> {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: B
  readonly request: Request
  readonly incoming: IncomingMessage
}

/** What answers a route. */
export type Handler<R extends Route> = (asked: Asked<Body<R>>) => Response | Promise<Response>
