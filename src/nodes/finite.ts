import * as tf from './tf.js'

/**
 * Whether no number of some tensors, of any shapes, is NaN or infinite. Borrows them.
 *
 * @category numbers
 * @since 0.1.0
 */
export const allFinite = (tensors: ReadonlyArray<tf.Tensor>): boolean =>
  tf.tidy(() => tensors.every((x) => x.dtype !== 'float32' || tf.all(tf.isFinite(x)).dataSync()[0] === 1))
