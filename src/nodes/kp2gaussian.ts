import * as t from 'io-ts'
import { axis } from './grid.js'
import { inverse } from './inverse.js'
import type { Keypoints } from './keypoints.js'
import { keypoints, Variance } from './keypoints.js'
import { body, define } from './node.js'
import type { Spec } from './spec.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** `Q / 2` of the density `exp(-d^T Q d / 2)`, as the coefficients of dx^2, dx dy and dy^2, each [B, 1, 1, K] or a number. */
const halfPrecision = (kp: Keypoints, variance: Variance): readonly [tf.Tensor, tf.Tensor | undefined, tf.Tensor] => {
  const [b, k] = kp.mean.shape
  if (variance === 'matrix') {
    const [xx, xy, yx, yy] = tf
      .split(tf.reshape(inverse(kp.var!), [b, 1, 1, k, 4]), 4, 4)
      .map((e) => tf.reshape(e, [b, 1, 1, k])) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    return [tf.mul(xx, 0.5), tf.mul(tf.add(xy, yx), 0.5), tf.mul(yy, 0.5)]
  }
  const half = variance === 'single' ? tf.div(0.5, tf.reshape(kp.var!, [b, 1, 1, k])) : tf.scalar(0.5 / variance)
  return [half, undefined, half]
}

/** Sums over the pixels of `p = gaussian * cotangent` times (1, dx, dy, dx^2, dx dy, dy^2), d being the way from the mean: [B, K, 6]. */
const moments = (mean: tf.Tensor3D, gaussian: tf.Tensor4D, dy: tf.Tensor): tf.Tensor => {
  if (tf.hasKernels()) return tf.kernel('KeyflowBumpMoments', [mean, gaussian, dy])
  const [b, h, w, k] = gaussian.shape
  const [meanX, meanY] = tf.split(tf.reshape(mean, [b, k, 1, 2]), 2, 3) as [tf.Tensor, tf.Tensor]
  const x = tf.sub(tf.reshape(axis(w), [1, 1, w, 1]), tf.reshape(meanX, [b, 1, 1, k])) // B 1 W K
  const y = tf.sub(tf.reshape(axis(h), [1, h, 1, 1]), tf.reshape(meanY, [b, 1, 1, k])) // B H 1 K
  const p = tf.mul(gaussian, dy)
  const [px, py] = [tf.mul(p, x), tf.mul(p, y)]
  return tf.stack(
    [p, px, py, tf.mul(px, x), tf.mul(px, y), tf.mul(py, y)].map((m) => tf.sum(m, [1, 2])),
    2
  )
}

/** Cotangents of mean and variance, from the sums of `moments`. */
const pulled = (kp: Keypoints, variance: Variance, sums: tf.Tensor, wants: (path: string) => boolean) => {
  const [b, k] = kp.mean.shape
  const [, sx, sy, sxx, sxy, syy] = tf
    .split(tf.reshape(sums, [b, 1, 1, k, 6]), 6, 4)
    .map((s) => tf.reshape(s, [b, 1, 1, k])) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const [xx, xy, yy] = halfPrecision(kp, variance)
  const across = (s: tf.Tensor) => (xy === undefined ? 0 : tf.mul(xy, s))
  const byX = tf.add(tf.mul(tf.mul(xx, 2), sx), across(sy))
  const byY = tf.add(tf.mul(tf.mul(yy, 2), sy), across(sx))
  const mean = tf.reshape(tf.stack([byX, byY], 4), [b, k, 2])
  if (kp.var === undefined || !wants('inputs.kp.var')) return { mean }
  const precision = (spread: tf.Tensor) => {
    const [a, c, d] = halfPrecision({ mean: kp.mean, var: spread as tf.Tensor4D }, variance)
    const straight = tf.add(tf.mul(a, sxx), tf.mul(d, syy))
    return tf.neg(tf.sum(c === undefined ? straight : tf.add(straight, tf.mul(c, sxy))))
  }
  return { mean, var: tf.grad(precision)(kp.var) }
}

/**
 * A bump at each keypoint, `exp(-(g - mean)^T var^-1 (g - mean) / 2)`, 1 at the top and not normalised, at the size of `like`.
 *
 * `kp.mean` [B, K, 2] in [-1, 1], `kp.var` [B, K, 2, 2] or [B, K, 1, 1], `like` [1|D, H, W, C] give `gaussian` [B, H, W, K]
 * from 0 to 1.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.2; `kp2gaussian` in the reference `modules/keypoint_detector.py`.
 *
 * @category keypoints
 * @since 0.1.0
 */
export const kp2gaussian = define('kp2gaussian', t.strict({ variance: Variance }), ({ variance }) =>
  body(
    {
      inputs: record({ kp: keypoints(variance), like: tensor('1|D H W C') }) as Spec<{
        readonly kp: Keypoints
        readonly like: tf.Tensor4D
      }>,
      outputs: record({ gaussian: tensor('B H W K') })
    },
    ({ kp, like }) => {
      const [b, k] = kp.mean.shape
      const [, h, w] = like.shape
      const [meanX, meanY] = tf.split(tf.reshape(kp.mean, [b, k, 1, 2]), 2, 3) as [tf.Tensor, tf.Tensor]
      const dx = tf.sub(tf.reshape(axis(w), [1, 1, w, 1]), tf.reshape(meanX, [b, 1, 1, k])) // B 1 W K
      const dy = tf.sub(tf.reshape(axis(h), [1, h, 1, 1]), tf.reshape(meanY, [b, 1, 1, k])) // B H 1 K
      const [xx, xy, yy] = halfPrecision(kp, variance)
      const straight = tf.add(tf.mul(xx, tf.square(dx)), tf.mul(yy, tf.square(dy))) // B H W K
      const all = xy === undefined ? straight : tf.add(straight, tf.mul(tf.mul(xy, dx), dy))
      return { gaussian: tf.exp(tf.neg(all)) }
    },
    {
      shapes: ['like'],
      pullback: {
        inputs: ['kp.mean', ...(typeof variance === 'number' ? [] : ['kp.var'])],
        outputs: ['gaussian'],
        run: ({ inputs: { kp }, outputs: { gaussian }, cotangents }, wants) => ({
          inputs: { kp: pulled(kp, variance, moments(kp.mean, gaussian, cotangents.gaussian!), wants) }
        })
      }
    }
  )
)
