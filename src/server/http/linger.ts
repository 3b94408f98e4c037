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
  let left = bytes
  const cut = (): void => void body.socket.destroy()
  const timer = setTimeout(cut, ms).unref()
  body.on('data', (piece: Buffer) => {
    left -= piece.length
    if (left < 0) cut()
  })
  body.once('close', () => clearTimeout(timer))
  body.resume()
}
