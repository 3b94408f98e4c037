/**
 * Who may ask: names the server goes by, pages that may act on it, and the token.
 *
 * A page of another site can make a browser send requests here, and a name of its own can lead here (DNS rebinding): so the
 * name asked for must be one of ours, and a page that acts must have come from here.
 *
 * @since 0.1.0
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { type Refusal, refusal } from './refusal.js'

/**
 * What a request says of where it comes from.
 *
 * @category model
 * @since 0.1.0
 */
export interface Asking {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** The header `Sec-Fetch-Site`, by which browsers say how page and address are related. */
  readonly site: string | undefined
}

/**
 * How a server is guarded: names it goes by beside loopback's, origins of other pages that it lets act, its token.
 *
 * @category model
 * @since 0.1.0
 */
export interface Guard {
  readonly host: string
  readonly origins: ReadonlyArray<string>
  readonly token: string | undefined
}

/**
 * Whether an address is reached from this machine alone.
 *
 * @category addresses
 * @since 0.1.0
 */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

const nameOf = (host: string): string | undefined => {
  try {
    return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '')
  } catch {
    return undefined
  }
}

/**
 * Why a request that is addressed to `host` is refused, if it is. On loopback only loopback's names lead here; where a token is
 * asked for, any name may: another site's page does not have the token.
 *
 * @category checks
 * @since 0.1.0
 */
export const wrongHost = ({ host }: Asking, guard: Guard): Refusal | undefined => {
  const name = host === undefined ? undefined : nameOf(host)
  if (name !== undefined && (isLoopback(name) || name === guard.host || guard.token !== undefined)) return undefined
  return refusal(421, 'wrong-host', 'This server does not go by that name', {
    where: 'Host',
    expected: isLoopback(guard.host) ? 'localhost or a loopback address' : guard.host,
    actual: host ?? 'nothing'
  })
}

/**
 * Why a page may not act here, if it may not. Programs that are no browsers send no origin.
 *
 * @category checks
 * @since 0.1.0
 */
export const wrongOrigin = ({ host, origin, site }: Asking, guard: Guard): Refusal | undefined => {
  const wrong = (where: string, actual: string): Refusal =>
    refusal(403, 'wrong-origin', 'A page of another site may not do this', {
      where,
      expected: `http://${host}`,
      actual
    })
  if (origin === undefined)
    return site === undefined || site === 'same-origin' || site === 'none' ? undefined : wrong('Sec-Fetch-Site', site)
  if (guard.origins.includes(origin)) return undefined
  const from = /^https?:\/\/(.+)$/.exec(origin)?.[1]
  return from !== undefined && from.toLowerCase() === host?.toLowerCase() ? undefined : wrong('Origin', origin)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * Why a token is refused, if it is. The comparison takes as long whatever is given.
 *
 * @category checks
 * @since 0.1.0
 */
export const wrongToken = (given: string | undefined, { token }: Guard): Refusal | undefined =>
  token === undefined || timingSafeEqual(digest(given ?? ''), digest(token))
    ? undefined
    : refusal(401, 'token', 'This server asks for its token', {
        where: 'Authorization',
        expected: 'Bearer TOKEN',
        actual: given === undefined ? 'nothing' : 'another token'
      })

/** The name of the cookie that holds the token of a page. */
const cookieName = 'keyflow_token'

/**
 * The token of a request: from `Authorization: Bearer`, or from the cookie that `POST /api/login` sets.
 *
 * @category tokens
 * @since 0.1.0
 */
export const tokenIn = (authorization: string | undefined, cookies: string | undefined): string | undefined => {
  const [, bearer] = /^Bearer +(\S.*)$/i.exec(authorization ?? '') ?? []
  if (bearer !== undefined) return bearer
  const pair = (cookies ?? '').split(';').find((c) => c.trim().startsWith(`${cookieName}=`))
  return pair === undefined ? undefined : Buffer.from(pair.trim().slice(cookieName.length + 1), 'base64url').toString()
}

/**
 * The cookie that holds a token: for this site alone, unseen by scripts.
 *
 * @category tokens
 * @since 0.1.0
 */
export const cookieOf = (token: string): string =>
  `${cookieName}=${Buffer.from(token).toString('base64url')}; Path=/; HttpOnly; SameSite=Strict`
