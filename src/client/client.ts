/**
 * The client of a server's live sessions, for browsers and Node.
 *
 * @since 0.1.0
 */
import { Observable, ReplaySubject, Subject } from 'rxjs'
import type { Animator, ClientError, Driving, Frame, FramePolicy, Ready, Settings, Source, Stats } from './animator.js'
import { type Link, type Reconnect, session } from './session.js'
import { liveUrl, type SocketMaker, socketMaker } from './socket.js'

/**
 * How a client connects and sends.
 *
 * @category model
 * @since 0.1.0
 */
export interface ConnectOptions extends Settings {
  readonly token?: string
  /** The model's name at the server; left out, the server's first. */
  readonly model?: string
  /** Default `latest`. */
  readonly policy?: FramePolicy
  /** Most frames without an answer; default 4: under `latest` the server takes the newest of them. */
  readonly underWay?: number
  /** Most frames of an Observable that wait under `block`; default 64. */
  readonly waiting?: number
  /** Try again when the connection breaks; default not at all. */
  readonly reconnect?: Partial<Reconnect>
  /** Default `globalThis.WebSocket`. */
  readonly WebSocket?: SocketMaker
}

/**
 * A client of the server at `url` (`http:`, `ws:`, with or without path). No connection is made before somebody subscribes
 * to what `animate` returns. Throws a `Failure<ClientError>` where the address is none, or there is no WebSocket.
 *
 * With `reconnect`, frames without an answer are sent again under `block` and dropped under `latest`; the session at the
 * server is a new one, so relative motion starts at its first frame.
 *
 * @example
 * ```ts
 * import { connect } from 'keyflow/client'
 *
 * const keyflow = connect('http://127.0.0.1:8080', { reply: 'raw', policy: 'latest' })
 * keyflow.animate(picture, camera$).subscribe(({ prediction, latency }) => draw(prediction, latency))
 * keyflow.recalibrate()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const connect = (url: string, options: ConnectOptions = {}): Animator => {
  const { token, model, policy = 'latest', waiting = 64, reconnect, WebSocket, ...first } = options
  const address = liveUrl(url)
  const Maker = socketMaker(WebSocket)
  const { underWay = 4, ...begin } = first
  const [stats, refusals] = [new Subject<Stats>(), new Subject<ClientError>()]
  const [ready, sources] = [new ReplaySubject<Ready>(1), new Subject<ReadonlyArray<number>>()]
  const links = new Set<Link>()
  let settings: Settings = begin
  let aligned = false
  const settled = () => ({ settings, aligned })

  const animate = (source: Source | Observable<Source>, frames: Observable<Driving> | AsyncIterable<Driving>) =>
    new Observable<Frame>((subscriber) => {
      const link = session({
        url: address,
        Maker,
        token,
        model,
        settled,
        taking: { policy, underWay, waiting },
        reconnect: reconnect === undefined ? undefined : { attempts: 8, first: 250, longest: 8000, ...reconnect },
        source,
        frames,
        tell: {
          frame: (frame) => subscriber.next(frame),
          ended: () => subscriber.complete(),
          failed: (failure) => subscriber.error(failure),
          ready: (message) => ready.next(message),
          source: (points) => sources.next(points),
          stats: (message) => stats.next(message),
          refused: (error) => refusals.next(error)
        }
      })
      links.add(link)
      return () => {
        links.delete(link)
        link.leave()
      }
    })
  return {
    animate,
    set: (change) => {
      settings = { ...settings, ...change, manner: { ...settings.manner, ...change.manner } }
      for (const link of links) link.say({ type: 'set', ...mutable(change) })
    },
    recalibrate: () => {
      for (const link of links) link.say({ type: 'recalibrate' })
    },
    align: (on) => {
      aligned = on
      for (const link of links) link.say({ type: 'align', on })
    },
    ready,
    sources,
    stats,
    refusals
  }
}

const mutable = ({ overlays, ...rest }: Settings) =>
  overlays === undefined ? rest : { ...rest, overlays: [...overlays] }
