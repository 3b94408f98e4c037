/**
 * The part of a WebSocket that the client uses: that of browsers, of Node from 22 on, and of `ws`.
 *
 * @since 0.1.0
 */
import { Failure } from '../graphs/failure.js'
import type { ClientError } from './animator.js'
import { livePath } from './limits.js'

/**
 * A WebSocket, as far as the client uses it.
 *
 * @since 0.1.0
 */
export interface Socket {
  binaryType: string
  readonly readyState: number
  readonly send: (data: string | Uint8Array<ArrayBuffer>) => void
  readonly close: (code?: number, reason?: string) => void
  readonly addEventListener: (type: any, listener: (event: any) => void) => void
}

/**
 * What makes a WebSocket: `globalThis.WebSocket`, or the `WebSocket` of `ws` in Node 20.
 *
 * @category model
 * @since 0.1.0
 */
export type SocketMaker = new (url: string, protocols: Array<string>) => Socket

/** What a socket tells. */
export interface Listener {
  readonly opened: () => void
  readonly text: (text: string) => void
  readonly bytes: (bytes: Uint8Array) => void
  readonly closed: (code: number, reason: string) => void
}

const text = (u: unknown): string => (typeof u === 'string' ? u : '')

/**
 * Opens a socket and listens to it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openSocket = (Maker: SocketMaker, url: string, protocols: ReadonlyArray<string>, on: Listener): Socket => {
  const socket = new Maker(url, [...protocols])
  socket.binaryType = 'arraybuffer'
  let failure = ''
  socket.addEventListener('open', on.opened)
  socket.addEventListener('error', (event: { readonly message?: unknown }) => {
    failure = text(event.message) // browsers do not tell
  })
  socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
    if (typeof data === 'string') on.text(data)
    else on.bytes(new Uint8Array(data as ArrayBuffer))
  })
  socket.addEventListener('close', (event: { readonly code?: number; readonly reason?: unknown }) =>
    on.closed(event.code ?? 1006, text(event.reason) || failure)
  )
  return socket
}

/**
 * The WebSocket of this runtime, or the given one. Throws a `Failure<ClientError>`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const socketMaker = (given: SocketMaker | undefined): SocketMaker => {
  const found = given ?? (globalThis as { WebSocket?: SocketMaker }).WebSocket
  if (found === undefined)
    throw new Failure<ClientError>({
      _tag: 'NoWebSocket',
      expected: 'a WebSocket: Node from 22 on, or the option WebSocket with that of the package ws'
    })
  return found
}

/** An address of HTTP or WebSockets, if a text is one. */
const addressOf = (text: string): URL | undefined => {
  try {
    return /^(http|ws)s?:/i.test(text) ? new URL(text) : undefined
  } catch {
    return undefined
  }
}

/**
 * The address of live sessions at a server: `http` becomes `ws`, and an address without a path is completed. Throws a
 * `Failure<ClientError>` where it is none.
 *
 * @category conversion
 * @since 0.1.0
 */
export const liveUrl = (url: string): string => {
  const address = addressOf(url)
  if (address === undefined)
    throw new Failure<ClientError>({
      _tag: 'BadAddress',
      at: 'url',
      expected: 'the address of a server, such as ws://127.0.0.1:7860 or http://127.0.0.1:7860',
      actual: url === '' ? 'nothing' : url
    })
  address.protocol = address.protocol.replace(/^http/, 'ws')
  if (address.pathname === '/') address.pathname = livePath
  return address.href
}
