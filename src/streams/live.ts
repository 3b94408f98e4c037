/**
 * Live transfer: pictures that follow driving frames as they come, those of several sessions in one batch.
 *
 * What a session remembers from frame to frame is a value that the caller keeps: nothing is hidden in here but the weights.
 *
 * @since 0.1.0
 */
import { type Followed, follow } from '../graphs/live.js'
import { type Normalisation, needsInitial } from '../graphs/normalise.js'
import { type Options, open, stepper } from '../graphs/session.js'
import type { Keypoints } from '../nodes/keypoints.js'
import type { Values } from '../nodes/node.js'
import type { FilterState, Smoothing } from '../nodes/one-euro.js'
import * as tf from '../nodes/tf.js'
import { compiled, type LivePrograms } from './live-programs.js'
import { join, numbers, type Pose, toKeypoints, toPose } from './pose.js'

export { type LivePrograms, livePrograms, liveWeights } from './live-programs.js'
export type { Pose } from './pose.js'

/**
 * How a source follows; it may change from frame to frame.
 * @since 0.1.0
 */
export interface Manner {
  readonly normalisation: Normalisation
  /** 1 as it was driven, 0 not at all; relative motion only. */
  readonly strength: number
  readonly smoothing: Smoothing | null
}

/**
 * What is remembered from frame to frame: where the motion started, and what the filter knows. Plain numbers.
 * @since 0.1.0
 */
export interface Motion {
  readonly start: Pose
  readonly filter?: { readonly mean: Float32Array; readonly speed: Float32Array; readonly seconds: number }
}

/**
 * A source picture that has been looked at: its keypoints, and its maps until it is let go of. `source` [1, H, W, C] from 0 to
 * 1; `maps` by level, as `appearance` gives them.
 *
 * @since 0.1.0
 */
export interface Still {
  readonly points: Pose
  readonly source: tf.Tensor4D
  readonly maps: Values
  readonly dispose: () => void
}

/**
 * One frame of one session.
 * @since 0.1.0
 */
export interface Row {
  readonly still: Still
  /** A frame [H, W, C] from 0 to 1, which is borrowed, or the keypoints of one. */
  readonly driving: tf.Tensor3D | Pose
  /** When it was taken; times of a session rise. */
  readonly seconds: number
  /** What `Shown` gave for the frame before; without it the motion starts here. */
  readonly motion?: Motion
  /** Start the motion at this pose instead. */
  readonly start?: Pose
  readonly manner: Manner
}

/**
 * What became of a frame. The tensors are the receiver's.
 * @since 0.1.0
 */
export interface Shown {
  /** The source in the driving pose [H, W, C], 0 to 1. */
  readonly prediction: tf.Tensor3D
  /** The source warped by the flow alone [H, W, C]. */
  readonly deformed: tf.Tensor3D
  /** Absolute sampling positions (x, y) in [-1, 1], [h, w, 2]. */
  readonly flow: tf.Tensor3D
  /** Shares of background and keypoints [h, w, K+1], for networks with a mask. */
  readonly mask?: tf.Tensor3D
  /** The driving keypoints, smoothed where that is wanted, and those that the source was given. */
  readonly seen: Pose
  readonly aim: Pose
  /** How far the driving pose is from the source's: 0 the same, 2 the most. */
  readonly score: number
  /** For the next frame of the session. */
  readonly motion: Motion
}

/**
 * A model that animates frames [H, W, C] from 0 to 1; `size` is in pixels. What it is asked throws a `Failure<RunError>` where
 * shapes do not fit.
 *
 * @since 0.1.0
 */
export interface Live {
  readonly size: { readonly height: number; readonly width: number }
  readonly keypoints: number
  /** The keypoints of a frame [H, W, C], which is borrowed. */
  readonly look: (frame: tf.Tensor3D) => Pose
  /** Looks at a source [H, W, C], which is borrowed. */
  readonly still: (source: tf.Tensor3D) => Still
  /** Animates one frame of each of some sessions, in one batch. */
  readonly tick: (rows: ReadonlyArray<Row>) => ReadonlyArray<Shown>
  readonly close: () => void
}

const isPose = (x: tf.Tensor3D | Pose): x is Pose => !(x instanceof tf.Tensor)

/** The state of a filter as tensors, its time counted from itself, for float32 has no room for a clock; none is below 0. */
const toState = (filter: Motion['filter'], k: number): FilterState => ({
  mean: tf.tensor3d(filter?.mean ?? new Float32Array(2 * k), [1, k, 2]),
  speed: tf.tensor3d(filter?.speed ?? new Float32Array(2 * k), [1, k, 2]),
  seconds: tf.tensor1d([filter === undefined ? -1 : 0])
})

const fromState = ({ mean, speed }: FilterState, seconds: number): NonNullable<Motion['filter']> => ({
  mean: numbers(mean),
  speed: numbers(speed),
  seconds
})

/** Row `i` of a batch, without the batch axis. */
const row = (x: tf.Tensor, i: number): tf.Tensor3D => {
  const [, h, w, c] = (x as tf.Tensor4D).shape
  return tf.reshape(tf.slice(x, [i, 0, 0, 0], [1, h, w, c]), [h, w, c])
}

/** One tensor for all where all rows have the same, or each row's behind one another. */
const together = (all: ReadonlyArray<tf.Tensor>): tf.Tensor =>
  all.every((x) => x === all[0]) ? all[0]! : tf.concat([...all], 0)

/**
 * How live programs are run. `profile` is told of every node in which program it is, too: `detect`, `follow`, `encode`, `paint`.
 *
 * @since 0.1.0
 */
