/**
 * The laws of moments: keypoints as means and covariances of maps.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { gaussian2kp } from '../../nodes/gaussian2kp.js'
import type { Variance } from '../../nodes/keypoints.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { atLeast, equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { every, near, reader, tabulated } from '../tensors.js'
import { heatmaps, logits, type Maps, maps } from './maps.js'

/**
 * A kind of node that takes the moments of maps, by how keypoints vary and by the least variance: maps [B, H, W, K] to means
 * [B, K, 2] in [-1, 1] and their variances.
 *
 * @since 0.1.0
 */
export type Moments = typeof gaussian2kp

/** The moments of maps. */
export const moments = (make: Moments, variance: Variance, heatmap: tf.Tensor, clip = 0) =>
  make({ variance, clip }).run({ heatmap: heatmap as tf.Tensor4D }, {}) as {
    readonly mean: tf.Tensor3D
    readonly var: tf.Tensor4D
  }
/** Law: mean and covariance are the first and second moments of the map over the pixels' places. */
const momentsOfTheMap = (make: Moments) =>
  tidied((o: Maps) => {
    const { b, h, w, k } = o
    const maps = heatmaps(o)
    const p = reader(maps)
    const place = (i: number, n: number) => (n === 1 ? -1 : (2 * i) / (n - 1) - 1)
    const sum = (n: number, c: number, f: (x: number, y: number) => number) => {
      let total = 0
      for (let i = 0; i < h; i++) for (let j = 0; j < w; j++) total += p(n, i, j, c) * f(place(j, w), place(i, h))
      return total
    }
    const mean = (n: number, c: number) => [sum(n, c, (x) => x), sum(n, c, (_, y) => y)] as const
    const matrix = tabulated([b, k, 2, 2], (n, c, row, column) => {
      const m = mean(n, c)
      return sum(n, c, (x, y) => ([x, y][row]! - m[row]!) * ([x, y][column]! - m[column]!))
    })
    const found = moments(make, 'matrix', maps)
    near(
      found.mean,
      tabulated([b, k, 2], (n, c, axis) => mean(n, c)[axis]!)
    )
    near(found.var, matrix, 2e-5) // the floor of 1e-7 under every pixel
    const entry = reader(matrix)
    near(
      moments(make, 'single', maps).var,
      tabulated([b, k, 1, 1], (n, c) => (entry(n, c, 0, 0) + entry(n, c, 1, 1)) / 2),
      2e-5
    )
    near(moments(make, 'single', maps).mean, found.mean, 1e-6)
    equal(Object.keys(moments(make, 0.01, maps)), ['mean'])
    near(moments(make, 0.01, maps).mean, found.mean, 1e-6)
  })

/** Eigenvalues of a symmetric matrix, the smaller first. */
const eigenvalues = (a: number, b: number, d: number): readonly [number, number] => {
  const radius = Math.hypot((a - d) / 2, b)
  return [(a + d) / 2 - radius, (a + d) / 2 + radius]
}

/** Holds each 2x2 matrix of a tensor [B, K, 2, 2] to a law of its entries. */
const eachMatrix = (m: tf.Tensor, holds: (a: number, b: number, c: number, d: number) => void): void => {
  const at = reader(m)
  for (let n = 0; n < m.shape[0]!; n++)
    for (let k = 0; k < m.shape[1]!; k++) holds(at(n, k, 0, 0), at(n, k, 0, 1), at(n, k, 1, 0), at(n, k, 1, 1))
}

/** Law: a covariance is symmetric, and no direction has a negative variance. */
const varianceIsSymmetricAndPositive = (make: Moments) =>
  tidied((o: Maps, clip: number) => {
    eachMatrix(moments(make, 'matrix', heatmaps(o), clip).var, (a, b, c, d) => {
      equal(b, c)
      atLeast(eigenvalues(a, b, d)[0], -1e-6)
    })
    every(moments(make, 'single', heatmaps(o)).var, (v) => v >= 0)
  })

/** A map whose mass lies in one pixel, in a line, or anywhere. */
type Shape = 'pixel' | 'row' | 'column' | 'diagonal' | 'anywhere'
const shaped = (o: Maps, shape: Shape): tf.Tensor4D => {
  const { b, h, w, k } = o
  const hit: Readonly<Record<Shape, (i: number, j: number) => boolean>> = {
    pixel: (i, j) => i === h >> 1 && j === w >> 1,
    row: (i) => i === h >> 1,
    column: (_, j) => j === w >> 1,
    diagonal: (i, j) => i === j,
    anywhere: () => true
  }
  const kept = tf.mul(
    tf.add(tf.square(logits(o)), 0.1),
    tabulated<tf.Rank.R4>([b, h, w, k], (_, i, j) => (hit[shape](i, j) ? 1 : 0))
  )
  return tf.div(kept, tf.sum(kept, [1, 2], true))
}

/**
 * Law: `clip` is a lower bound of the smallest singular value, reached by scaling the matrix, and a matrix above it is left
 * alone; also where all mass lies in one pixel or in a line.
 */
const clipBoundsTheVariance = (make: Moments) =>
  tidied((o: Maps, clip: number, shape: Shape) => {
    const maps = shaped(o, shape)
    const free = moments(make, 'matrix', maps).var
    const clipped = moments(make, 'matrix', maps, clip).var
    eachMatrix(clipped, (a, b, _, d) => {
      const [least, most] = eigenvalues(a, b, d)
      atLeast(least, clip * 0.999 - 1e-6 * most) // single precision resolves no more
    })
    const at = reader(free)
    const factor = tabulated([o.b, o.k, 1, 1], (n, k) => {
      const [least, most] = eigenvalues(at(n, k, 0, 0), at(n, k, 0, 1), at(n, k, 1, 1))
      // a matrix that is nearly singular may be scaled by any factor that is large enough
      return least < 2e-3 * most ? Number.NaN : Math.max(clip, least) / least
    })
    const due = tf.where(tf.isNaN(factor), clipped, tf.mul(free, factor))
    near(clipped, due, 2e-3)
  })

const clip = some.real(0.001, 0.5)
const shapes = some.oneOf('pixel', 'row', 'column', 'diagonal', 'anywhere')

/**
 * What the mean and the covariance of a map keep: [B, K, 2] and [B, K, 2, 2] of maps [B, H, W, K], in [-1, 1].
 *
 * @category laws
 * @since 0.1.0
 */
export const momentLaws: ReadonlyArray<Law<Moments>> = [
  law('is where and as wide as the moments of its heatmap say', [maps], momentsOfTheMap),
  law('has a symmetric and positive variance', [maps, fc.oneof(fc.constant(0), clip)], varianceIsSymmetricAndPositive),
  law('has a variance of at least the clip in every direction', [maps, clip, shapes], clipBoundsTheVariance)
]
