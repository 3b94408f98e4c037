/**
 * The laws of normalisation: how the motion of one object is carried over to another.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../../graphs/compile.js'
import type { Normalisation, normalise as Normalise } from '../../graphs/normalise.js'
import { run } from '../../graphs/run.js'
import type { adaptVariance } from '../../nodes/adapt-variance.js'
import type { alignment } from '../../nodes/alignment.js'
import type { Keypoints } from '../../nodes/keypoints.js'
import type { clipMean } from '../../nodes/relative-motion.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { above, below, equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, every, near, numbers, reader, tabulated } from '../tensors.js'

/** A video of `t` frames with `k` keypoints, and the picture that it drives. */
interface Drive {
  readonly t: number
  readonly k: number
  readonly variance: 'matrix' | 'single' | number
  readonly seed: number
}

type Normalising = typeof Normalise

const mean = (n: number, { k, seed }: Drive, salt: number) => drawn<tf.Rank.R3>([n, k, 2], seed + salt, -0.9, 0.9)
/** Covariances with eigenvalues from 0.05 to about 1. */
const spread = (n: number, { k, seed, variance }: Drive, salt: number): tf.Tensor4D => {
  if (variance === 'single') return drawn<tf.Rank.R4>([n, k, 1, 1], seed + salt, 0.05, 1)
  const root = drawn<tf.Rank.R4>([n, k, 2, 2], seed + salt, -0.7, 0.7)
  return tf.add(tf.matMul(root, root, false, true), tf.mul(tf.eye(2), 0.05)) as tf.Tensor4D
}
const keypoints = (n: number, o: Drive, salt: number): Keypoints =>
  typeof o.variance === 'number'
    ? { mean: mean(n, o, salt) }
    : { mean: mean(n, o, salt), var: spread(n, o, salt + 100) }
const firstOf = (kp: Keypoints): Keypoints =>
  Object.fromEntries(
    Object.entries(kp).map(([name, x]) => [name, tf.slice(x, Array(x.rank).fill(0), [1, ...x.shape.slice(1)])])
  ) as unknown as Keypoints

const normalised = (
  make: Normalising,
  o: Drive,
  how: Normalisation,
  inputs: { readonly source: Keypoints; readonly initial: Keypoints; readonly driving: Keypoints }
): Keypoints => {
  const program = compile(make({ num_kp: o.k, kp_variance: o.variance, num_channels: 3 }, how))
  if (E.isLeft(program)) throw new Error(JSON.stringify(program.left))
  return run(program.right, { check: true })({}, inputs).outputs
}
const same = (actual: Keypoints, expected: Keypoints, tolerance: number): void => {
  equal(Object.keys(actual), Object.keys(expected))
  near(actual.mean, expected.mean, tolerance)
  if (expected.var !== undefined) near(actual.var!, expected.var, tolerance)
}

/** Law: the motion of a video carried over to its own first frame is the video. */
const ontoItsOwnFirstFrameIsTheIdentity = (make: Normalising) =>
  tidied((o: Drive, how: Normalisation) => {
    const driving = keypoints(o.t, o, 1)
    const start = firstOf(driving)
    same(normalised(make, o, how, { source: start, initial: start, driving }), driving, 2e-4)
  })

/** Law: at the frame where the motion starts, the source is where it was. */
const motionStartsAtTheSource = (make: Normalising) =>
  tidied((o: Drive, how: Normalisation) => {
    const [source, initial] = [keypoints(1, o, 1), keypoints(1, o, 2)]
    const out = normalised(
      make,
      o,
      { ...how, move_location: true, adapt_variance: true },
      { source, initial, driving: initial }
    )
    same(out, source, 2e-3)
  })

/** Law: where the driving object starts does not matter when its motion is carried over. */
const startingOffsetDoesNotMatter = (make: Normalising) =>
  tidied((o: Drive, how: Normalisation, x: number, y: number) => {
    const offset = tf.tensor1d([x, y])
    const [source, driving] = [keypoints(1, o, 1), keypoints(o.t, o, 2)]
    const moved = { ...driving, mean: tf.add(driving.mean, offset) as tf.Tensor3D }
    const of = (d: Keypoints) =>
      normalised(make, o, { ...how, move_location: true }, { source, initial: firstOf(d), driving: d })
    same(of(moved), of(driving), 2e-4)
  })

