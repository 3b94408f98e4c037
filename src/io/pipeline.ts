/**
 * Whole pipelines in one call, for programs that have pictures and want pictures.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { ObservableInput } from 'rxjs'
import * as tf from '../nodes/tf.js'
import {
  type Live,
  live,
  livePrograms,
  liveWeights,
  type Manner,
  type Motion,
  type Pose,
  type Still
} from '../streams/live.js'
import { newest } from '../streams/newest.js'
import { pulled } from '../streams/pulled.js'
import { toBytes, toTensor } from './animation/drivers.js'
import { networkSize } from './animation/plan.js'
import { resize } from './media/fit.js'
import { type Fit, type Frame, openClip, type Shape } from './media/index.js'
import { type Model, readModel, valuesOf } from './model/model.js'
import { type Problem, showProblem } from './problem/problem.js'
import { engine } from './run/compute.js'
import { complete } from './run/played.js'

/**
 * A problem as an error, for programs that catch: `problem` says where, what was due and what came.
 *
 * @category errors
 * @since 0.1.0
 */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(showProblem(problem))
    this.name = 'ProblemError'
  }
}

/**
 * RGB bytes, rows from top to bottom; `time` in seconds, that of 25 frames a second unless given.
 *
 * @since 0.1.0
 */
export type Picture = Omit<Frame, 'time'> & { readonly time?: number }

/**
 * Where frames come from: a film by its path, or pictures in any kind of stream.
 *
 * @since 0.1.0
 */
export type Pictures = string | ObservableInput<Picture>

/**
 * The keypoints of frames, in any kind of stream: those that `detect` gave, or made of them; `time` as that of a `Picture`.
 *
 * @since 0.1.0
 */
export type Poses = ObservableInput<Pose & { readonly time?: number }>

/**
 * What `pipeline` needs to know.
 *
 * @since 0.1.0
 */
export interface PipelineOptions {
  /** Path of a model (.safetensors). */
  readonly model: string
  readonly backend?: string
  /** Size at which the networks work: that of the training unless given. */
  readonly size?: Shape
  readonly fit?: Fit
}

/**
 * How one animation goes; what is not given is as the model's configuration says.
 *
 * @since 0.1.0
 */
export interface Way extends Partial<Manner> {
  readonly signal?: AbortSignal
  /** `block` (default) animates every frame and lets the source wait, `latest` the newest whenever there is time for one. */
  readonly policy?: 'block' | 'latest'
  /** Told of every frame that `latest` passed over. */
  readonly dropped?: () => void
}

/**
 * A frame that was made: RGB bytes, and what it was made by. `time` is in seconds; keypoints are in [-1, 1].
 *
 * @since 0.1.0
 */
export interface Animated extends Frame {
  /** Keypoints of the driving frame, and those that the source was given. */
  readonly seen: Pose
  readonly aim: Pose
  /** How far the driving pose is from the source's: 0 the same, 2 the most. */
  readonly score: number
}

/**
 * Keypoints of one frame, in [-1, 1], and its time in seconds.
 *
 * @since 0.1.0
 */
export interface Seen extends Pose {
  readonly time: number
}

/**
 * A pipeline that is ready: called as often as wanted, let go of with `await using` or `Symbol.asyncDispose`.
 *
 * @since 0.1.0
 */
export type Ready<F> = F & AsyncDisposable

/**
 * The pipelines by name.
 *
 * @since 0.1.0
 */
export interface Pipelines {
  /** A picture (bytes in RGB, or a path) moved by frames, or by the keypoints of some. */
  readonly transfer: (
    source: string | Picture,
    frames: Pictures | Poses,
    way?: Way
  ) => AsyncGenerator<Animated, void, void>
  /** The keypoints of frames. */
  readonly detect: (frames: Pictures, way?: Pick<Way, 'signal'>) => AsyncGenerator<Seen, void, void>
}

const orThrow = async <A>(task: TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new ProblemError(result.left)
  return result.right
}

/** A picture at the size of the networks. */
const sized = ({ time: _, ...picture }: Picture, index: number, size: Shape, fit: Fit): Omit<Frame, 'time'> => {
  const due = picture.height * picture.width * 3
  if (picture.data.length === due) return resize(picture, size, fit)
  const [expected, actual] = [`${due} bytes of RGB`, String(picture.data.length)]
  throw new ProblemError({ _tag: 'BadData', file: 'frames', at: `frame ${index}`, expected, actual })
}

/** Frames of the size of the networks, or keypoints as they are, with their times. */
function framesOf(pictures: Pictures, size: Shape, fit: Fit, signal: AbortSignal): AsyncGenerator<Frame>
function framesOf(frames: Pictures | Poses, size: Shape, fit: Fit, signal: AbortSignal): AsyncGenerator<Frame | Seen>
async function* framesOf(frames: Pictures | Poses, size: Shape, fit: Fit, signal: AbortSignal) {
  signal.throwIfAborted()
  if (typeof frames === 'string') {
    const clip = await orThrow(openClip(frames, { size, fit }))
    return yield* pulled(clip.frames(), signal)
  }
  let index = 0
  for await (const given of pulled<Picture | (Pose & Partial<Seen>)>(frames, signal)) {
    const time = given.time ?? index / 25
    yield 'mean' in given ? { ...given, time } : { ...sized(given, index, size, fit), time }
    index += 1
  }
}

