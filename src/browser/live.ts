/**
 * Live transfer in the page: the interface of the client, without a server.
 *
 * @since 0.1.0
 */
import { isObservable, Observable, ReplaySubject, Subject, type Subscription } from 'rxjs'
import type {
  Animator,
  ClientError,
  Driving,
  Frame,
  FramePolicy,
  Ready,
  Settings,
  Source,
  Stats
} from '../client/animator.js'
import { frameOf } from '../client/answer.js'
import { intake } from '../client/intake.js'
import { Failure } from '../graphs/failure.js'
import type { Means, Port, PortMaker, Tell } from './desk.js'
import { usual } from './ports.js'
import { type Tally, tally } from './tally.js'

/**
 * What an animator in the page is made of. Predictions always come as RGB bytes.
 *
 * @category model
 * @since 0.1.0
 */
export interface InPage extends Settings {
  /** The model's bytes or its address. */
  readonly model: Uint8Array | string
  /** Its name; default `model`. */
  readonly name?: string
  /** Default: the best that is there. */
  readonly backend?: string
  /** Where WebAssembly is fetched from (`placesAt`); default beside the script. */
  readonly wasm?: string
  /** The size that the networks work at; default that of the training. */
  readonly size?: { readonly height: number; readonly width: number }
  /** Default `latest`. */
  readonly policy?: FramePolicy
  /** Default 2. */
  readonly underWay?: number
  /** Most frames of an Observable that wait under `block`; default 64. */
  readonly waiting?: number
  /** Who computes: default a worker, or the page where there is none. */
  readonly port?: PortMaker
}

/**
 * An animator whose model runs in the page; `close` ends its worker. The model is loaded with the first session, and stays.
 *
 * Errors of a session come out of its `animate` as a `Failure<ClientError>`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const animator = (options: InPage): Animator & { readonly close: () => void } => {
  const { model, name = 'model', backend, wasm, size, policy = 'latest', underWay = 2, waiting = 64 } = options
  const means: Means = { name, model, backend, wasm, size }
  const [stats, refusals] = [new Subject<Stats>(), new Subject<ClientError>()]
  const [ready, sources] = [new ReplaySubject<Ready>(1), new Subject<ReadonlyArray<number>>()]
  let settings: Settings = settingsOf(options)
  let on = false
  let session = 0
  let port: Port | undefined
  let listener: { readonly hear: (tell: Tell) => void; readonly broken: (reason: string) => void } | undefined
  const opened = (): Port => {
    port ??= (options.port ?? usual)(
      (tell) => {
        if (tell.session === session) listener?.hear(tell)
      },
      (reason) => {
        port = undefined
        listener?.broken(reason)
      }
    )
    return port
  }

  const animate = (source: Source | Observable<Source>, frames: Observable<Driving> | AsyncIterable<Driving>) =>
    new Observable<Frame>((subscriber) => {
      listener?.broken('another session began')
      const own = ++session
      const counts: Tally = tally(performance.now())
      const began = new Map<number, number>()
      let [seq, timer, given] = [
        0,
        undefined as ReturnType<typeof setInterval> | undefined,
        undefined as Subscription | undefined
      ]
      const fail = (error: ClientError): void => subscriber.error(new Failure(error))
      const taken = intake<Driving>(
        frames,
        { policy, underWay, waiting },
        {
          nextId: () => seq++,
          send: (driving, id) => {
            began.set(id, performance.now())
            counts.received()
            port?.post({ type: 'frame', session: own, seq: id, driving })
          },
          drained: () => subscriber.complete(),
          overrun: (waiting) => fail({ _tag: 'Overrun', waiting }),
          failed: (cause) =>
            fail({ _tag: 'Failed', at: 'frames', reason: cause instanceof Error ? cause.message : String(cause) })
        }
      )
      const give = (source: Source): void => {
        port?.post({ type: 'source', session: own, source })
        taken.begin()
      }
      const answered = (id: number): number => {
        const at = began.get(id) ?? performance.now()
        began.delete(id)
        return performance.now() - at
      }
      const hear = (tell: Tell): void => {
        switch (tell.type) {
          case 'ready':
            ready.next(tell.ready)
            if (on) port?.post({ type: 'align', session: own, on })
            timer = setInterval(() => stats.next(counts.stats(performance.now(), began.size)), 1000)
            if (isObservable(source)) given = source.subscribe({ next: give, error: (cause) => broken(String(cause)) })
            else give(source)
            break
          case 'source':
            sources.next(tell.points)
            break
          case 'result': {
            const frame = frameOf(tell.result, answered(tell.result.seq))
            if (frame !== undefined) {
              counts.shown(frame, tell.nodes)
              subscriber.next(frame)
            }
            taken.answered(tell.result.seq)
            break
          }
          case 'refused':
            refusals.next({ _tag: 'Failed', at: tell.at, reason: tell.reason })
            if (tell.seq !== undefined) {
              answered(tell.seq)
              taken.answered(tell.seq)
            }
            break
          case 'failed':
            fail({ _tag: 'Failed', at: tell.at, reason: tell.reason })
        }
      }
      const broken = (reason: string): void => fail({ _tag: 'Failed', at: 'session', reason })
      const mine = { hear, broken }
      listener = mine
      opened().post({ type: 'begin', session: own, means, settings })
      return () => {
        clearInterval(timer)
        given?.unsubscribe()
        taken.stop()
        if (listener === mine) listener = undefined
        port?.post({ type: 'end', session: own })
      }
    })

  return {
    animate,
    set: (change) => {
      settings = settingsOf({ ...settings, ...change, manner: { ...settings.manner, ...change.manner } })
      port?.post({ type: 'set', session, settings })
    },
    recalibrate: () => port?.post({ type: 'recalibrate', session }),
    align: (wanted) => {
      on = wanted
      port?.post({ type: 'align', session, on })
    },
    ready,
    sources,
    stats,
    refusals,
    close: () => {
      listener?.broken('closed')
      port?.close()
      port = undefined
    }
  }
}

/** What can be cloned of the settings. */
const settingsOf = ({ manner, overlays, reply, quality }: Settings): Settings => ({
  ...(manner === undefined ? {} : { manner }),
  ...(overlays === undefined ? {} : { overlays }),
  ...(reply === undefined ? {} : { reply }),
  ...(quality === undefined ? {} : { quality })
})
