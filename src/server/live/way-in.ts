/**
 * From the client to the engine: one message after another, as far as there is room for what will come of it.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Sent } from '../../client/protocol.js'
import { refusal } from '../http/refusal.js'
import { drivingOf } from './driving.js'
import type { Arrived } from './inbox.js'
import { toPixels } from './pixels.js'
import { die, end, engineLost, lose, offended, type Seat } from './seat.js'

/** Most messages that wait under `block`, from a client that goes on sending and takes nothing. */
const most = 32

const noSource = refusal(409, 'no-source', 'No source picture was sent', { expected: 'a source before driving frames' })

/** A source picture becomes the session's. */
const show = async (seat: Seat, { sent }: Arrived): Promise<void> => {
  const { known, place } = seat
  if (sent.kind === 'pose' || known === undefined) return
  const pixels = await toPixels(sent.picture, known.shown.size, place.bounds.pixels)
  if (seat.over) return
  if (E.isLeft(pixels)) {
    offended(seat, pixels.left, 1007, sent.seq)
    return
  }
  const source = { id: seat.next++, seq: sent.seq, pixels: pixels.right }
  seat.source = source
  place.engine.send({ tag: 'source', session: seat.id, id: source.id, pixels: source.pixels })
}

/** A driving frame goes to the engine. */
const drive = async (seat: Seat, { sent, at }: Arrived): Promise<void> => {
  const { known, place, account, id } = seat
  if (known === undefined) return
  if (seat.source === undefined) {
    lose(seat, 1)
    offended(seat, noSource, 1008, sent.seq)
    return
  }
  account.begin()
  const driving = await drivingOf(sent, known, place.bounds.pixels)
  if (seat.over || seat.open === undefined) return
  if (E.isLeft(driving) || !seat.ready) {
    account.lost()
    lose(seat, 1)
    if (E.isLeft(driving)) offended(seat, driving.left, 1007, sent.seq)
    else engineLost(seat, sent.seq)
    return
  }
  // Times of a session rise, whatever the client's clock does.
  seat.seconds = Math.max(sent.time / 1000, seat.seconds + 0.001)
  const own = seat.next++
  seat.underWay.set(own, { sent, at, begun: at })
  const { manner, overlays, policy } = seat.open
  const how = { manner, overlays, latest: policy === 'latest' }
  place.engine.send({ tag: 'frame', session: id, id: own, seconds: seat.seconds, driving: driving.right, ...how })
}

/** Ends a session whose client has no more frames, when all have been answered. */
export const settle = (seat: Seat): void => {
  if (seat.closing && seat.waiting.size() === 0 && !seat.busy && seat.account.held().underWay === 0)
    void seat.chain.then(() => end(seat, 1000, 'done'))
}

/**
 * Takes what waits, as far as there is room.
 *
 * @category steps
 * @since 0.1.0
 */
export const pump = async (seat: Seat): Promise<void> => {
  while (!seat.over && seat.ready && !seat.busy) {
    const first = seat.waiting.peek()
    if (first === undefined || (first.sent.kind !== 'source' && !seat.account.room())) break
    seat.waiting.take()
    seat.busy = true
    await (first.sent.kind === 'source' ? show(seat, first) : drive(seat, first))
    seat.busy = false
  }
  seat.flow.look()
  settle(seat)
}

/**
 * Takes a picture or a pose.
 *
 * @category steps
 * @since 0.1.0
 */
export const take = (seat: Seat, sent: Sent): void => {
  const { open, place, waiting, counts, flow } = seat
  if (open === undefined) {
    const more = { expected: 'open', actual: sent.kind }
    offended(seat, refusal(409, 'open', 'The session is not open', more), 1008, sent.seq)
    return
  }
  const at = performance.now()
  if (sent.kind !== 'source') {
    counts.received()
    place.metrics.frames.inc({ state: 'received' })
    if (!seat.frames.take(at)) flow.rest(1000 / place.bounds.frameRate)
  }
  lose(seat, waiting.put({ sent, at }, open.policy).length)
  if (waiting.size() > most || waiting.bytes() > place.bounds.body) {
    die(seat, refusal(429, 'overrun', 'More frames than results are taken', { expected: 'ack' }), 1008)
    return
  }
  flow.look()
  void pump(seat)
}
