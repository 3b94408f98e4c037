import * as tf from './tf.js'

/**
 * Normalised pixel centres along one axis: -1 at the first, 1 at the last; -1 alone for a single pixel. Shape [n].
 *
 * Rounded as the original rounds, `2 (j / (n-1)) - 1`: where nothing moves, a warp reads between two pixels or on one by it.
 */
export const axis = (n: number): tf.Tensor1D => tf.sub(tf.mul(tf.div(tf.range(0, n), Math.max(n - 1, 1)), 2), 1)

/**
 * Normalised pixel centres in (x, y) order: `(2j/(w-1) - 1, 2i/(h-1) - 1)`. Shape [h, w, 2].
 *
 * Source: `make_coordinate_grid` in the reference `modules/util.py`.
 *
 * @category geometry
 * @since 0.1.0
 */
export const grid = (h: number, w: number): tf.Tensor3D =>
  tf.tidy(() => {
    const x = tf.tile(tf.reshape(axis(w), [1, w]), [h, 1])
    const y = tf.tile(tf.reshape(axis(h), [h, 1]), [1, w])
    return tf.stack([x, y], 2) as tf.Tensor3D
  })
