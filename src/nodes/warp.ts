import { node } from './node.js'
import type { corners as Corners } from './sample.js'
import { corners, gathered, scattered, share, slopes } from './sample.js'
import { sparseProduct } from './sparse.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

type Four = ReturnType<typeof Corners>

/** The sampling as a sparse matrix [P, rows]: what native TensorFlow multiplies with in one pass. */
const matrix = (all: Four, rows: number) => {
  const p = all[0]!.row.shape[0]!
  const line = tf.tile(tf.reshape(tf.range(0, p, 1, 'int32'), [p, 1]), [1, all.length]) // P 4
  const column = tf.concat(
    all.map((c) => c.row),
    1
  ) // P 4
  return {
    at: tf.reshape(tf.stack([line, column], 2), [p * all.length, 2]),
    values: tf.reshape(tf.concat(all.map(share), 1), [p * all.length]),
    shape: [p, rows] as const
  }
}

/** Pixels read at the positions of a flow: [P, C] from [rows, C]; the portable definition is `gathered`. */
const read = (pixels: tf.Tensor, all: Four): tf.Tensor =>
  tf.isNative() ? sparseProduct(matrix(all, pixels.shape[0]!), pixels) : gathered(pixels, all)

const sample = tf.customGrad((image, flow, save) => {
  const x = image as tf.Tensor4D
  const at = flow as tf.Tensor4D
  const [n, h, w, c] = x.shape
  const [b, toH, toW] = at.shape
  const value = tf.reshape(read(tf.reshape(x, [n * h * w, c]), corners(x.shape, at)), [b, toH, toW, c])
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
