/**
 * One live session: what a client says and sends, in turn to the engine and back, never more than the client takes.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  type ClientMessage,
  type ClientSays,
  decodeClientMessage,
  decodeFrame,
  encodeResult,
  type Manner,
  type Misread,
  type Sent,
  type ServerMessage
} from '../../client/protocol.js'
import type { Engine } from '../engine/client.js'
import type { Computed, FromEngine } from '../engine/wire.js'
import { bucket } from '../http/rate.js'
import { fromProblem, type Refusal, refusal } from '../http/refusal.js'
import type { Metrics } from '../metrics.js'
import type { Known, Models } from '../models.js'
import type { Bounds } from '../settings.js'
import { credit } from './credit.js'
import { drivingOf } from './driving.js'
import { type Arrived, inbox } from './inbox.js'
import { toPart, toPixels } from './pixels.js'
import { tally } from './tally.js'
import { valve } from './valve.js'

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
  readonly queued: () => Readonly<Record<'inbox' | 'engine' | 'unacknowledged', number>>
}

interface UnderWay {
  readonly sent: Sent
  readonly at: number
  begun: number
}
type Open = ClientSays<'open'>

const bad = ({ at, expected, actual }: Misread): Refusal =>
  refusal(400, 'malformed', 'The message is not understood', { where: at, expected, actual })

/**
 * A session that waits for its `open`. Times come from `performance.now()`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const session = (id: string, line: Line, { engine, models, bounds, metrics }: Place): Session => {
  const account = credit()
  const waiting = inbox()
  const counts = tally(performance.now())
  const [frames, controls] = [bucket(bounds.frameRate), bucket(bounds.frameRate)]
  const offences = bucket(bounds.malformed / 60, 60)
  const underWay = new Map<number, UnderWay>()
  let [over, ready, told, busy, closing] = [false, false, false, false, false]
  let open: (Open & { manner: Manner }) | undefined
  let known: Known | undefined
  let [source, next, seconds] = [
    undefined as { id: number; seq: number; pixels: Uint8Array } | undefined,
    0,
    0,
    0
  ]
  let chain: Promise<unknown> = Promise.resolve()
  let leave = (): unknown => undefined
  let heardAt = performance.now()

  const say = (message: ServerMessage): void => {
    if (!over) line.text(message)
  }
  const complain = (problem: Refusal, more: { readonly seq?: number; readonly fatal?: boolean } = {}): void => {
    metrics.errors.inc({ kind: problem.type.slice('urn:keyflow:'.length) })
    say({ type: 'error', problem, ...more })
  }
  const end = (code: number, reason: string): void => {
    if (over) return
    line.close(code, reason)
    gone()
  }
  const die = (problem: Refusal, code: number): void => {
    complain(problem, { fatal: true })
    end(code, problem.title)
  }
  /** Something that is not as it should be: told, and after a few the end. */
  const offended = (problem: Refusal, code: number, seq?: number): void => {
    if (offences.take(performance.now())) complain(problem, seq === undefined ? {} : { seq })
    else die(problem, code)
  }
  const lose = (count: number, state: 'dropped' | 'failed' = 'dropped'): void => {
    counts.dropped(count)
    metrics.frames.inc({ state }, count)
  }
  const flow = valve(line, () => open?.policy === 'block' && waiting.size() >= 4 && (!ready || account.room()))

  const gone = (): void => {
    if (over) return
    over = true
    for (const timer of [handshake, pulse]) clearTimeout(timer)
    flow.stop()
    lose(waiting.clear().length + underWay.size)
    leave()
    if (open !== undefined) engine.send({ tag: 'close', session: id })
  }
  const settle = (): void => {
    if (closing && waiting.size() === 0 && !busy && account.held().underWay === 0)
      void chain.then(() => end(1000, 'done'))
  }

  /** Takes what waits, one at a time, as far as there is room for what will come of it. */
  const pump = async (): Promise<void> => {
    while (!over && ready && !busy) {
      const first = waiting.peek()
      if (first === undefined || (first.sent.kind !== 'source' && !account.room())) break
      waiting.take()
      busy = true
      await (first.sent.kind === 'source' ? show(first) : drive(first))
      busy = false
    }
    flow.look()
    settle()
  }

  const show = async ({ sent }: Arrived): Promise<void> => {
    if (sent.kind === 'pose' || known === undefined) return
    const pixels = await toPixels(sent.picture, known.shown.size, bounds.pixels)
    if (over) return
    if (E.isLeft(pixels)) return offended(pixels.left, 1007, sent.seq)
    source = { id: next++, seq: sent.seq, pixels: pixels.right }
    engine.send({ tag: 'source', session: id, id: source.id, pixels: source.pixels })
  }

  const drive = async ({ sent, at }: Arrived): Promise<void> => {
    if (sent.kind === 'source' || known === undefined || open === undefined) return
    if (source === undefined) {
      lose(1)
      return offended(refusal(409, 'no-source', 'No source picture was sent'), 1008, sent.seq)
    }
    account.begin()
    const driving = await drivingOf(sent, known, bounds.pixels)
    if (over) return
    if (E.isLeft(driving) || !ready) {
      account.lost()
      lose(1)
      return E.isLeft(driving) ? offended(driving.left, 1007, sent.seq) : engineLost(sent.seq)
    }
    seconds = Math.max(sent.time / 1000, seconds + 0.001)
    const own = next++
    underWay.set(own, { sent, at, begun: at })
    const { manner, overlays, policy } = open
    const latest = policy === 'latest'
    engine.send({ tag: 'frame', session: id, id: own, seconds, driving: driving.right, manner, overlays, latest })
  }

  const deliver = async (frame: UnderWay, result: Computed, parts: ReturnType<typeof toPart>[], came: number) => {
    const made = await Promise.all(parts)
    if (over || known === undefined) return
    const { seq, time } = frame.sent
    const { score, seen, aim, model: modelMs } = result
    const queueMs = frame.begun - frame.at
    const poses = { seen: { mean: seen.mean, var: seen.var }, aim: { mean: aim.mean, var: aim.var } }
    const bytes = encodeResult({ seq, time, ...known.shown.size, modelMs, queueMs, score, ...poses, parts: made })
    account.sent(seq, bytes.length)
    line.bytes(bytes)
    const now = performance.now()
    counts.shown({ queue: queueMs, model: modelMs, encode: now - came })
    metrics.frames.inc({ state: 'shown' })
    metrics.seconds.observe({ stage: 'queue' }, queueMs / 1000)
    metrics.seconds.observe({ stage: 'model' }, modelMs / 1000)
    metrics.seconds.observe({ stage: 'encode' }, (now - came) / 1000)
    void pump()
  }

  const computed = (result: Computed): void => {
    const frame = underWay.get(result.id)
    underWay.delete(result.id)
    if (frame === undefined || open === undefined) return
    const [came, { reply, quality = 85 }] = [performance.now(), open]
    metrics.batches.observe(result.batch)
    const parts = result.maps.map((map) => toPart(map, reply, quality))
    for (const part of parts) part.catch(() => undefined)
    chain = chain
      .then(() => deliver(frame, result, parts, came))
      .catch((cause) => die(refusal(500, 'failed', 'The result could not be sent', { detail: String(cause) }), 1011))
  }

  const lost = (frameId: number, problem: Refusal | undefined): void => {
    const frame = underWay.get(frameId)
    if (frame === undefined) {
      if (problem !== undefined && source?.id === frameId) complain(problem, { seq: source.seq })
      return
    }
    underWay.delete(frameId)
    account.lost()
    lose(1, problem === undefined ? 'dropped' : 'failed')
    if (problem !== undefined) complain(problem, { seq: frame.sent.seq })
    void pump()
  }
  const engineLost = (seq?: number): void =>
    complain(
      refusal(503, 'engine-lost', 'The engine ended and is started again', { detail: 'the motion starts anew' }),
      seq === undefined ? {} : { seq }
    )

  const fromEngine = (message: FromEngine): void => {
    if (over) return
    switch (message.tag) {
      case 'opened':
        ready = true
        if (!told && known !== undefined && open !== undefined) {
          told = true
          const { name: model, size, keypoints } = known.shown
          const about = engine.about() ?? 'unknown'
          say({ type: 'ready', session: id, model, size, keypoints, engine: about, manner: open.manner })
        }
        if (source !== undefined) engine.send({ tag: 'source', session: id, id: source.id, pixels: source.pixels })
        return void pump()
      case 'source':
        if (source?.id === message.id) say({ type: 'source', seq: source.seq, points: [...message.points] })
        return
      case 'begun':
        for (const [own, frame] of message.frames) {
          const found = own === id ? underWay.get(frame) : undefined
          if (found !== undefined) found.begun = performance.now()
        }
        return
      case 'computed':
        return computed(message)
      case 'dropped':
        return lost(message.id, undefined)
      case 'failed':
        if (message.id !== undefined) return lost(message.id, fromProblem(message.problem))
        return die(fromProblem(message.problem), 1011)
    }
  }

  const enter = (): void => {
    if (known !== undefined) engine.send({ tag: 'open', session: id, model: known.path })
  }
  const begin = (message: Open): void => {
    if (open !== undefined)
      return offended(refusal(409, 'open', 'The session is open already', { where: 'type' }), 1008)
    known = message.model === undefined ? [...models.values()][0] : models.get(message.model)
    if (known === undefined) {
      const expected = [...models.keys()].join(', ')
      return die(
        refusal(404, 'model', 'No such model', { where: 'model', expected, actual: message.model ?? '' }),
        1008
      )
    }
    clearTimeout(handshake)
    const own: Manner = { normalisation: known.normalisation, strength: 1, smoothing: null }
    open = { ...message, manner: { ...own, ...message.manner } }
    leave = engine.join(id, {
      heard: fromEngine,
      lost: () => {
        ready = false
        const all = [...underWay.values()]
        underWay.clear()
        account.lost(all.length)
        lose(all.length, 'failed')
        engineLost(all.at(-1)?.sent.seq)
      },
      back: enter
    })
    const trouble = engine.trouble()
    if (trouble !== undefined) return die(fromProblem(trouble), 1011)
    enter()
  }

  const obey = (message: ClientMessage): void => {
    if (message.type === 'open') return begin(message)
    if (open === undefined)
      return offended(
        refusal(409, 'open', 'The session is not open', { where: 'type', expected: 'open', actual: message.type }),
        1008
      )
    switch (message.type) {
      case 'ack':
        account.ack(message.seq)
        return void pump()
      case 'set': {
        const { type: _, manner, ...more } = message
        open = { ...open, ...more, manner: { ...open.manner, ...manner } }
        return
      }
      case 'recalibrate':
        return engine.send({ tag: 'recalibrate', session: id })
      case 'align':
        return engine.send({ tag: 'align', session: id, on: message.on })
      case 'close':
        closing = true
        return settle()
    }
  }

  const take = (sent: Sent): void => {
    if (open === undefined)
      return offended(
        refusal(409, 'open', 'The session is not open', { expected: 'open', actual: sent.kind }),
        1008,
        sent.seq
      )
    const at = performance.now()
    if (sent.kind !== 'source') {
      counts.received()
      metrics.frames.inc({ state: 'received' })
      if (!frames.take(at)) flow.rest(1000 / bounds.frameRate)
    }
    const gone = waiting.put({ sent, at }, open.policy)
    lose(gone.length)
    if (waiting.size() > 32 || waiting.bytes() > bounds.body)
      return die(refusal(429, 'overrun', 'More frames than the client takes results', { expected: 'ack' }), 1008)
    flow.look()
    void pump()
  }

  const alive = (): boolean => {
    heardAt = performance.now()
    return !over
  }
  const handshake = setTimeout(
    () =>
      die(refusal(408, 'handshake', 'No open came in time', { expected: `open within ${bounds.handshake} ms` }), 1008),
    bounds.handshake
  )
  const pulse = setInterval(() => {
    const now = performance.now()
    if (now - heardAt > bounds.idle && !flow.closed())
      return die(
        refusal(408, 'idle', 'Nothing was heard for too long', { expected: `something within ${bounds.idle} ms` }),
        1008
      )
    const took = known === undefined ? {} : (engine.vitals().nodes[known.path] ?? {})
    const nodes = Object.fromEntries(Object.entries(took).map(([node, [ms, runs]]) => [node, ms / Math.max(1, runs)]))
    if (told) say(counts.stats(now, waiting.size() + underWay.size, nodes))
  }, 1000)

  return {
    heard: (text) => {
      if (!alive()) return
      const message = decodeClientMessage(text)
      if (E.isLeft(message)) return offended(bad(message.left), 1007)
      if (message.right.type !== 'ack' && !controls.take(performance.now()))
        return offended(refusal(429, 'rate', 'Too many messages'), 1008)
      obey(message.right)
    },
    got: (bytes) => {
      if (!alive()) return
      const sent = decodeFrame(bytes)
      if (E.isLeft(sent)) offended(bad(sent.left), 1007)
      else take(sent.right)
    },
    gone,
    notice: () => die(refusal(503, 'ending', 'The server is about to end'), 1001),
    queued: () => {
      const { underWay: engineHas, results } = account.held()
      return { inbox: waiting.size(), engine: engineHas, unacknowledged: results }
    }
  }
}
