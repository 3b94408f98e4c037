/**
 * What moves a picture, wherever it computes: a server behind a socket (`connect`) or the page itself (`src/browser/live`).
 *
 * @since 0.1.0
 */
import type { Observable } from 'rxjs'
import type { Manner, Overlay, ProblemDetails, ServerSays } from './control.js'
import type { Picture, Pose } from './frame.js'
import type { Part } from './result.js'

/**
 * A picture: the bytes of a file (JPEG, PNG, WebP) or RGB bytes.
 *
 * @category model
 * @since 0.1.0
 */
export type Source = Uint8Array | Picture

/**
 * A driving frame, or the keypoints of one, with its capture time in ms.
 *
 * @category model
 * @since 0.1.0
 */
export type Driving =
  | { readonly time: number; readonly picture: Source; readonly pose?: undefined }
  | { readonly time: number; readonly pose: Pose; readonly picture?: undefined }

/**
 * What came of a driving frame. `latency` counts ms from where the frame was taken over to where the result came out.
 *
 * @category model
 * @since 0.1.0
 */
export interface Frame {
  readonly time: number
  readonly width: number
  readonly height: number
  readonly prediction: Part
  readonly overlays: Readonly<Partial<Record<Overlay, Part>>>
  /** Driving keypoints, and those that the source was given. */
  readonly seen: Pose
  readonly aim: Pose
  /** Alignment of the driving pose with the source's: 0 the same, to 2. */
  readonly score: number
  readonly latency: number
  readonly modelMs: number
  readonly queueMs: number
}

/**
 * What may be changed while frames go on; what it leaves out stays.
 *
 * @category model
 * @since 0.1.0
 */
export interface Settings {
  readonly manner?: Partial<Manner>
  readonly overlays?: ReadonlyArray<Overlay>
  /** How predictions come: JPEG of `quality` 1 to 100, or RGB bytes. */
  readonly reply?: 'jpeg' | 'raw'
  readonly quality?: number
}

/**
 * How frames are taken: `block`, each one, waiting until fewer than `underWay` are unanswered; `latest`, the newest only.
 *
 * @category model
 * @since 0.1.0
 */
export type FramePolicy = 'block' | 'latest'

/**
 * The facts of an open session.
 *
 * @since 0.1.0
 */
export type Ready = ServerSays<'ready'>
/**
 * Counts, rates and times, about once a second.
 *
 * @since 0.1.0
 */
export type Stats = ServerSays<'stats'>

/**
 * Why a session failed, or what it refused.
 *
 * @category errors
 * @since 0.1.0
 */
export type ClientError =
  /** There is no WebSocket here and none was given. */
  | { readonly _tag: 'NoWebSocket'; readonly expected: string }
  /** What was given as the address of a server is none. */
  | { readonly _tag: 'BadAddress'; readonly at: string; readonly expected: string; readonly actual: string }
  /** The server could not be reached or turned the connection down. */
  | { readonly _tag: 'Unreachable'; readonly url: string; readonly reason: string }
  /** The connection broke; `code` as in RFC 6455. */
  | { readonly _tag: 'Lost'; readonly url: string; readonly code: number; readonly reason: string }
  /** The other side refuses. */
  | { readonly _tag: 'Refused'; readonly problem: ProblemDetails }
  /** The other side does not keep to the protocol, or a picture that is to be sent does not. */
  | { readonly _tag: 'Misread'; readonly at: string; readonly expected: string; readonly actual: string }
  /** More frames wait than are allowed: they came from an Observable, which cannot be asked to wait, under `block`. */
  | { readonly _tag: 'Overrun'; readonly waiting: number }
  /** The engine or the model of the page failed. */
  | { readonly _tag: 'Failed'; readonly at: string; readonly reason: string }

/**
 * One line for a person.
 *
 * @category errors
 * @since 0.1.0
 */
export const showClientError = (e: ClientError): string => {
  switch (e._tag) {
    case 'NoWebSocket':
      return `needs ${e.expected}`
    case 'BadAddress':
      return `${e.at}: expected ${e.expected}, got ${e.actual}`
    case 'Unreachable':
      return `${e.url} cannot be reached: ${e.reason}`
    case 'Lost':
      return `the connection to ${e.url} broke (${e.code}${e.reason === '' ? '' : `, ${e.reason}`})`
    case 'Refused':
      return `${e.problem.title}${e.problem.detail === undefined ? '' : `: ${e.problem.detail}`}`
    case 'Misread':
      return `the server does not keep to the protocol: ${e.at}: expected ${e.expected}, got ${e.actual}`
    case 'Overrun':
      return `${e.waiting} frames wait already: they come faster than they are answered`
    case 'Failed':
      return `${e.at}: ${e.reason}`
  }
}

/**
 * What moves pictures. All Observables but that of `animate` are hot and never fail; errors of a session come out of its
 * `animate` as a `Failure<ClientError>`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Animator {
  /**
   * A session for every subscription: the source is sent (each one, if they come as an Observable), then the frames; a result
   * for each that is not dropped, in order. It ends when the frames have ended and all are answered. Unsubscribing ends the
   * session at once.
   */
  readonly animate: (
    source: Source | Observable<Source>,
    frames: Observable<Driving> | AsyncIterable<Driving>
  ) => Observable<Frame>
  /** Changes how sessions go on, from the next frame; sessions to come begin with it too. */
  readonly set: (settings: Settings) => void
  /** The motion starts again at the next frame. */
  readonly recalibrate: () => void
  /** The motion starts at the best frame seen so far, while it is on. */
  readonly align: (on: boolean) => void
  /** Each session as it opens; the last one again for whoever comes late. */
  readonly ready: Observable<Ready>
  /** The keypoints of each source that was taken, as x, y pairs in [-1, 1]. */
  readonly sources: Observable<ReadonlyArray<number>>
  readonly stats: Observable<Stats>
  /** What was refused without an end of the session: a broken frame, a setting. */
  readonly refusals: Observable<ClientError>
}
