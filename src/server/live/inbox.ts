/**
 * What a client has sent and nobody has looked at yet, in order.
 *
 * @since 0.1.0
 */
import type { Sent } from '../../client/protocol.js'

/** A message with the time it came, in milliseconds. */
export interface Arrived {
  readonly sent: Sent
  readonly at: number
}

/**
 * A queue: under `latest` a frame takes the place of the one that waits.
 *
 * @category model
 * @since 0.1.0
 */
export interface Inbox {
  /** Gives back what its place was taken of. */
  readonly put: (arrived: Arrived, policy: 'block' | 'latest') => ReadonlyArray<Arrived>
  readonly peek: () => Arrived | undefined
  readonly take: () => Arrived | undefined
  readonly clear: () => ReadonlyArray<Arrived>
  readonly size: () => number
  readonly bytes: () => number
}

const isFrame = ({ sent }: Arrived): boolean => sent.kind !== 'source'

/**
 * A queue with nothing in it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const inbox = (): Inbox => {
  let queue: ReadonlyArray<Arrived> = []
  return {
    put: (arrived, policy) => {
      const gone = policy === 'latest' ? queue.filter((a) => isFrame(a) === isFrame(arrived)) : []
      queue = [...queue.filter((a) => !gone.includes(a)), arrived]
      return gone.filter(isFrame)
    },
    peek: () => queue[0],
    take: () => {
      const [first, ...rest] = queue
      queue = rest
      return first
    },
    clear: () => {
      const gone = queue
      queue = []
      return gone
    },
    size: () => queue.length,
    bytes: () => queue.reduce((sum, { sent }) => sum + (sent.kind === 'pose' ? 0 : sent.picture.bytes.length), 0)
  }
}
