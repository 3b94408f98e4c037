/**
 * What a client has not taken yet: results under way or sent and not acknowledged.
 *
 * @since 0.1.0
 */
import { limits } from '../../client/protocol.js'

/**
 * The account of one session. There is `room` for one more frame where, with what is under way, no more than four results and
 * eight megabytes can come to wait for the client; one result alone may be larger.
 *
 * @category model
 * @since 0.1.0
 */
export interface Credit {
  readonly room: () => boolean
  /** A frame goes to the engine; it ends as a result that is `sent`, or is `lost`. */
  readonly begin: () => void
  readonly lost: (count?: number) => void
  readonly sent: (seq: number, bytes: number) => void
  /** Result `seq` and all before it are taken; what is not known is passed over. */
  readonly ack: (seq: number) => void
  readonly held: () => { readonly underWay: number; readonly results: number; readonly bytes: number }
}

/**
 * An account with nothing on it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const credit = (): Credit => {
  let [underWay, largest] = [0, 0]
  let waiting: ReadonlyArray<readonly [seq: number, bytes: number]> = []
  const bytes = (): number => waiting.reduce((sum, [, n]) => sum + n, 0)
  return {
    room: () => {
      const count = underWay + waiting.length
      if (count === 0) return true
      if (count >= limits.unacknowledged) return false
      return bytes() + (underWay + 1) * largest <= limits.unacknowledgedBytes
    },
    begin: () => {
      underWay += 1
    },
    lost: (count = 1) => {
      underWay -= count
    },
    sent: (seq, length) => {
      underWay -= 1
      largest = length
      waiting = [...waiting, [seq, length]]
    },
    ack: (seq) => {
      const at = waiting.findIndex(([s]) => s === seq)
      waiting = waiting.slice(at + 1)
    },
    held: () => ({ underWay, results: waiting.length, bytes: bytes() })
  }
}
