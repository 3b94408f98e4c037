/** A small server of the protocol that answers as it is told, and remembers what it was sent. */
import type { AddressInfo } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  type ClientMessage,
  decodeClientMessage,
  decodeFrame,
  encodeMessage,
  encodeResult,
  livePath,
  type Part,
  type Sent,
  type ServerMessage,
  subprotocol
} from '../../src/client/protocol.js'

/** One connection, as the server sees it. */
export interface Guest {
  readonly protocols: ReadonlyArray<string>
  readonly said: Array<ClientMessage>
  readonly sent: Array<Sent>
  readonly closed: { code: number | undefined }
  readonly socket: WebSocket
  readonly say: (message: ServerMessage) => void
  readonly answer: (sent: Sent, parts?: ReadonlyArray<Part>) => void
}

/** What the server does when something comes; by default it answers every frame at once. */
export interface Ways {
  readonly frame?: (guest: Guest, sent: Sent) => void
  readonly message?: (guest: Guest, message: ClientMessage) => void
}

const right = <A>(either: E.Either<unknown, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}

const pixel: Part = {
  what: 'prediction',
  format: 'raw',
  width: 1,
  height: 1,
  channels: 3,
  bytes: Uint8Array.of(1, 2, 3)
}
const pose = { mean: Float32Array.of(0, 0.5), var: undefined }
const normalisation = { move_location: true, movement_mult: false, adapt_variance: false, clip_mean: false }

/** The first thing that a server says. */
const readyMessage: ServerMessage = {
  type: 'ready',
  session: 's',
  model: 'm',
  size: { height: 1, width: 1 },
  keypoints: 1,
  engine: 'test',
  manner: { normalisation, strength: 1, smoothing: null }
}

/** Starts the server at a free port of this machine. */
export const serve = async (ways: Ways = {}) => {
  const guests: Array<Guest> = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => subprotocol, path: livePath })
  server.on('connection', (socket, request) => {
    const guest: Guest = {
      protocols: (request.headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim()),
      said: [],
      sent: [],
      closed: { code: undefined },
      socket,
      say: (message) => socket.send(encodeMessage(message)),
      answer: ({ seq, time }, parts = [pixel]) =>
        socket.send(
          encodeResult({
            seq,
            time,
            width: 1,
            height: 1,
            modelMs: 1,
            queueMs: 0,
            score: 0.25,
            seen: pose,
            aim: pose,
            parts
          })
        )
    }
    guests.push(guest)
    socket.on('close', (code) => {
      guest.closed.code = code
    })
    socket.on('message', (data: Buffer, binary) => {
      if (binary) {
        const sent = right(decodeFrame(new Uint8Array(data)))
        guest.sent.push(sent)
        if (sent.kind === 'source') guest.say({ type: 'source', seq: sent.seq, points: [0, 0.5] })
        else if (ways.frame === undefined) guest.answer(sent)
        else ways.frame(guest, sent)
      } else {
        const message = right(decodeClientMessage(data.toString()))
        guest.said.push(message)
        if (message.type === 'open') guest.say(readyMessage)
        ways.message?.(guest, message)
      }
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    guests,
    stop: () => {
      for (const { socket } of guests) socket.terminate()
      server.close()
    }
  }
}
