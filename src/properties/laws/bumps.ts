/**
 * The laws of bumps: maps drawn of keypoints.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { inverse } from '../../nodes/inverse.js'
import type { Variance } from '../../nodes/keypoints.js'
import type { kp2gaussian } from '../../nodes/kp2gaussian.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { atMost } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, inner, near, numbers, perSample, reader, slopeAt0, tabulated } from '../tensors.js'
import { heatmaps, type Maps, maps } from './maps.js'
import { type Moments, moments } from './moments.js'

/**
 * A kind of node that draws bumps of keypoints, by how they vary: `mean` [B, K, 2] in [-1, 1] to maps [B, H, W, K].
 *
 * @since 0.1.0
 */
export type Bumps = typeof kp2gaussian

const bumps = (make: Bumps, variance: Variance, mean: tf.Tensor, spread: tf.Tensor | undefined, like: tf.Tensor) =>
  make({ variance }).run(
    {
      kp: { mean: mean as tf.Tensor3D, ...(spread === undefined ? {} : { var: spread as tf.Tensor4D }) },
      like: like as tf.Tensor4D
    },
    {}
  ).gaussian as tf.Tensor4D

/** A bump well inside of the map: pixels from each border, spread in pixels, and the angle of its longer axis. */
interface Bump {
  readonly h: number
  readonly w: number
  readonly spread: readonly [number, number]
  readonly angle: number
  readonly seed: number
}

const around = (o: Bump) => {
  const next = numbers(o.seed)
  const reach = 5 * Math.max(...o.spread)
  const at = (n: number) => reach + next() * (n - 1 - 2 * reach)
  const [x, y] = [at(o.w), at(o.h)]
  const [c, s] = [Math.cos(o.angle), Math.sin(o.angle)]
  const [p, q] = o.spread.map((d) => d * d) as [number, number]
  const pixels = [
    [p * c * c + q * s * s, (p - q) * c * s],
    [(p - q) * c * s, p * s * s + q * c * c]
  ] as const
  const unit = [2 / (o.w - 1), 2 / (o.h - 1)] as const
  return {
    mean: tf.tensor3d([[[x * unit[0] - 1, y * unit[1] - 1]]]),
    var: tf.tensor4d([[[0, 1].map((i) => [0, 1].map((j) => pixels[i]![j]! * unit[i]! * unit[j]!))]])
  }
}

/** Law: `gaussian2kp(kp2gaussian(kp))` is `kp` again, away from borders and with a spread that the pixels resolve. */
const bumpsAreReadBack = (draw: Bumps, make: Moments) =>
  tidied((o: Bump) => {
    const kp = around(o)
    const like = tf.zeros([1, o.h, o.w, 1])
    const read = (variance: Variance, spread: tf.Tensor | undefined) => {
      const gaussian = bumps(draw, variance, kp.mean, spread, like)
      return moments(make, variance, tf.div(gaussian, tf.sum(gaussian, [1, 2], true)))
    }
    const matrix = read('matrix', kp.var)
    near(matrix.mean, kp.mean, 1e-4)
    near(tf.div(matrix.var, tf.max(kp.var)), tf.div(kp.var, tf.max(kp.var)), 2e-2)
    const wide = tf.max(kp.var).dataSync()[0]!
    const round = Math.min(wide, 0.02)
    const single = read('single', tf.fill([1, 1, 1, 1], round))
    if (round === wide) {
      near(single.mean, kp.mean, 1e-4)
    }
    const fixed = read(round, undefined)
    near(fixed.mean, single.mean, 1e-4)
  })

