/**
 * Random tensors, flows, keypoints and videos as sketches: plain data that shrinks and is shown, and makes its tensors when it
 * is asked to.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as D from '../../nodes/dims.js'
import type { Keypoints } from '../../nodes/keypoints.js'
import type { TensorOf } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import { drawn, numbers, tabulated } from '../tensors.js'
import { type Numbers, shapeOf } from './inputs.js'
import * as some from './numbers.js'

/**
 * What random tensors are made from. Who makes them owns them; in a check of `law` that is the check.
 *
 * @category model
 * @since 0.1.0
 */
export interface Sketch<A> {
  /** The same tensors each time. */
  readonly make: () => A
}

/**
 * A tensor to be made.
 *
 * @since 0.1.0
 */
export interface TensorSketch<S extends string> extends Sketch<TensorOf<S>> {
  readonly dims: S
  readonly sizes: Numbers
  readonly seed: number
}

/**
 * Tensors of some dims, as `'B H W 3'`: a name is from 1 to `most`, entries are uniform from `low` to `high`.
 *
 * @category generators
 * @since 0.1.0
 */
export const tensors = <const S extends string>(
  dims: S,
  { low = -1, high = 1, most = 6 }: { readonly low?: number; readonly high?: number; readonly most?: number } = {}
): fc.Arbitrary<TensorSketch<S>> => {
  const words = dims.split(' ').filter((d) => d !== '')
  const names = [...new Set(words.flatMap((d) => D.names(D.parse(d))))]
  return fc
    .record({ sizes: fc.record(Object.fromEntries(names.map((n) => [n, some.count(most)]))), seed: some.seed })
    .map(({ sizes, seed }) => ({
      dims,
      sizes,
      seed,
      make: () => drawn([...shapeOf({ dims: words }, sizes)], seed, low, high) as TensorOf<S>
    }))
}

/**
 * A flow [b, h, w, 2] to be made.
 *
 * @since 0.1.0
 */
export interface FlowSketch extends Sketch<tf.Tensor4D> {
  readonly b: number
  readonly h: number
  readonly w: number
  /** Every pixel at its own place, moved by whole pixels, by an affine map that stays inside, or anywhere. */
  readonly way: 'identity' | 'shift' | 'affine' | 'wild'
  readonly seed: number
}

const place = (pixel: number, size: number): number => (size === 1 ? -1 : (2 * pixel) / (size - 1) - 1)

const flowOf = ({ b, h, w, way, seed }: Omit<FlowSketch, 'make'>): tf.Tensor4D => {
  if (way === 'wild') return drawn<tf.Rank.R4>([b, h, w, 2], seed, -1.8, 1.8)
  const next = numbers(seed)
  const each = Array.from({ length: b }, () => Array.from({ length: 6 }, () => 2 * next() - 1))
  return tabulated<tf.Rank.R4>([b, h, w, 2], (n, i, j, axis) => {
    const r = each[n]!
    if (way === 'identity') return axis === 0 ? place(j, w) : place(i, h)
    if (way === 'shift') return axis === 0 ? place(j + Math.round(3 * r[0]!), w) : place(i + Math.round(3 * r[1]!), h)
    const [p, q, s] = r.slice(3 * axis, 3 * axis + 3) as [number, number, number]
    return (p + q * place(j, w) + s * place(i, h)) / 3
  })
}

/**
 * Flows: where each pixel of a picture is read, x and y, from -1 at the first pixel centre to 1 at the last.
 *
 * @category generators
 * @since 0.1.0
 */
export const flows = (most = 9): fc.Arbitrary<FlowSketch> =>
  fc
    .record({
      b: some.count(3),
      h: some.count(most),
      w: some.count(most),
      way: some.oneOf('identity', 'shift', 'affine', 'wild'),
      seed: some.seed
    })
    .map((o) => ({ ...o, make: () => flowOf(o) }))

/**
 * Keypoints of a batch to be made.
 *
 * @since 0.1.0
 */
export interface KeypointsSketch extends Sketch<Keypoints> {
  readonly b: number
  readonly k: number
  readonly variance: 'matrix' | 'single' | number
  readonly seed: number
}

const keypointsOf = ({ b, k, variance, seed }: Omit<KeypointsSketch, 'make'>): Keypoints => {
  const mean = drawn<tf.Rank.R3>([b, k, 2], seed, -0.9, 0.9)
  if (typeof variance === 'number') return { mean }
  if (variance === 'single') return { mean, var: drawn<tf.Rank.R4>([b, k, 1, 1], seed + 1, 0.05, 1) }
  return tf.tidy(() => {
    const root = drawn<tf.Rank.R4>([b, k, 2, 2], seed + 1, -0.7, 0.7)
    const spread = tf.add(tf.matMul(root, root, false, true), tf.mul(tf.eye(2), 0.05)) as tf.Tensor4D
    return { mean, var: spread }
  })
}

/**
 * Keypoints: means [b, k, 2] inside of the picture, and covariances that are symmetric and positive, single variances, or none.
 *
 * @category generators
 * @since 0.1.0
 */
export const keypoints = (most = 8): fc.Arbitrary<KeypointsSketch> =>
  fc
    .record({ b: some.count(3), k: some.count(most), variance: some.variance(0.01), seed: some.seed })
    .map((o) => ({ ...o, make: () => keypointsOf(o) }))

/**
 * Frames [t, h, w, 3] from 0 to 1, and the places [t, k, 2] of the dots in them.
 *
 * @since 0.1.0
 */
export interface Video {
  readonly frames: tf.Tensor4D
  readonly places: tf.Tensor3D
}

/**
 * A video to be made: coloured dots that go about evenly in front of a ground.
 *
 * @since 0.1.0
 */
export interface VideoSketch extends Sketch<Video> {
  readonly t: number
  readonly h: number
  readonly w: number
  readonly dots: number
  readonly seed: number
}

const videoOf = ({ t, h, w, dots, seed }: Omit<VideoSketch, 'make'>): Video => {
  const next = numbers(seed)
  const each = Array.from({ length: dots }, () => ({
    centre: [1.2 * next() - 0.6, 1.2 * next() - 0.6],
    reach: [0.3 * next(), 0.3 * next()],
    turn: 2 * Math.PI * next(),
    colour: [next(), next(), next()]
  }))
  const ground = [next() / 2, next() / 2, next() / 2]
  const at = (frame: number, dot: number, axis: number): number => {
    const { centre, reach, turn } = each[dot]!
    return centre[axis]! + reach[axis]! * Math.sin(turn + 0.5 * frame + (axis * Math.PI) / 2)
  }
  const shade = (frame: number, y: number, x: number, channel: number): number =>
    each.reduce((under, { colour }, dot) => {
      const near = Math.exp(-((x - at(frame, dot, 0)) ** 2 + (y - at(frame, dot, 1)) ** 2) / 0.04)
      return under + (colour[channel]! - under) * near
    }, ground[channel]!)
  return {
    frames: tabulated<tf.Rank.R4>([t, h, w, 3], (n, i, j, c) => shade(n, place(i, h), place(j, w), c)),
    places: tabulated<tf.Rank.R3>([t, dots, 2], at)
  }
}

/**
 * Videos whose motion is known.
 *
 * @category generators
 * @since 0.1.0
 */
export const videos = (most = 16): fc.Arbitrary<VideoSketch> =>
  fc
    .record({
      t: some.count(6),
      h: some.between(4, most),
      w: some.between(4, most),
      dots: some.count(4),
      seed: some.seed
    })
    .map((o) => ({ ...o, make: () => videoOf(o) }))
