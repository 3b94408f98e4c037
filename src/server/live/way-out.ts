/**
 * From the engine to the client.
 *
 * @since 0.1.0
 */
import { encodeResult, type Part } from '../../client/protocol.js'
import type { Computed, FromEngine } from '../engine/wire.js'
import { fromProblem, type Refusal, refusal } from '../http/refusal.js'
import { toPart } from './pixels.js'
import { complain, die, lose, type Seat, say, type UnderWay } from './seat.js'
import { pump } from './way-in.js'

/** Sends a result whose pictures have been written, and counts it. */
const deliver = (seat: Seat, frame: UnderWay, result: Computed, parts: ReadonlyArray<Part>, came: number): void => {
  const { known, account, line, counts, place } = seat
  if (seat.over || known === undefined) return
  const { seq, time } = frame.sent
  const { score, seen, aim, model: modelMs } = result
  const queueMs = frame.begun - frame.at
  const poses = { seen: { mean: seen.mean, var: seen.var }, aim: { mean: aim.mean, var: aim.var } }
  const bytes = encodeResult({ seq, time, ...known.shown.size, modelMs, queueMs, score, ...poses, parts })
  account.sent(seq, bytes.length)
  line.bytes(bytes)
  const encodeMs = performance.now() - came
  counts.shown({ queue: queueMs, model: modelMs, encode: encodeMs })
  place.metrics.frames.inc({ state: 'shown' })
  for (const [stage, ms] of Object.entries({ queue: queueMs, model: modelMs, encode: encodeMs }))
    place.metrics.seconds.observe({ stage }, ms / 1000)
  void pump(seat)
}

/** Pictures of several frames may be written at once; results go out in order. */
const computed = (seat: Seat, result: Computed): void => {
  const frame = seat.underWay.get(result.id)
  seat.underWay.delete(result.id)
  if (frame === undefined || seat.open === undefined) return
  const [came, { reply, quality = 85 }] = [performance.now(), seat.open]
  seat.place.metrics.batches.observe(result.batch)
  const parts = Promise.all(result.maps.map((map) => toPart(map, reply, quality)))
  parts.catch(() => undefined)
  seat.chain = seat.chain
    .then(async () => deliver(seat, frame, result, await parts, came))
    .catch((cause) => die(seat, refusal(500, 'failed', 'A result could not be sent', { detail: String(cause) }), 1011))
}

/** A frame, or a source, that the engine made nothing of. */
const lost = (seat: Seat, id: number, problem: Refusal | undefined): void => {
  const frame = seat.underWay.get(id)
  if (frame === undefined) {
    if (problem !== undefined && seat.source?.id === id) complain(seat, problem, { seq: seat.source.seq })
    return
  }
  seat.underWay.delete(id)
  seat.account.lost()
  lose(seat, 1, problem === undefined ? 'dropped' : 'failed')
  if (problem !== undefined) complain(seat, problem, { seq: frame.sent.seq })
  void pump(seat)
}

/** The engine knows the session: the client is told the first time; a source that was there goes along. */
const opened = (seat: Seat): void => {
  const { known, open, source, place, id } = seat
  if (known === undefined || open === undefined) return
  seat.ready = true
  if (!seat.told) {
    seat.told = true
    const { name: model, size, keypoints } = known.shown
    const engine = place.engine.about() ?? 'unknown'
    say(seat, { type: 'ready', session: id, model, size, keypoints, engine, manner: open.manner })
  }
  if (source !== undefined) place.engine.send({ tag: 'source', session: id, id: source.id, pixels: source.pixels })
  void pump(seat)
}

/**
 * Hears what the engine says to a session.
 *
 * @category steps
 * @since 0.1.0
 */
export const fromEngine = (seat: Seat, message: FromEngine): void => {
  if (seat.over) return
  switch (message.tag) {
    case 'opened':
      opened(seat)
      return
    case 'source':
      if (seat.source?.id === message.id)
        say(seat, { type: 'source', seq: seat.source.seq, points: [...message.points] })
      return
    case 'begun':
      for (const [session, id] of message.frames) {
        const frame = session === seat.id ? seat.underWay.get(id) : undefined
        if (frame !== undefined) frame.begun = performance.now()
      }
      return
    case 'computed':
      computed(seat, message)
      return
    case 'dropped':
      lost(seat, message.id, undefined)
      return
    case 'failed':
      if (message.id === undefined) die(seat, fromProblem(message.problem), 1011)
      else lost(seat, message.id, fromProblem(message.problem))
  }
}