/** One frame [H, W, C] from 0 to 1, lent to `use`. */
const lent = <A>(frame: Frame, use: (x: tf.Tensor3D) => A): A => {
  const batch = toTensor([frame])
  const x = tf.squeeze<tf.Tensor3D>(batch, [0])
  try {
    return use(x)
  } finally {
    tf.dispose([batch, x])
  }
}

interface Machine {
  readonly live: Live
  readonly model: Model
  readonly size: Shape
  readonly fit: Fit
}

const first = async <A>(values: AsyncGenerator<A>): Promise<A> => {
  for await (const value of values) return value
  throw new ProblemError({ _tag: 'BadData', file: 'source', at: 'frames', expected: 'a picture', actual: 'none' })
}

/** The signal of somebody who never aborts. */
const never = new AbortController().signal

const sizes = ({ mean, var: spread }: Pose): string => `${mean.length} and ${spread?.length ?? 0} numbers`

/** Keypoints that a picture can follow: as many as its own, of the same kind. */
const following = (pose: Seen, own: Pose): Pose => {
  const [expected, actual] = [own, pose].map(sizes) as [string, string]
  if (actual === expected) return pose
  throw new ProblemError({ _tag: 'BadData', file: 'frames', at: `keypoints at ${pose.time} s`, expected, actual })
}

const transfer = ({ live: animator, model, size, fit }: Machine): Pipelines['transfer'] =>
  async function* (source, frames, { signal = never, policy = 'block', dropped = () => {}, ...way } = {}) {
    const manner: Manner = {
      normalisation: model.config.transfer_params.normalization_params,
      strength: 1,
      smoothing: null,
      ...way
    }
    const picture = await first(framesOf(typeof source === 'string' ? source : [source], size, fit, signal))
    const still: Still = lent(picture, animator.still)
    let motion: Motion | undefined
    const over = new AbortController()
    try {
      const every = framesOf(frames, size, fit, AbortSignal.any([signal, over.signal]))
      for await (const frame of policy === 'block' ? every : newest(every, dropped)) {
        const tick = (driving: tf.Tensor3D | Pose) => {
          const row = { still, driving, seconds: frame.time, manner }
          return animator.tick([motion === undefined ? row : { ...row, motion }])[0]!
        }
        const shown = 'mean' in frame ? tick(following(frame, still.points)) : lent(frame, tick)
        const { prediction, deformed, flow, mask, motion: next, ...told } = shown
        motion = next
        const data = tf.tidy(() => toBytes(tf.expandDims<tf.Tensor4D>(prediction, 0), 'nearest'))
        tf.dispose([prediction, deformed, flow, ...(mask === undefined ? [] : [mask])])
        yield { data, ...size, time: frame.time, ...told }
      }
    } finally {
      over.abort()
      still.dispose()
    }
  }

const detect = ({ live: animator, size, fit }: Machine): Pipelines['detect'] =>
  async function* (frames, { signal = never } = {}) {
    for await (const frame of framesOf(frames, size, fit, signal))
      yield { ...lent(frame, animator.look), time: frame.time }
  }

const made: { readonly [K in keyof Pipelines]: (machine: Machine) => Pipelines[K] } = { transfer, detect }

/**
 * A pipeline by its name, with a model and an engine that has been started. Rejects with a `ProblemError`.
 *
 * ```ts
 * await using animate = await pipeline('transfer', { model: 'models/creatures.safetensors' })
 * for await (const { data, height, width } of animate('zebra.png', 'horse.mp4')) show(data, height, width)
 * ```
 *
 * Frames are pulled one at a time and nothing is kept: films may be endless. Leaving a loop, an aborted `signal` (its reason is
 * thrown) and a failure let go of everything that the loop had.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pipeline = async <K extends keyof Pipelines>(
  kind: K,
  { model: path, backend, size: asked, fit = 'stretch' }: PipelineOptions
): Promise<Ready<Pipelines[K]>> => {
  const model = await orThrow(readModel(path))
  const size = await orThrow(async () => networkSize(model.config, asked))
  const programs = livePrograms(model.config.model_params)
  for (const part of [programs.detect, programs.encode, programs.paint]) await orThrow(complete(part, model))
  await orThrow(engine(backend, () => {}))
  const values = valuesOf(model, liveWeights(programs))
  const animator = live(programs, values, size)
  const dispose = async (): Promise<void> => {
    animator.close()
    tf.dispose(values as tf.TensorContainer)
  }
  return Object.assign(made[kind]({ live: animator, model, size, fit }), { [Symbol.asyncDispose]: dispose })
}
