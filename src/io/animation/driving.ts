/**
 * What drives a transfer: a film in a file, or one that comes as it is made.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Keypoints } from '../../nodes/keypoints.js'
import { readFilm, readFrame, readMotion, readPose, readStream, readStreamStart } from '../../nodes/media.js'
import type { Source } from '../../nodes/node.js'
import type * as tf from '../../nodes/tf.js'
import type { Config } from '../config/config.js'
import {
  type Fit,
  isCamera,
  type Limits,
  type Rational,
  type Shape,
  type Streamed,
  streamable
} from '../media/index.js'
import type { Model } from '../model/model.js'
import type { Problem } from '../problem/problem.js'
import { type Streams, streams } from './live.js'
import { look } from './plan.js'
import { detectorOf, followable, readTemplate } from './template.js'

/** What the command line says of a film that may be a stream. */
export interface Asked {
  readonly raw: (Shape & { readonly rate: Rational }) | undefined
  readonly fps: Rational | undefined
  readonly follow: number | undefined
}

/** How frames are to come. */
export interface Framed {
  readonly size: Shape
  readonly fit: Fit
  readonly batch: number
  /** Times at which motion starts anew. */
  readonly starts?: ReadonlyArray<number>
}

type Frames = Source<{ readonly frames: tf.Tensor4D }>
type Image = Source<{ readonly image: tf.Tensor4D }>

/**
 * What drives, when it was looked at: the nodes that read it, and what is known of it.
 *
 * @since 0.1.0
 */
export interface Driving<F = Frames | Source<Keypoints>, I = Image | Source<Keypoints>> {
  readonly frames: F
  /** The frame where the motion starts; only the first one of a stream. */
  readonly initial: (index: number) => I
  readonly count: number | undefined
  /** Frames per second; nothing where only playing it tells. */
  readonly rate: Rational | undefined
  /** There if it is a stream. */
  readonly streams: Streams | undefined
}

/**
 * What drives, of which nothing may be known before it is played: the motion starts with the first frame that comes.
 *
 * @since 0.1.0
 */
export type AnyDriving = Omit<Driving, 'initial'> & Partial<Pick<Driving, 'initial'>>

const streamedOf = (path: string, { raw, fps, follow }: Asked): Streamed => ({
  path,
  raw: raw === undefined ? null : { height: raw.height, width: raw.width },
  rate: raw?.rate ?? fps ?? null,
  patience: follow ?? null
})

const contradiction = (path: string, asked: Asked): Problem | undefined => {
  const bad = (at: string, expected: string): Problem => ({ _tag: 'Usage', at, expected, actual: path })
  if (asked.raw !== undefined && path !== '-') return bad('--raw', 'standard input (--driving -)')
  if (asked.follow !== undefined && (path === '-' || isCamera(path))) return bad('--follow', 'a file')
  return undefined
}

/**
 * Looks at what drives. Streams are only begun: their frames come when they are played.
 *
 * `size` in pixels, `starts` in seconds, `rate` in frames per second. Fails with `Usage` where `raw` or `follow` does not go
 * with the path, else as `look`.
 *
 * @category files
 * @since 0.1.0
 */
export const drivingOf = (
  path: string,
  asked: Asked,
  { size, fit, batch, starts = [] }: Framed,
  config: Config,
  limits: Partial<Limits>
): TE.TaskEither<Problem, Driving<Frames, Image>> => {
  const wrong = contradiction(path, asked)
  if (wrong !== undefined) return TE.left(wrong)
  const streamed = streamedOf(path, asked)
  const cuts = { batch, ...(starts.length === 0 ? {} : { starts }) }
  const stream = (): Driving<Frames, Image> => {
    const settings = { ...streamed, ...size, fit, ...cuts, most: limits.frames ?? null }
    return {
      frames: readStream(settings),
      initial: () => readStreamStart(settings),
      count: limits.frames,
      rate: streamed.rate ?? undefined,
      streams: streams(limits)
    }
  }
  return pipe(
    streamable(streamed),
    TE.flatMap((live) =>
      live
        ? TE.right(stream())
        : pipe(
            look(path, config, false, limits),
            TE.map(({ clip, strip }): Driving<Frames, Image> => {
              const film = { path, ...size, fit, strip }
              return {
                frames: readFilm({ ...film, ...cuts }),
                initial: (index) => readFrame({ ...film, index }),
                count: clip.count,
                rate: clip.rate,
                streams: undefined
              }
            })
          )
    )
  )
}

/**
 * A source of an extension as a stream: it is not read before it is played. Fails with `Usage` where it is asked for what can
 * only be asked of a film that this package reads.
 *
 * @category constructors
 * @since 0.1.0
 */
export const broughtOf = (
  frames: Frames,
  path: string,
  { raw, fps, follow }: Asked,
  { starts = [] }: Pick<Framed, 'starts'>,
  limits: Partial<Limits>
): E.Either<Problem, AnyDriving> => {
  const asked = { '--raw': raw, '--fps': fps, '--follow': follow, '--recalibrate': starts[0] }
  const [at] = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  return at === undefined
    ? E.right({ frames, count: undefined, rate: undefined, streams: streams(limits) })
    : E.left({ _tag: 'Usage', at, expected: 'a film that keyflow itself reads', actual: path })
}

/**
 * Looks at a motion template; says so where another detector saw it than the model's.
 *
 * @category files
 * @since 0.1.0
 */
export const motionOf = (
  path: string,
  { batch, starts = [] }: Pick<Framed, 'batch' | 'starts'>,
  model: Model,
  say: (line: string) => void
): TE.TaskEither<Problem, Driving<Source<Keypoints>, Source<Keypoints>>> =>
  pipe(
    readTemplate(path),
    TE.flatMapEither((template) => followable(path, template, model)),
    TE.map(({ frames, rate, keypoints, detector }) => {
      if (detector !== '' && detector !== detectorOf(model))
        say(`${path}: these keypoints were seen by another model's detector; their places may mean something else here`)
      const points = { path, keypoints, variance: model.config.model_params.common_params.kp_variance }
      const cuts = { batch, ...(starts.length === 0 ? {} : { starts }) }
      return {
        frames: readMotion({ ...points, ...cuts }),
        initial: (index) => readPose({ ...points, index }),
        count: frames,
        rate,
        streams: undefined
      }
    })
  )
