import * as tf from './tf.js'

/**
 * Inverse of 2x2 matrices [..., 2, 2] by the adjugate: `[[d, -b], [-c, a]] / (ad - bc)`.
 *
 * Source: `matrix_inverse` in the reference `modules/util.py`, which solves a linear system instead.
 *
 * @category geometry
 * @since 0.1.0
 */
export const inverse = (m: tf.Tensor): tf.Tensor => {
  const flat = tf.reshape(m, [-1, 4])
  const [a, b, c, d] = tf.split(flat, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const det = tf.sub(tf.mul(a, d), tf.mul(b, c))
  return tf.reshape(tf.div(tf.concat([d, tf.neg(b), tf.neg(c), a], 1), det), m.shape)
}
