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

/** Cotangents of pictures and of a flow, from that of what was read: our kernel where it is, else its portable definition. */
export const unread = (image: tf.Tensor4D, flow: tf.Tensor4D, dy: tf.Tensor4D) => {
  const [n, h, w, c] = image.shape
  const [b, toH, toW] = flow.shape
  if (tf.hasKernels()) {
    const [byImage, byFlow] = tf.kernels('KeyflowWarpGrad', [image, flow, dy], 2)
    return { image: byImage!, flow: byFlow! }
  }
  const all = corners(image.shape, flow)
  const pixels = tf.reshape(image, [n * h * w, c])
  const flat = tf.reshape(dy, [b * toH * toW, c])
  const perPixel = tf.tensor1d([(w - 1) / 2, (h - 1) / 2])
  return {
    image: tf.reshape(scattered(flat, all, n * h * w), [n, h, w, c]),
    flow: tf.reshape(tf.mul(slopes(pixels, all, flat), perPixel), [b, toH, toW, 2])
  }
}

/**
 * Bilinear sampling of a picture at the positions of a flow: zeros outside, corners aligned.
 *
 * `flow` holds (x, y), -1 at the centre of the first pixel and 1 at that of the last: `pixel = (x + 1) / 2 * (W - 1)`.
 * One picture may serve a whole batch of flows. Differentiable by both.
 *
 * `image` [1|B, H, W, C] and `flow` [B, h, w, 2] give [B, h, w, C]; a picture from 0 to 1 stays within.
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
  ({ image, flow }) => ({ image: read(image, flow) }),
  {
    pullback: {
      inputs: ['image', 'flow'],
      outputs: [],
      run: ({ inputs: { image, flow }, cotangents }) => ({
        inputs: unread(image, flow, cotangents.image as tf.Tensor4D)
      })
    }
  }
)
