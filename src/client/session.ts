/**
 * One session of a client: a socket, opened again where that is wished, and what goes over it.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { isObservable, type Observable, type Subscription } from 'rxjs'
import { Failure } from '../graphs/failure.js'
import type { ClientError, Driving, Frame, Ready, Settings, Source, Stats } from './animator.js'
import { frameOf } from './answer.js'
import {
  type ClientMessage,
  decodeServerMessage,
  encodeMessage,
  type ServerMessage,
  type ServerSays
} from './control.js'
import { decodeFrame, encodeFrame } from './frame.js'
import { type Intake, type IntakePolicy, intake } from './intake.js'
import { offered } from './limits.js'
import type { Misread } from './misread.js'
import { decodeResult, type Result } from './result.js'
import { openSocket, type Socket, type SocketMaker } from './socket.js'
import { pictureOf } from './source.js'

/**
 * How often and how late a broken connection is made again: after `first` ms, then twice as long each time up to `longest`,
 * less a random part of up to a half.
 *
 * @category model
 * @since 0.1.0
 */
export interface Reconnect {
  readonly attempts: number
  readonly first: number
  readonly longest: number
}

/** What a session is made of. */
export interface SessionOptions {
  readonly url: string
  readonly Maker: SocketMaker
  readonly token: string | undefined
  readonly model: string | undefined
  readonly settled: () => { readonly settings: Settings; readonly aligned: boolean }
  readonly taking: IntakePolicy
  readonly reconnect: Reconnect | undefined
  readonly source: Source | Observable<Source>
  readonly frames: Observable<Driving> | AsyncIterable<Driving>
  readonly tell: {
    readonly frame: (frame: Frame) => void
    readonly ended: () => void
    readonly failed: (failure: Failure<ClientError>) => void
    readonly ready: (ready: Ready) => void
    readonly source: (points: ReadonlyArray<number>) => void
    readonly stats: (stats: Stats) => void
    readonly refused: (error: ClientError) => void
  }
}

/** A session that goes on. */
export interface Link {
  /** Says something, if the session is open. */
  readonly say: (message: ClientMessage) => void
  readonly leave: () => void
}

/**
 * Starts a session.
 *
 * @category constructors
 * @since 0.1.0
 */
export const session = (options: SessionOptions): Link => {
  const { url, Maker, token, taking, reconnect, tell } = options
  let socket: Socket | undefined
  let source: Source | undefined
  let sources: Subscription | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let taken: Intake | undefined
  let [seq, tries] = [0, 0]
  let [over, open] = [false, false]
  const began = new Map<number, number>()
  const nextId = (): number => seq++ % 2 ** 32

  const say = (message: ClientMessage): void => {
    if (open) socket?.send(encodeMessage(message))
  }
  const leave = (): void => {
    if (over) return
    over = true
    clearTimeout(timer)
    sources?.unsubscribe()
    taken?.stop()
    socket?.close(1000)
  }
  const fail = (error: ClientError): void => {
    if (over) return
    leave()
    tell.failed(new Failure(error))
  }
  const broken = (cause: unknown): void =>
    fail({ _tag: 'Failed', at: 'frames', reason: cause instanceof Error ? cause.message : String(cause) })
  const misread = ({ at, expected, actual }: Misread): void => fail({ _tag: 'Misread', at, expected, actual })

  /** Sends what keeps to the protocol; a picture with too few bytes is the caller's mistake, told before anybody sees it. */
  const send = (message: Uint8Array<ArrayBuffer>): void => {
    const read = decodeFrame(message)
    if (E.isLeft(read)) misread(read.left)
    else socket?.send(message)
  }
  const sendSource = (): void => {
    if (!open || source === undefined) return
    send(encodeFrame({ kind: 'source', seq: nextId(), time: 0, picture: pictureOf(source) }))
    taken?.begin()
  }
  const start = (): void => {
    const { settings, aligned } = options.settled()
    open = true
    say(openMessage(settings, taking.policy, options.model))
    if (aligned) say({ type: 'align', on: true })
    sendSource()
  }
  const heard = (message: ServerMessage): void => {
    if (message.type === 'ready') {
      tries = 0
      tell.ready(message)
    } else if (message.type === 'source') tell.source(message.points)
    else if (message.type === 'stats') tell.stats(message)
    else refused({ _tag: 'Refused', problem: message.problem }, message)
  }
  const refused = (error: ClientError, { fatal, seq }: ServerSays<'error'>): void => {
    if (fatal === true) fail(error)
    else tell.refused(error)
    if (seq !== undefined) taken?.answered(seq)
  }
  const got = (result: Result): void => {
    const at = began.get(result.seq)
    for (const key of began.keys()) if (key <= result.seq) began.delete(key)
    const frame = frameOf(result, at === undefined ? 0 : performance.now() - at)
    if (frame === undefined) misread({ _tag: 'Misread', at: 'parts', expected: 'a prediction', actual: 'none' })
    else tell.frame(frame)
    if (over) return
    say({ type: 'ack', seq: result.seq })
    taken?.answered(result.seq)
  }
  const connectNow = (): void => {
    let opened = false
    socket = openSocket(Maker, url, offered(token), {
      opened: () => {
        opened = true
        if (over) socket?.close(1000)
        else start()
      },
      text: (text) => {
        if (!over) E.match(misread, heard)(decodeServerMessage(text))
      },
      bytes: (bytes) => {
        if (!over) E.match(misread, got)(decodeResult(bytes))
      },
      closed: (code, reason) => {
        open = false
        if (over) return
        taken?.pause()
        if (reconnect !== undefined && tries < reconnect.attempts && mayReturn(code))
          timer = setTimeout(connectNow, delay(reconnect, tries++))
        else if (opened) fail({ _tag: 'Lost', url, code, reason })
        else fail({ _tag: 'Unreachable', url, reason: reason === '' ? `closed with ${code}` : reason })
      }
    })
  }

  taken = intake<Driving>(options.frames, taking, {
    nextId,
    send: (driving, id) => {
      began.set(id, performance.now())
      send(encodeDriving(driving, id))
    },
    drained: () => {
      say({ type: 'close' })
      leave()
      tell.ended()
    },
    overrun: (waiting) => fail({ _tag: 'Overrun', waiting }),
    failed: broken
  })
  if (over) taken.stop()
  else connectNow()
  if (isObservable(options.source))
    sources = options.source.subscribe({
      next: (next) => {
        source = next
        sendSource()
      },
      error: broken
    })
  else source = options.source
  return { say, leave }
}

/** Whether trying again may help: not after an orderly end or a refusal (1008 policy, 1003 data, 1009 size). */
const mayReturn = (code: number): boolean => ![1000, 1003, 1007, 1008, 1009].includes(code)

const delay = ({ first, longest }: Reconnect, tries: number): number =>
  Math.min(longest, first * 2 ** tries) * (1 - Math.random() / 2)

const openMessage = (
  { manner, overlays, reply = 'raw', quality }: Settings,
  policy: IntakePolicy['policy'],
  model: string | undefined
): ClientMessage => ({
  type: 'open',
  policy,
  reply,
  overlays: [...(overlays ?? [])],
  ...(model === undefined ? {} : { model }),
  ...(quality === undefined ? {} : { quality }),
  ...(manner === undefined ? {} : { manner })
})

const encodeDriving = ({ time, picture, pose }: Driving, seq: number): Uint8Array<ArrayBuffer> =>
  encodeFrame(
    pose === undefined ? { kind: 'driving', seq, time, picture: pictureOf(picture) } : { kind: 'pose', seq, time, pose }
  )
