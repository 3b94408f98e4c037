/**
 * The names and numbers of the protocol.
 *
 * @since 0.1.0
 */

/**
 * Where a server takes sessions.
 *
 * @category protocol
 * @since 0.1.0
 */
export const livePath = '/api/live'

/**
 * The subprotocol that both sides name.
 *
 * @category protocol
 * @since 0.1.0
 */
export const subprotocol = 'keyflow.1'

/**
 * What both sides hold each other to. Bytes and pixels of one message; counts of one session.
 *
 * @category protocol
 * @since 0.1.0
 */
export const limits = {
  /** Longest JSON message, in UTF-16 units. */
  control: 65_536,
  /** Largest payload of a binary message, in bytes. */
  payload: 32 * 2 ** 20,
  /** Longest side of a picture. */
  side: 8192,
  /** Most keypoints of a pose. */
  keypoints: 256,
  /** Most parts of a result. */
  parts: 8,
  /** Results that may wait for an `ack`. */
  unacknowledged: 4,
  /** Bytes of results that may wait for an `ack`; one result alone may be larger. */
  unacknowledgedBytes: 8 * 2 ** 20
} as const

const tokenMark = 'token.'

/**
 * The subprotocols a client offers: the protocol's own and, where there is a token, the token in base64url.
 *
 * @category protocol
 * @since 0.1.0
 */
export const offered = (token?: string): ReadonlyArray<string> =>
  token === undefined ? [subprotocol] : [subprotocol, `${tokenMark}${base64url(new TextEncoder().encode(token))}`]

/**
 * The token among offered subprotocols; undefined where there is none or it is not text.
 *
 * @category protocol
 * @since 0.1.0
 */
export const tokenOf = (protocols: Iterable<string>): string | undefined => {
  for (const protocol of protocols)
    if (protocol.startsWith(tokenMark)) return textOf(protocol.slice(tokenMark.length)) ?? undefined
  return undefined
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const textOf = (encoded: string): string | undefined => {
  try {
    const bytes = Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
