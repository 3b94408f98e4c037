/**
 * Where WebSockets come in: looked at before they are let in, and joined to sessions.
 *
 * @since 0.1.0
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { encodeMessage, headerBytes, limits, livePath, subprotocol, tokenOf } from '../../client/protocol.js'
import { newName } from '../files/store.js'
import { type Guard, tokenIn, wrongHost, wrongOrigin, wrongToken } from '../http/guard.js'
import { type Refusal, refusal } from '../http/refusal.js'
import type { Line, Place } from './seat.js'
import { type Queued, type Session, session } from './session.js'

/**
 * The open sessions. `close` takes no more, tells all and waits until they are gone.
 *
 * @category model
 * @since 0.1.0
 */
export interface Door {
  readonly count: () => number
  readonly queued: () => Queued
  readonly close: () => Promise<void>
}

/** How sessions are let in. */
export interface Entry extends Place {
  readonly guard: Guard
  readonly allow: (address: string, now: number) => boolean
  readonly say: (line: string) => void
}

const words: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  503: 'Service Unavailable'
}

/** Answers a request to become a WebSocket with a refusal. */
const turnAway = (socket: Duplex, problem: Refusal): void => {
  const body = JSON.stringify(problem)
  socket.on('error', () => {})
  socket.end(
    `HTTP/1.1 ${problem.status} ${words[problem.status] ?? 'Refused'}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\nX-Content-Type-Options: nosniff\r\n\r\n${body}`
  )
}

/** The subprotocols that a client offers. */
const offers = (request: IncomingMessage): ReadonlyArray<string> =>
  (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim())

const lineOf = (socket: WebSocket): Line => ({
  text: (message) => socket.send(encodeMessage(message)),
  bytes: (message) => socket.send(message),
  close: (code, reason) => {
    socket.close(code, reason.slice(0, 120))
    // Whoever does not answer the close is not waited for.
    setTimeout(() => socket.terminate(), 2000).unref()
  },
  pause: () => socket.pause(),
  resume: () => socket.resume()
})

/**
 * Lets sessions in at `livePath` of a server.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openDoor = (server: Server, entry: Entry): Door => {
  const { guard, bounds, allow, say } = entry
  const all = new Map<WebSocket, Session>()
  let closing = false
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: Math.max(limits.control * 4, Math.min(limits.payload, bounds.pixels * 3) + headerBytes),
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false)
  })

  const refusalOf = (request: IncomingMessage): Refusal | undefined => {
    const { host, origin, authorization, cookie } = request.headers
    const site = request.headers['sec-fetch-site'] as string | undefined
    const asking = { host, origin: origin as string | undefined, site: site === 'none' ? undefined : site }
    const token = tokenOf(offers(request)) ?? tokenIn(authorization, cookie)
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname !== livePath)
      return refusal(404, 'not-found', 'Nothing is here', { expected: livePath, actual: pathname })
    return (
      wrongHost(asking, guard) ??
      wrongOrigin(asking, guard) ??
      wrongToken(token, guard) ??
      (offers(request).includes(subprotocol)
        ? undefined
        : refusal(400, 'subprotocol', 'Another protocol is spoken here', {
            where: 'Sec-WebSocket-Protocol',
            expected: subprotocol
          })) ??
      (allow(request.socket.remoteAddress ?? '', Date.now()) ? undefined : refusal(429, 'rate', 'Too many requests')) ??
      (closing ? refusal(503, 'ending', 'The server is about to end') : undefined) ??
      (all.size < bounds.sessions
        ? undefined
        : refusal(503, 'sessions', 'No more sessions are taken', { expected: `at most ${bounds.sessions}` }))
    )
  }

  const begin = (socket: WebSocket): void => {
    const own = session(newName(), lineOf(socket), entry)
    all.set(socket, own)
    socket.on('message', (data, binary) => {
      if (binary) own.got(data as Buffer)
      else own.heard(String(data))
    })
    // A message that is too large or no message at all: ws closes with 1009, 1007 or 1002 itself.
    socket.on('error', () => {})
    socket.on('close', () => {
      all.delete(socket)
      own.gone()
    })
  }

  server.on('upgrade', (request, socket, head) => {
    try {
      const problem = refusalOf(request)
      if (problem !== undefined) return turnAway(socket, problem)
      sockets.handleUpgrade(request, socket, head, begin)
    } catch (cause) {
      say(`live: ${cause instanceof Error ? cause.message : String(cause)}`)
      socket.destroy()
    }
  })

  return {
    count: () => all.size,
    queued: () => {
      const sum = { inbox: 0, engine: 0, unacknowledged: 0 }
      for (const own of all.values()) {
        const queued = own.queued()
        for (const key of Object.keys(sum) as Array<keyof typeof sum>) sum[key] += queued[key]
      }
      return sum
    },
    close: async () => {
      closing = true
      for (const own of all.values()) own.notice()
      const late = setTimeout(() => {
        for (const socket of all.keys()) socket.terminate()
      }, 1000)
      await Promise.all(
        [...all.keys()].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())))
      )
      clearTimeout(late)
    }
  }
}
