import { node } from './node.js'
import { corners, gathered, scattered, slopes } from './sample.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Pictures read at the positions of a flow: our kernel where it is, else its portable definition `gathered`. */
const read = (image: tf.Tensor4D, flow: tf.Tensor4D): tf.Tensor => {
  if (tf.hasKernels()) return tf.kernel('KeyflowWarp', [image, flow])
  const [n, h, w, c] = image.shape
  const [b, toH, toW] = flow.shape
  const pixels = tf.reshape(image, [n * h * w, c])
  return tf.reshape(gathered(pixels, corners(image.shape, flow)), [b, toH, toW, c])
}

const sample = tf.customGrad((image, flow, save) => {
  const x = image as tf.Tensor4D
  const at = flow as tf.Tensor4D
  const [n, h, w, c] = x.shape
  const [b, toH, toW] = at.shape
  const value = read(x, at)
  ;(save as tf.GradSaveFunc)([x, at])
  return {
    value,
    gradFunc: (dy: tf.Tensor, saved: Array<tf.Tensor>) => {
      const [image_, flow_] = saved as [tf.Tensor4D, tf.Tensor4D]
      const all = corners(image_.shape, flow_)
      const pixels = tf.reshape(image_, [n * h * w, c])
      const flat = tf.reshape(dy, [b * toH * toW, c])
      const perPixel = tf.tensor1d([(w - 1) / 2, (h - 1) / 2])
      return [
        tf.reshape(scattered(flat, all, n * h * w), [n, h, w, c]),
        tf.reshape(tf.mul(slopes(pixels, all, flat), perPixel), [b, toH, toW, 2])
      ]
    }
  }
})

/**
 * Bilinear sampling of a picture at the positions of a flow: zeros outside, corners aligned.
 *
 * `flow` holds (x, y), -1 at the centre of the first pixel and 1 at that of the last: `pixel = (x + 1) / 2 * (W - 1)`.
 * One picture may serve a whole batch of flows. Differentiable by both.
 *
 * Source: `grid_sample` in `MotionTransferGenerator.deform_input` of the reference `modules/generator.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const warp = node(
  'warp',
  {
    inputs: record({ image: tensor('1|B H W C'), flow: tensor('B h w 2') }),
    outputs: record({ image: tensor('B h w C') })
  },
  ({ image, flow }) => ({ image: sample(image, flow) })
)
