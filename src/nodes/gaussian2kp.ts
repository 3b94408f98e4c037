import * as t from 'io-ts'
import { axis } from './grid.js'
import type { Keypoints } from './keypoints.js'
import { keypoints, Variance } from './keypoints.js'
import { body, define, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Added to every heatmap before its moments; nothing is renormalised after it. */
const floorMass = 1e-7

/** Keeps roots and quotients finite where a matrix is zero or a multiple of one. */
const tiny = 1e-30

/**
 * The smallest singular value of 2x2 matrices [B, K, 2, 2], as [B, K, 1, 1]: `|ad - bc|` over the largest one,
 * `sqrt((s1 + sqrt(s2)) / 2)`, `s1 = a^2+b^2+c^2+d^2`, `s2 = (a^2+b^2-c^2-d^2)^2 + 4(ac+bd)^2`.
 *
 * Source: `smallest_singular` in the reference `modules/util.py`, which takes `sqrt((s1 - sqrt(s2)) / 2)`: that is rounding
 * noise, or not a number, where the mass of a map lies in a line.
 */
export const smallestSingular = (m: tf.Tensor): tf.Tensor => {
  const [n, k] = m.shape as [number, number]
  const [a, b, c, d] = tf.split(tf.reshape(m, [n, k, 4]), 4, 2) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const [upper, lower] = [tf.add(tf.square(a), tf.square(b)), tf.add(tf.square(c), tf.square(d))]
  const cross = tf.mul(2, tf.add(tf.mul(a, c), tf.mul(b, d)))
  const spread = tf.sqrt(tf.maximum(tf.add(tf.square(tf.sub(upper, lower)), tf.square(cross)), tiny))
  const largest = tf.sqrt(tf.div(tf.add(tf.add(upper, lower), spread), 2))
  return tf.reshape(tf.div(tf.abs(tf.sub(tf.mul(a, d), tf.mul(b, c))), largest), [n, k, 1, 1])
}

/** Scales covariances so that their smallest singular value is at least `least`. */
const clip = (variance: tf.Tensor, least: number): tf.Tensor => {
  const s = smallestSingular(variance)
  return tf.div(tf.mul(tf.maximum(s, least), variance), tf.maximum(s, tiny))
}

/**
 * Mean and variance of each heatmap over the coordinate grid, `p' = p + 1e-7`.
 *
 * `mean = sum p' g`, `var = sum p' (g - mean)(g - mean)^T`, taken from the marginals of the map: two reductions and one
 * product instead of a [H, W, 2, 2] field. `single` is the mean of the x and y variances. `clip` is a lower bound of the
 * smallest singular value of a matrix, 0 for none.
 *
 * `heatmap` [B, H, W, K], each map 1 in all; `mean` [B, K, 2], (x, y) in [-1, 1]; `var` [B, K, 2, 2] or [B, K, 1, 1].
 *
 * Source: Monkey-Net (CVPR 2019), section 3.2; `gaussian2kp` in the reference `modules/keypoint_detector.py`.
 *
 * @category keypoints
 * @since 0.1.0
 */
export const gaussian2kp = define(
  'gaussian2kp',
  t.strict({ variance: Variance, clip: real }),
  ({ variance, clip: least }) =>
    body({ inputs: record({ heatmap: tensor('B H W K') }), outputs: keypoints(variance) }, ({ heatmap }): Keypoints => {
      const [b, h, w, k] = heatmap.shape
      const mass = tf.add(heatmap, floorMass)
      const [alongX, alongY] = [tf.sum(mass, 1), tf.sum(mass, 2)] // B W K, B H K
      const [x, y] = [tf.reshape(axis(w), [1, w, 1]), tf.reshape(axis(h), [1, h, 1])]
      const [meanX, meanY] = [tf.sum(tf.mul(alongX, x), 1, true), tf.sum(tf.mul(alongY, y), 1, true)] // B 1 K
      const mean = tf.transpose(tf.concat([meanX, meanY], 1), [0, 2, 1]) as tf.Tensor3D // B K 2
      if (typeof variance === 'number') return { mean }
      const [dx, dy] = [tf.sub(x, meanX), tf.sub(y, meanY)] // B W K, B H K
      const [xx, yy] = [tf.sum(tf.mul(alongX, tf.square(dx)), 1), tf.sum(tf.mul(alongY, tf.square(dy)), 1)] // B K
      if (variance === 'single') return { mean, var: tf.reshape(tf.div(tf.add(xx, yy), 2), [b, k, 1, 1]) }
      const sheared = tf.sum(tf.mul(mass, tf.expandDims(dx, 1)), 2) // B H K
      const xy = tf.sum(tf.mul(sheared, dy), 1) // B K
      const matrix = tf.reshape(tf.stack([xx, xy, xy, yy], 2), [b, k, 2, 2])
      return { mean, var: (least > 0 ? clip(matrix, least) : matrix) as tf.Tensor4D }
    })
)