export interface LiveOptions extends Omit<Options, 'profile'> {
  readonly profile?: (path: string, kind: string, milliseconds: number, program: string) => void
}

/**
 * A model made ready to animate frames of one size. Throws a `Failure<RunError>` where weights do not fit.
 *
 * Borrows the weights until it is closed.
 *
 * Weights come by path, each of the shape of its spec; `size` is in pixels.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const live = (
  { model, ...programs }: LivePrograms,
  values: Values,
  size: Live['size'],
  { profile, ...others }: LiveOptions = {}
): Live => {
  const k = model.common_params.num_kp
  const optionsOf = (program: string): Options =>
    profile === undefined ? others : { ...others, profile: (path, kind, ms) => profile(path, kind, ms, program) }
  const sessions = {
    detect: open(programs.detect, optionsOf('detect'))(values),
    encode: open(programs.encode, optionsOf('encode'))(values),
    paint: open(programs.paint, optionsOf('paint'))(values)
  }
  const manners = new Map<string, ReturnType<typeof stepper<any, Followed>>>()
  const following = ({ normalisation, smoothing }: Manner) => {
    const key = JSON.stringify([normalisation, smoothing])
    const made =
      manners.get(key) ?? stepper<any, Followed>(compiled(follow(model, normalisation, smoothing)), optionsOf('follow'))
    manners.set(key, made)
    return made
  }

  /** The keypoints of frames [T, H, W, C], all together. */
  const seenIn = (frames: tf.Tensor4D): Pose => {
    const seen = sessions.detect.tick({ frames }).outputs as Keypoints
    const pose = toPose(seen)
    tf.dispose(seen as unknown as tf.TensorContainer)
    return pose
  }
  const look = (frame: tf.Tensor3D): Pose => {
    const one = tf.expandDims<tf.Tensor4D>(frame, 0)
    try {
      return seenIn(one)
    } finally {
      one.dispose()
    }
  }
  const still = (source: tf.Tensor3D): Still => {
    const picture = tf.expandDims<tf.Tensor4D>(source, 0)
    const maps = sessions.encode.tick({ source: picture }).outputs as Values
    const dispose = (): void => tf.dispose([picture, maps] as tf.TensorContainer)
    return { points: seenIn(picture), source: picture, maps, dispose }
  }

  /** The driving poses of all rows; frames are looked at in one batch. */
  const poses = (rows: ReadonlyArray<Row>): ReadonlyArray<Pose> => {
    const frames = rows.flatMap(({ driving }) => (isPose(driving) ? [] : [driving]))
    if (frames.length === 0) return rows.map(({ driving }) => driving as Pose)
    const batch = tf.stack<tf.Tensor3D>(frames) as tf.Tensor4D
    const { mean, var: spread } = seenIn(batch)
    batch.dispose()
    const each = spread === undefined ? 0 : spread.length / frames.length
    let i = 0
    return rows.map(({ driving }) => {
      if (isPose(driving)) return driving
      const at = i++
      const own = { mean: mean.slice(at * 2 * k, (at + 1) * 2 * k) }
      return spread === undefined ? own : { ...own, var: spread.slice(at * each, (at + 1) * each) }
    })
  }

  /** How one source follows one pose. */
  const followed = ({ still, seconds, motion, start, manner }: Row, driving: Pose) => {
    const from = start ?? motion?.start ?? driving
    const since = seconds - (motion?.filter?.seconds ?? seconds)
    const inputs = {
      source: toKeypoints(still.points),
      initial: toKeypoints(needsInitial(manner.normalisation) ? from : driving),
      driving: toKeypoints(driving),
      strength: tf.scalar(manner.strength),
      ...(manner.smoothing === null ? {} : { seconds: tf.tensor1d([since]), state: toState(motion?.filter, k) })
    }
    try {
      const { outputs } = following(manner)(values, inputs)
      const { seen, aim, score, state } = outputs
      const told = { seen: toPose(seen), aim: toPose(aim), score: score.dataSync<'float32'>()[0]! }
      const next: Motion = { start: from, ...(state === undefined ? {} : { filter: fromState(state, seconds) }) }
      tf.dispose(outputs as unknown as tf.TensorContainer)
      return { ...told, motion: next }
    } finally {
      tf.dispose(inputs as unknown as tf.TensorContainer)
    }
  }

  const tick = (rows: ReadonlyArray<Row>): ReadonlyArray<Shown> => {
    const seen = poses(rows)
    const told = rows.map((r, i) => followed(r, seen[i]!))
    const pictures = tf.tidy(() => {
      const stills = rows.map((r) => r.still)
      const levels = Object.keys(stills[0]?.maps ?? {})
      const made = sessions.paint.tick({
        motion: {
          source: together(stills.map(({ source }) => source)),
          from: join(stills.map(({ points }) => points)),
          to: join(told.map(({ aim }) => aim))
        },
        maps: Object.fromEntries(levels.map((level) => [level, together(stills.map(({ maps }) => maps[level]!))]))
      }).outputs as Values
      return rows.map((_, i) => Object.fromEntries(Object.entries(made).map(([name, x]) => [name, row(x, i)])))
    }) as unknown as ReadonlyArray<Pick<Shown, 'prediction' | 'deformed' | 'flow' | 'mask'>>
    return told.map((t, i) => ({ ...pictures[i]!, ...t }))
  }
  const close = (): void => {
    for (const session of Object.values(sessions)) session.close()
  }
  return { size, keypoints: k, look, still, tick, close }
}
