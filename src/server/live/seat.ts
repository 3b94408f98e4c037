/**
 * The state of one live session, and how it speaks and ends.
 *
 * @since 0.1.0
 */
import type { ClientSays, Manner, Sent, ServerMessage } from '../../client/protocol.js'
import type { Engine } from '../engine/client.js'
import { type Bucket, bucket } from '../http/rate.js'
import { type Refusal, refusal } from '../http/refusal.js'
import type { Metrics } from '../metrics.js'
import type { Known, Models } from '../models.js'
import type { Bounds } from '../settings.js'
import { type Credit, credit } from './credit.js'
import { type Inbox, inbox } from './inbox.js'
import { type Tally, tally } from './tally.js'
import { type Valve, valve } from './valve.js'

/**
 * The client's end. `close` takes a code of WebSockets.
 *
 * @category model
 * @since 0.1.0
 */
export interface Line {
  readonly text: (message: ServerMessage) => void
  readonly bytes: (message: Uint8Array) => void
  readonly close: (code: number, reason: string) => void
  readonly pause: () => void
  readonly resume: () => void
}

/** What all sessions share. */
export interface Place {
  readonly engine: Engine
  readonly models: Models
  readonly bounds: Bounds
  readonly metrics: Metrics
}

/** A frame that the engine has: when it came and when its batch began, in milliseconds. */
export interface UnderWay {
  readonly sent: Sent
  readonly at: number
  begun: number
}

/**
 * The state of a session. What its client asked for is in `open` once it has; `ready` while the engine knows the session;
 * `source` is kept for an engine that is started again.
 *
 * @category model
 * @since 0.1.0
 */
export interface Seat {
  readonly id: string
  readonly line: Line
  readonly place: Place
  readonly account: Credit
  readonly waiting: Inbox
  readonly counts: Tally
  readonly flow: Valve
  readonly frames: Bucket
  readonly controls: Bucket
  readonly offences: Bucket
  readonly underWay: Map<number, UnderWay>
  readonly timers: Set<NodeJS.Timeout>
  over: boolean
  ready: boolean
  told: boolean
  busy: boolean
  closing: boolean
  open: (ClientSays<'open'> & { readonly manner: Manner }) | undefined
  known: Known | undefined
  source: { readonly id: number; readonly seq: number; readonly pixels: Uint8Array } | undefined
  next: number
  seconds: number
  chain: Promise<unknown>
  leave: () => unknown
}

/**
 * The seat of a session that has said nothing yet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const newSeat = (id: string, line: Line, place: Place): Seat => {
  const { frameRate, malformed } = place.bounds
  const account = credit()
  const waiting = inbox()
  const full = (): boolean => seat.open?.policy === 'block' && waiting.size() >= 4 && (!seat.ready || account.room())
  const seat: Seat = {
    ...{ id, line, place, account, waiting },
    counts: tally(performance.now()),
    flow: valve(line, full),
    frames: bucket(frameRate),
    controls: bucket(frameRate),
    offences: bucket(malformed / 60, 60),
    underWay: new Map(),
    timers: new Set(),
    ...{ over: false, ready: false, told: false, busy: false, closing: false },
    ...{ open: undefined, known: undefined, source: undefined },
    ...{ next: 0, seconds: 0 },
    chain: Promise.resolve(),
    leave: () => undefined
  }
  return seat
}

/** Says something to the client. */
export const say = (seat: Seat, message: ServerMessage): void => {
  if (!seat.over) seat.line.text(message)
}

/** Counts frames that will not become results. */
export const lose = (seat: Seat, count: number, state: 'dropped' | 'failed' = 'dropped'): void => {
  seat.counts.dropped(count)
  seat.place.metrics.frames.inc({ state }, count)
}

/** Tells the client what is wrong. */
export const complain = (
  seat: Seat,
  problem: Refusal,
  more: { readonly seq?: number; readonly fatal?: boolean } = {}
): void => {
  seat.place.metrics.errors.inc({ kind: problem.type.slice('urn:keyflow:'.length) })
  say(seat, { type: 'error', problem, ...more })
}

/** Lets go of everything; the client is gone or about to be. */
export const gone = (seat: Seat): void => {
  if (seat.over) return
  seat.over = true
  for (const timer of seat.timers) clearTimeout(timer)
  seat.flow.stop()
  lose(seat, seat.waiting.clear().length + seat.underWay.size)
  seat.leave()
  if (seat.open !== undefined) seat.place.engine.send({ tag: 'close', session: seat.id })
}

/** Closes the session. */
export const end = (seat: Seat, code: number, reason: string): void => {
  if (seat.over) return
  seat.flow.stop()
  seat.line.close(code, reason)
  gone(seat)
}

/** Tells the client what is wrong and closes the session. */
export const die = (seat: Seat, problem: Refusal, code: number): void => {
  complain(seat, problem, { fatal: true })
  end(seat, code, problem.title)
}

/** Something is not as it should be: the client is told, and after a few such things the session ends. */
export const offended = (seat: Seat, problem: Refusal, code: number, seq?: number): void => {
  if (seat.offences.take(performance.now())) complain(seat, problem, seq === undefined ? {} : { seq })
  else die(seat, problem, code)
}

/** The engine died: the client is told, with the last frame that was lost with it. */
export const engineLost = (seat: Seat, seq?: number): void =>
  complain(
    seat,
    refusal(503, 'engine-lost', 'The engine ended and is started again', { detail: 'the motion starts anew' }),
    seq === undefined ? {} : { seq }
  )
