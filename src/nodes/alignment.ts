import { node } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Keypoints about their centroid, in units of their root mean square distance from it. */
const shape = (mean: tf.Tensor3D): tf.Tensor => {
  const centred = tf.sub(mean, tf.mean(mean, 1, true)) // B K 2
  const size = tf.sqrt(tf.mean(tf.sum(tf.square(centred), 2, true), 1, true)) // B 1 1
  return tf.div(centred, tf.maximum(size, 1e-6))
}

/**
 * How far the pose of each driving frame is from the source's: 0 for the same pose at any place and size, 2 at most.
 *
 * `score[b] = sqrt(mean over k of |shape(driving)[b,k] -
 * shape(source)[k]|^2)`, a shape being keypoints without their centroid and size; `source` [1, K, 2], `driving` [B, K, 2], (x, y) in [-1, 1], `score`
 * [B]. Relative motion assumes that the first driving frame and the source are aligned.
 *
 * Source: supplement, section C.1.
 *
 * @category motion
 * @since 0.1.0
 */
export const alignment = node(
  'alignment',
  { inputs: record({ source: tensor('1 K 2'), driving: tensor('B K 2') }), outputs: record({ score: tensor('B') }) },
  ({ source, driving }) => {
    const apart = tf.sub(shape(driving), shape(source)) // B K 2
    return { score: tf.sqrt(tf.mean(tf.sum(tf.square(apart), 2), 1)) }
  }
)