/** Law: with the motion scaled by the size of the objects, the size of the driving object does not matter. */
const drivingScaleDoesNotMatter = (make: Normalising) =>
  tidied((o: Drive, how: Normalisation, scale: number) => {
    const [source, driving] = [keypoints(1, o, 1), keypoints(o.t, o, 2)]
    const larger = { ...driving, mean: tf.mul(driving.mean, scale) as tf.Tensor3D }
    const of = (d: Keypoints) =>
      normalised(
        make,
        o,
        { ...how, move_location: true, movement_mult: true },
        { source, initial: firstOf(d), driving: d }
      )
    // a hull that is nearly a line makes a large factor of its rounding
    const factor = entries(tf.abs(of(driving).mean)).reduce((a, b) => Math.max(a, b), 0)
    if (factor < 20) same(of(larger), of(driving), 1e-3)
  })

/** Law: nothing asked for, nothing done. */
const absoluteMotionIsLeftAlone = (make: Normalising) =>
  tidied((o: Drive) => {
    const driving = keypoints(o.t, o, 2)
    const how = { move_location: false, movement_mult: true, adapt_variance: false, clip_mean: false }
    same(normalised(make, o, how, { source: keypoints(1, o, 1), initial: firstOf(driving), driving }), driving, 0)
  })

/** Law: what comes out is symmetric and positive, whatever goes in. */
const adaptedVarianceIsSymmetricAndPositive = (make: typeof adaptVariance) =>
  tidied((o: Drive) => {
    const [source, initial, driving] = [spread(1, o, 1), spread(1, o, 2), spread(o.t, o, 3)]
    if (o.variance === 'single') {
      const out = make({ variance: 'single' }).run({ source, initial, driving }, {}).var
      near(out, tf.mul(tf.div(driving, initial), source))
      every(make({ variance: 'single' }).run({ source: tf.neg(source), initial, driving }, {}).var, (v) => v > 0)
      return
    }
    const out = reader(make({ variance: 'matrix' }).run({ source, initial, driving }, {}).var)
    const [d, i, s] = [reader(driving), reader(initial), reader(source)]
    for (let t = 0; t < o.t; t++)
      for (let k = 0; k < o.k; k++) {
        // driving inverse(initial) source, its symmetric part
        const m = (f: typeof d, n: number) => [f(n, k, 0, 0), f(n, k, 0, 1), f(n, k, 1, 0), f(n, k, 1, 1)] as const
        const times = ([a, b, c, e]: ReturnType<typeof m>, [p, q, r, u]: ReturnType<typeof m>) =>
          [a * p + b * r, a * q + b * u, c * p + e * r, c * q + e * u] as const
        const [a, b, c, e] = m(i, 0)
        const det = a * e - b * c
        const [xx, xy, yx, yy] = times(times(m(d, t), [e / det, -b / det, -c / det, a / det]), m(s, 0))
        const cross = (xy + yx) / 2
        const [middle, radius] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, cross)]
        const lift = (v: number) => (v > 0 ? v : 1e-6)
        const [high, low] = [lift(middle + radius), lift(middle - radius)]
        const tolerance = 1e-3 * Math.max(1, high)
        // eigenvectors stay: the matrix is a sum of two projections
        const [along, across] = radius === 0 ? [0, 0] : [(xx - yy) / 2 / radius, cross / radius]
        below(Math.abs(out(t, k, 0, 0) - ((high + low) / 2 + ((high - low) / 2) * along)), tolerance)
        below(Math.abs(out(t, k, 1, 1) - ((high + low) / 2 - ((high - low) / 2) * along)), tolerance)
        below(Math.abs(out(t, k, 0, 1) - ((high - low) / 2) * across), tolerance)
        equal(out(t, k, 0, 1), out(t, k, 1, 0))
        // positive up to the rounding of its own entries
        const [p, q, r] = [out(t, k, 0, 0), out(t, k, 0, 1), out(t, k, 1, 1)]
        above((p + r) / 2 - Math.hypot((p - r) / 2, q), -1e-6 * (p + r))
        above(Math.min(p, r), 0)
      }
  })

