/**
 * Two films looked at side by side, frame by frame.
 *
 * @since 0.1.0
 */
import * as tf from '../../nodes/tf.js'
import { toTensor } from '../animation/drivers.js'
import { orThrow } from '../media/failure.js'
import { type Clip, type Frame, MediaFailure, openClip, type ReadOptions, type Shape } from '../media/index.js'
import { complaint } from '../problem/complaint.js'
import type { Detector, Features, Seen } from './detector.js'
import { codecOf, type Film } from './films.js'
import { appended, type FrameMeasures, measured, type Values } from './frame-measure.js'
import type { Pose } from './points.js'
import { readTruth, truthPath, truthPoses } from './truth.js'

/**
 * A real film and what was generated in its place.
 *
 * @since 0.1.0
 */
export interface Pair {
  readonly real: Film
  readonly generated: Film
}

/**
 * What looks at the frames, and how many at once.
 *
 * @since 0.1.0
 */
export interface Looking {
  readonly detectors: ReadonlyArray<Detector>
  readonly features: Features | undefined
  readonly truth: boolean
  /** What the frames are measured by. */
  readonly measures: FrameMeasures
  readonly batch: number
  readonly read: ReadOptions
}

/**
 * What was seen in one film: by each detector in every frame, by the features' network, and the joints beside it.
 *
 * @since 0.1.0
 */
export interface Sight {
  readonly codec: string
  readonly seen: ReadonlyArray<ReadonlyArray<Seen>>
  readonly features: ReadonlyArray<ReadonlyArray<number>>
  readonly truth: ReadonlyArray<Pose>
}

/**
 * A pair of films compared: what measures say of every frame, and what was seen on either side.
 *
 * @since 0.1.0
 */
export interface Compared {
  readonly name: string
  readonly shape: Shape
  readonly frames: number
  /** What the measures of frames gave for each. */
  readonly values: Values
  readonly real: Sight
  readonly generated: Sight
}

/**
 * Told of every batch: frames of both sides [T, H, W, 3] from 0 to 1, and what each detector saw in them. Where it rejects,
 * the comparison does.
 *
 * @since 0.1.0
 */
export type Onlooker = (
  real: tf.Tensor4D,
  generated: tf.Tensor4D,
  seen: ReadonlyArray<readonly [ReadonlyArray<Seen>, ReadonlyArray<Seen>]>
) => Promise<void>

/** Joints beside a film, as many frames as the film has. */
const joints = async (film: Film, clip: Clip, frames: number): Promise<ReadonlyArray<Pose>> => {
  const truth = await orThrow(readTruth(film))
  const bad = complaint(truthPath(film))
  if (truth === undefined) throw new MediaFailure(bad('file', 'joints beside the film, for --detector truth', 'none'))
  if (truth.frames !== frames) throw new MediaFailure(bad('position', `${frames} frames`, `${truth.frames}`))
  return truthPoses(truth, clip)
}

/** Frames of two films, as many at a time from each; their numbers must be the same. */
async function* together(pair: Pair, a: Clip, b: Clip, batch: number): AsyncGenerator<readonly [Frame[], Frame[]]> {
  const [left, right] = [a.frames()[Symbol.asyncIterator](), b.frames()[Symbol.asyncIterator]()]
  let waiting: [Array<Frame>, Array<Frame>] = [[], []]
  let count = 0
  try {
    for (;;) {
      const [x, y] = [await left.next(), await right.next()]
      if (x.done !== y.done) {
        const { path } = pair.generated
        const due = `as many as ${pair.real.path} has`
        throw new MediaFailure(complaint(path)('frames', due, x.done ? `more than ${count}` : `${count}`))
      }
      if (x.done || y.done) break
      count++
      waiting[0].push(x.value)
      waiting[1].push(y.value)
      if (waiting[0].length === batch) {
        yield waiting
        waiting = [[], []]
      }
    }
    if (waiting[0].length > 0) yield waiting
  } finally {
    await left.return?.()
    await right.return?.()
  }
}

const sameShape = ({ real, generated }: Pair, a: Clip, b: Clip): void => {
  if (a.height === b.height && a.width === b.width) return
  const due = `${a.width}x${a.height} as ${real.path}, or --size`
  throw new MediaFailure(complaint(generated.path)('size', due, `${b.width}x${b.height}`))
}

/**
 * Compares a pair of films. `onlook` borrows what it is told of. No tensor is left.
 *
 * Rejects with a `MediaFailure` where a film cannot be read, the two differ in size, or joints that are asked for are not
 * there, and with what `check` throws.
 *
 * @category measures
 * @since 0.1.0
 */
export const comparePair = async (
  pair: Pair,
  { detectors, features, truth, measures, batch, read }: Looking,
  check: () => void,
  onlook?: Onlooker
): Promise<Compared> => {
  const [a, b] = [await orThrow(openClip(pair.real.path, read)), await orThrow(openClip(pair.generated.path, read))]
  sameShape(pair, a, b)
  let [frames, values]: [number, Values] = [0, {}]
  const fresh = () => ({ seen: detectors.map((): Array<Seen> => []), features: [] as Array<ReadonlyArray<number>> })
  const sides = [fresh(), fresh()] as const
  for await (const both of together(pair, a, b, batch)) {
    check()
    const unit = both.map(toTensor) as [tf.Tensor4D, tf.Tensor4D]
    const bytes = unit.map((x) => tf.mul<tf.Tensor4D>(x, 255)) as [tf.Tensor4D, tf.Tensor4D]
    try {
      const [left, right] = unit
      frames += left.shape[0]
      values = appended(values, measured(measures, left, right))
      const seen = []
      for (const [i, detector] of detectors.entries()) {
        const now = [await detector.detect(bytes[0]), await detector.detect(bytes[1])] as const
        sides.forEach((side, s) => side.seen[i]!.push(...now[s]!))
        seen.push(now)
      }
      if (features !== undefined) sides.forEach((side, s) => side.features.push(...features.features(bytes[s]!)))
      await onlook?.(left, right, seen)
    } finally {
      tf.dispose([unit, bytes])
    }
  }
  const sight = async (film: Film, clip: Clip, side: (typeof sides)[number]): Promise<Sight> => ({
    codec: codecOf(clip),
    ...side,
    truth: truth ? await joints(film, clip, frames) : []
  })
  return {
    name: pair.real.name,
    shape: { height: a.height, width: a.width },
    frames,
    values,
    real: await sight(pair.real, a, sides[0]),
    generated: await sight(pair.generated, b, sides[1])
  }
}
