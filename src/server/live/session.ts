/**
 * One live session: what a client says and sends, in turn to the engine and back, never more than the client takes.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { decodeClientMessage, decodeFrame, type Misread } from '../../client/protocol.js'
import { type Refusal, refusal } from '../http/refusal.js'
import { obey } from './control.js'
import { die, gone, type Line, newSeat, offended, type Place, type Seat, say } from './seat.js'
import { take } from './way-in.js'

/** What waits where, in a session. */
export type Queued = Readonly<Record<'inbox' | 'engine' | 'unacknowledged', number>>

/**
 * A session as its socket drives it. `notice` tells the client that the server is about to end.
 *
 * @category model
 * @since 0.1.0
 */
export interface Session {
  readonly heard: (text: string) => void
  readonly got: (bytes: Uint8Array) => void
  readonly gone: () => void
  readonly notice: () => void
  readonly queued: () => Queued
}

const malformed = ({ at, expected, actual }: Misread): Refusal =>
  refusal(400, 'malformed', 'The message is not understood', { where: at, expected, actual })

/** Mean milliseconds of each node of the session's model, in the last second. */
const nodesOf = ({ known, place }: Seat): Readonly<Record<string, number>> => {
  const programs = known === undefined ? {} : (place.engine.vitals().nodes[known.path] ?? {})
  const means: Record<string, number> = {}
  for (const took of Object.values(programs))
    for (const [node, [ms, runs]] of Object.entries(took)) means[node] = (means[node] ?? 0) + ms / Math.max(1, runs)
  return means
}

const late = (kind: string, title: string, expected: string): Refusal => refusal(408, kind, title, { expected })

/**
 * A session that waits for its `open`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const session = (id: string, line: Line, place: Place): Session => {
  const { handshake, idle } = place.bounds
  const seat = newSeat(id, line, place)
  let heardAt = performance.now()

  const unopened = setTimeout(() => {
    if (seat.open === undefined)
      die(seat, late('handshake', 'No open came in time', `open within ${handshake} ms`), 1008)
  }, handshake)
  const pulse = setInterval(() => {
    const now = performance.now()
    // Who waits for the engine, or is not read from, need not say anything.
    if (!seat.told || seat.flow.closed()) heardAt = now
    if (now - heardAt > idle)
      die(seat, late('idle', 'Nothing was heard for too long', `something within ${idle} ms`), 1008)
    else if (seat.told) say(seat, seat.counts.stats(now, seat.waiting.size() + seat.underWay.size, nodesOf(seat)))
  }, 1000)
  seat.timers.add(unopened).add(pulse)

  const alive = (): boolean => {
    heardAt = performance.now()
    return !seat.over
  }
  return {
    heard: (text) => {
      if (!alive()) return
      const message = decodeClientMessage(text)
      if (E.isLeft(message)) offended(seat, malformed(message.left), 1007)
      else if (message.right.type !== 'ack' && !seat.controls.take(performance.now()))
        offended(seat, refusal(429, 'rate', 'Too many messages'), 1008)
      else obey(seat, message.right)
    },
    got: (bytes) => {
      if (!alive()) return
      const sent = decodeFrame(bytes)
      if (E.isLeft(sent)) offended(seat, malformed(sent.left), 1007)
      else take(seat, sent.right)
    },
    gone: () => gone(seat),
    notice: () => die(seat, refusal(503, 'ending', 'The server is about to end'), 1001),
    queued: () => {
      const { underWay, results } = seat.account.held()
      return { inbox: seat.waiting.size(), engine: underWay, unacknowledged: results }
    }
  }
}