/** Law: a clipped mean lies in the picture, and one that does is left alone. */
const clippedMeansLieInside = (clip: typeof clipMean) =>
  tidied((t: number, k: number, seed: number) => {
    const wild = drawn<tf.Rank.R3>([t, k, 2], seed, -3, 3)
    const at = reader(wild)
    near(
      clip.run({ mean: wild }, {}).mean,
      tabulated([t, k, 2], (n, i, axis) => Math.min(Math.max(at(n, i, axis), -1), 1)),
      0
    )
  })

/** Law: the same pose has score 0 at any place and size; the score is symmetric and at most 2. */
const alignmentSeesThePoseAlone = (node: typeof alignment) =>
  tidied((t: number, k: number, seed: number, scale: number) => {
    const score = (source: tf.Tensor, driving: tf.Tensor) =>
      node.run({ source: source as tf.Tensor3D, driving: driving as tf.Tensor3D }, {}).score
    const source = drawn<tf.Rank.R3>([1, k, 2], seed)
    const next = numbers(seed)
    const scales = tabulated([t, 1, 1], () => scale * (0.5 + next()))
    const places = drawn([t, 1, 2], seed + 1)
    near(score(source, tf.add(tf.mul(source, scales), places)), tf.zeros([t]), 1e-4)
    const other = drawn<tf.Rank.R3>([1, k, 2], seed + 2)
    near(score(source, other), score(other, source))
    every(score(source, other), (s) => s > 0 && s <= 2.0001)
    // half of a turn about the centroid is as far as a pose can be
    near(score(source, tf.neg(source)), tf.tensor1d([2]), 1e-4)
    near(score(source, tf.add(tf.mul(other, scales), places)), tf.tile(score(source, other), [t]), 1e-3)
  })

const several = some.between(3, 8)
const drive: fc.Arbitrary<Drive> = fc.record({
  t: some.count(4),
  k: several,
  variance: some.variance(0.01),
  seed: some.seed
})
const how: fc.Arbitrary<Normalisation> = fc.record({
  move_location: fc.boolean(),
  movement_mult: fc.boolean(),
  adapt_variance: fc.boolean(),
  clip_mean: fc.boolean()
})
const scale = some.real(0.3, 3)
const learned = drive.map((o): Drive => ({ ...o, variance: o.seed % 2 === 0 ? 'matrix' : 'single' }))

/**
 * What carrying the motion of one object over to another keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const normalisationLaws: ReadonlyArray<Law<Normalising>> = [
  law('onto the first frame of the video itself is the identity', [drive, how], ontoItsOwnFirstFrameIsTheIdentity),
  law('starts at the source', [drive, how], motionStartsAtTheSource),
  law(
    'of motion does not see where the driving object starts',
    [drive, how, some.unit, some.unit],
    startingOffsetDoesNotMatter
  ),
  law('scaled by the objects does not see the size of the driving one', [drive, how, scale], drivingScaleDoesNotMatter),
  law('that is asked for nothing does nothing', [drive], absoluteMotionIsLeftAlone)
]

/**
 * What an adapted variance [B, K, 2, 2] or [B, K, 1, 1] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const adaptedVarianceLaws: ReadonlyArray<Law<typeof adaptVariance>> = [
  law('is symmetric and positive', [learned], adaptedVarianceIsSymmetricAndPositive, { runs: 60 })
]

/**
 * What means [B, K, 2] held inside of the picture, in [-1, 1], keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const clippedMeanLaws: ReadonlyArray<Law<typeof clipMean>> = [
  law('lies in the picture', [some.count(4), several, some.seed], clippedMeansLieInside)
]

/**
 * What the alignment [B] of two poses [B, K, 2] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const alignmentLaws: ReadonlyArray<Law<typeof alignment>> = [
  law('sees the pose alone', [some.count(4), several, some.seed, scale], alignmentSeesThePoseAlone)
]
