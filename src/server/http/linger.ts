/**
 * Bodies that were refused before they had come whole.
 *
 * @since 0.1.0
 */
import type { IncomingMessage } from 'node:http'

/** How much more is taken from who has been answered, and for how long: bytes, milliseconds. */
export interface Patience {
  readonly bytes: number
  readonly ms: number
}

const usual: Patience = { bytes: 64 * 2 ** 20, ms: 10_000 }

/**
 * A body piece by piece; leaving it early leaves the connection open, so that an answer can be given.
 *
 * @category reading
 * @since 0.1.0
 */
export const piecesOf = (body: IncomingMessage): AsyncIterable<Buffer> => body.iterator({ destroyOnReturn: false })

/**
 * Throws away what still comes of a body after its answer was sent: a connection that is closed while a client writes is reset,
 * and the answer lost with it. Who goes on for too long is cut off all the same.
 *
 * @category answers
 * @since 0.1.0
 */
export const linger = (body: IncomingMessage, { bytes, ms }: Patience = usual): void => {
  if (body.readableEnded || body.destroyed) return
  const { socket } = body
  const [most, last] = [socket.bytesRead + bytes, performance.now() + ms]
  // Node throws away a body that nobody has read by itself, so its pieces are counted at the socket
  const watch = setInterval(() => {
    if (socket.bytesRead > most || performance.now() > last) socket.destroy()
  }, 50).unref()
  body.once('close', () => clearInterval(watch))
  body.resume()
}
