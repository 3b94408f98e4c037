/**
 * Declared routes and their handlers as one web application, with what holds for all of them: headers, who may ask, rates,
 * refusals.
 *
 * @since 0.1.0
 */
import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import * as E from 'fp-ts/lib/Either.js'
import { type Context, Hono } from 'hono'
import { problemFrom } from '../../io/run/compute.js'
import { faults, surplus } from '../../nodes/faults.js'
import { brief } from '../../nodes/object.js'
import { type Guard, tokenIn, wrongHost, wrongOrigin, wrongToken } from './guard.js'
import { piecesOf } from './linger.js'
import { fromProblem, type Refusal, refusal, refused } from './refusal.js'
import type { Handler, Route } from './route.js'
import { type Routes, routes } from './routes.js'

type C = Context<{ Bindings: HttpBindings }>

/** A handler for every route. */
export type Handlers = { readonly [K in keyof Routes]: Handler<Routes[K]> }

/**
 * What the application is made of beside its routes: `page` answers what no route does.
 *
 * @category model
 * @since 0.1.0
 */
export interface Parts {
  readonly guard: Guard
  readonly handlers: Handlers
  readonly page: (request: Request) => Promise<Response>
  /** Whether an address may change something once more. */
  readonly allow: (address: string, now: number) => boolean
  readonly say: (line: string) => void
}

/** Longest body of JSON, in bytes. */
const jsonBytes = 65_536

/** No script but our own files; workers and wasm run; nobody may frame the page or learn where its user came from. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; img-src 'self' blob: data:; " +
    "media-src 'self' blob: mediastream:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()'
}

const bodyOf = async ({ takes }: Route, c: C): Promise<E.Either<Refusal, unknown>> => {
  if (takes?.codec === undefined) return E.right(undefined)
  const wrong = (expected: string, actual: string, where = 'body') =>
    E.left(refusal(400, 'bad-request', 'The request is not understood', { where, expected, actual }))
  const type = c.req.header('content-type') ?? 'nothing'
  if (!/^application\/json\b/i.test(type))
    return E.left(
      refusal(415, 'media-type', 'Another media type is needed', { expected: 'application/json', actual: type })
    )
  const pieces: Array<Uint8Array> = []
  let length = 0
  for await (const piece of piecesOf(c.env.incoming as IncomingMessage)) {
    length += piece.length
    if (length > jsonBytes)
      return E.left(refusal(413, 'over-limit', 'Larger than this server takes', { expected: `${jsonBytes} bytes` }))
    pieces.push(piece)
  }
  const value = E.tryCatch(() => JSON.parse(Buffer.concat(pieces).toString('utf8')) as unknown, String)
  if (E.isLeft(value)) return wrong('JSON', value.left)
  const decoded = takes.codec.decode(value.right)
  if (E.isRight(decoded)) {
    const [more] = surplus(takes.codec, value.right)
    if (more === undefined) return decoded
    return wrong(`one of ${more.known.join(', ')}`, 'a key that is not known', more.path.join('.'))
  }
  const [first] = faults(decoded.left)
  return wrong(first?.expected ?? takes.codec.name, brief(first?.value), first?.path.join('.') || 'body')
}

/** Why a request is refused before it is looked at, if it is. */
const barred = (route: Route, c: C, { guard, allow }: Parts): Response | undefined => {
  const changes = route.method !== 'get'
  const asking = { host: c.req.header('host'), origin: c.req.header('origin'), site: c.req.header('sec-fetch-site') }
  const token = tokenIn(c.req.header('authorization'), c.req.header('cookie'))
  const no =
    wrongHost(asking, guard) ??
    (changes ? wrongOrigin(asking, guard) : undefined) ??
    (route.open === true ? undefined : wrongToken(token, guard))
  if (no !== undefined) return refused(no, no.status === 401 ? { 'www-authenticate': 'Bearer' } : {})
  if (changes && !allow(c.env.incoming.socket.remoteAddress ?? '', Date.now()))
    return refused(refusal(429, 'rate', 'Too many requests'), { 'retry-after': '1' })
  return undefined
}

const answer = async (route: Route, handler: Handler<any>, c: C, parts: Parts): Promise<Response> => {
  const no = barred(route, c, parts)
  if (no !== undefined) return no
  const body = await bodyOf(route, c)
  if (E.isLeft(body)) return refused(body.left)
  return handler({
    params: c.req.param() as Record<string, string>,
    query: new URL(c.req.url).searchParams,
    body: body.right,
    request: c.req.raw,
    incoming: c.env.incoming
  })
}

/**
 * The application.
 *
 * @category constructors
 * @since 0.1.0
 */
export const app = (parts: Parts): Hono<{ Bindings: HttpBindings }> => {
  const hono = new Hono<{ Bindings: HttpBindings }>()
  hono.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.res.headers.set(name, value)
  })
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    hono.on(route.method.toUpperCase(), path, (c) => answer(route, parts.handlers[name as keyof Routes], c, parts))
  }
  const methods = (path: string): ReadonlyArray<string> =>
    Object.values<Route>(routes)
      .filter((r) => new RegExp(`^${r.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
      .map((r) => r.method.toUpperCase())
  hono.all('*', async (c) => {
    const no = wrongHost({ host: c.req.header('host'), origin: undefined, site: undefined }, parts.guard)
    if (no !== undefined) return refused(no)
    const allowed = methods(c.req.path)
    if (allowed.length > 0)
      return refused(
        refusal(405, 'method', 'Not done with this method', { expected: allowed.join(', '), actual: c.req.method }),
        {
          allow: allowed.join(', ')
        }
      )
    return c.req.method === 'GET' || c.req.method === 'HEAD'
      ? parts.page(c.req.raw)
      : refused(refusal(404, 'not-found', 'Nothing is here'))
  })
  hono.onError((cause) => {
    const problem = problemFrom(cause)
    parts.say(`http: ${cause.stack ?? cause.message}`)
    const shown = fromProblem(problem)
    return refused(problem._tag === 'Failed' ? { ...shown, detail: 'the server failed; its log tells more' } : shown)
  })
  return hono
}
