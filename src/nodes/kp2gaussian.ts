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
  const half =
    variance === 'single' ? tf.div(0.5, tf.reshape(kp.var!, [b, 1, 1, k])) : tf.fill([1, 1, 1, 1], 0.5 / variance)
  return [half, undefined, half]
}

/**
 * A bump at each keypoint, `exp(-(g - mean)^T var^-1 (g - mean) / 2)`, 1 at the top and not normalised, at the size of `like`.
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
    }
  )
)