/** Law: a bump is `exp(-d^T var^-1 d / 2)` of the distance `d` of each pixel's place from the mean. */
const bumpsAreDensities = (draw: Bumps) =>
  tidied((o: Maps) => {
    const { b, h, w, k, seed } = o
    const [mean, root] = [drawn([b, k, 2], seed), drawn<tf.Rank.R4>([b, k, 2, 2], seed + 1)]
    const variance = tf.add(tf.matMul(root, root, false, true), tf.mul(tf.eye(2), 0.1)) as tf.Tensor4D
    const [m, v] = [reader(mean), reader(variance)]
    const place = (i: number, n: number) => (n === 1 ? -1 : (2 * i) / (n - 1) - 1)
    const expected = (spread: (n: number, c: number) => readonly [number, number, number]) =>
      tabulated([b, h, w, k], (n, i, j, c) => {
        const [dx, dy] = [place(j, w) - m(n, c, 0), place(i, h) - m(n, c, 1)]
        const [xx, xy, yy] = spread(n, c)
        return Math.exp(-(yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / (xx * yy - xy * xy) / 2)
      })
    const like = tf.zeros([1, h, w, 3])
    near(
      bumps(draw, 'matrix', mean, variance, like),
      expected((n, c) => [v(n, c, 0, 0), v(n, c, 0, 1), v(n, c, 1, 1)]),
      1e-4
    )
    const single = tf.slice(variance, [0, 0, 0, 0], [b, k, 1, 1])
    near(
      bumps(draw, 'single', mean, single, like),
      expected((n, c) => [v(n, c, 0, 0), 0, v(n, c, 0, 0)]),
      1e-4
    )
    near(
      bumps(draw, 0.03, mean, undefined, like),
      expected(() => [0.03, 0, 0.03]),
      1e-4
    )
  })

/** Law: bumps of a batch are the bumps of each sample. */
const bumpsDoNotSeeEachOther = (draw: Bumps) =>
  tidied((o: Maps) => {
    const { b, k, seed } = o
    const like = tf.zeros([1, o.h, o.w, 1])
    perSample<{ mean: tf.Tensor; spread: tf.Tensor }>((i) => bumps(draw, 'single', i.mean, i.spread, like))({
      mean: drawn([b, k, 2], seed),
      spread: drawn([b, k, 1, 1], seed + 1, 0.05, 1)
    })
  })

/** Law: the gradient of a sum of moments, or of bumps, is its slope along any direction. */
const momentsHaveTheirSlope = (make: Moments, draw: Bumps) =>
  tidied((o: Maps, variance: Variance) => {
    const [maps, along] = [heatmaps(o), drawn([o.b, o.h, o.w, o.k], o.seed + 9, -0.1, 0.1)]
    const total = (x: tf.Tensor) => {
      const kp = moments(make, variance, x, variance === 'matrix' ? 1e-3 : 0)
      const like = tf.zeros([1, 5, 6, 1])
      return tf.sum(tf.square(bumps(draw, variance, kp.mean, kp.var, like)))
    }
    const slope = inner(tf.grad(total)(maps), along)
    const rise = slopeAt0((s) => total(tf.add(maps, tf.mul(along, s))).dataSync()[0]!, 0.02)
    atMost(Math.abs(slope - rise), 2e-2 * Math.max(0.1, Math.abs(rise)))
  })

/** Law: a matrix times its inverse is one, on both sides. */
const inverseInverts = (invert: typeof inverse) =>
  tidied((b: number, k: number, seed: number) => {
    const m = tf.add(
      drawn([b, k, 2, 2], seed),
      tf.tensor2d([
        [2, 0.5],
        [-0.5, 2]
      ])
    )
    const one = tf.tile(tf.reshape(tf.eye(2), [1, 1, 2, 2]), [b, k, 1, 1])
    near(tf.matMul(m, invert(m)), one)
    near(tf.matMul(invert(m), m), one)
  })

const spread = some.real(0.9, 1.6)
const bump = fc.record({
  h: some.between(18, 24),
  w: some.between(18, 24),
  spread: fc.tuple(spread, spread),
  angle: some.real(0, 3.2),
  seed: some.seed
})

/**
 * What the bumps [B, H, W, K] of keypoints [B, K, 2] in [-1, 1] keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const bumpLaws: ReadonlyArray<Law<Bumps>> = [
  law('is the Gaussian density of its keypoint, without the factor', [maps], bumpsAreDensities),
  law('is that of its own sample', [maps], bumpsDoNotSeeEachOther)
]

/** What draws bumps of keypoints, and what reads them back. */
interface Both {
  readonly kp2gaussian: Bumps
  readonly gaussian2kp: Moments
}

/**
 * What bumps and moments keep together.
 *
 * @category laws
 * @since 0.1.0
 */
export const bumpAndMomentLaws: ReadonlyArray<Law<Both>> = [
  law('is read back from its own bump', [bump], ({ kp2gaussian, gaussian2kp }: Both) =>
    bumpsAreReadBack(kp2gaussian, gaussian2kp)
  ),
  law(
    'has the gradient that finite differences have',
    [maps, some.variance(0.05)],
    ({ kp2gaussian, gaussian2kp }: Both) => momentsHaveTheirSlope(gaussian2kp, kp2gaussian),
    { runs: 24 }
  )
]

/**
 * What the inverse of 2x2 matrices keeps, whatever the shape [..., 2, 2].
 *
 * @category laws
 * @since 0.1.0
 */
export const inverseLaws: ReadonlyArray<Law<typeof inverse>> = [
  law('inverts', [some.count(3), some.count(3), some.seed], inverseInverts)
]
