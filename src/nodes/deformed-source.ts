import { grid } from './grid.js'
import { node } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'
import { unread } from './warp.js'

/**
 * How much each input pixel counts for each output pixel of a shift along an axis of `n` pixels: `max(0, 1 - |j - i - s|)`,
 * [M, n, n] for shifts `s` of M rows. What lies outside reads zero.
 */
const shifting = (shift: tf.Tensor, n: number): tf.Tensor => {
  const at = tf.range(0, n)
  const apart = tf.sub(tf.reshape(at, [1, n]), tf.reshape(at, [n, 1])) // n n: j - i
  return tf.relu(tf.sub(1, tf.abs(tf.sub(apart, tf.reshape(shift, [-1, 1, 1])))))
}

/** Sampling of one picture for all pixels of a shift is a warp of a flat map: the portable derivative. */
const asFlow = (difference: tf.Tensor3D, h: number, w: number): tf.Tensor4D => {
  const [b, k] = difference.shape
  return tf.add(tf.reshape(difference, [b * k, 1, 1, 2]), grid(h, w))
}

/** Cotangents of the source and of the differences. */
const unmoved = (
  { source, difference }: { readonly source: tf.Tensor4D; readonly difference: tf.Tensor3D },
  dy: tf.Tensor5D,
  wants: (path: string) => boolean
) => {
  const [n, h, w, c] = source.shape
  const [b, k] = difference.shape
  if (tf.hasKernels() && !wants('inputs.source'))
    return { difference: tf.kernel('KeyflowShiftGrad', [source, difference, dy]) }
  const pictures = tf.reshape(tf.tile(tf.expandDims(source, 1), [b / n, k, 1, 1, 1]), [b * k, h, w, c]) as tf.Tensor4D
  const made = unread(pictures, asFlow(difference, h, w), tf.reshape(dy, [b * k, h, w, c]))
  const each = tf.sum(tf.reshape(made.image, [b, k, h, w, c]), 1) // B H W C
  return {
    source: n === b ? each : tf.sum(each, 0, true),
    difference: tf.reshape(tf.sum(made.flow, [1, 2]), [b, k, 2])
  }
}

/**
 * The source moved by the difference of each keypoint, one picture per keypoint: `deformed` [B, K, H, W, C].
 *
 * `out[b,k,i,j] = source(i + dy (H-1)/2, j + dx (W-1)/2)`, bilinear, zeros outside. A constant shift is separable, so
 * this is two batched products with banded matrices instead of K warps: no gather, and every backend differentiates it.
 *
 * `source` [1|B, H, W, C]; `difference` [B, K, 2], (x, y), where 2 is the way from the first pixel centre to the last.
 *
 * Source: `appearance_approx_deform` in the reference `modules/movement_embedding.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const deformedSource = node(
  'deformedSource',
  {
    inputs: record({ source: tensor('1|B H W C'), difference: tensor('B K 2') }),
    outputs: record({ deformed: tensor('B K H W C') })
  },
  ({ source, difference }) => {
    const [n, h, w, c] = source.shape
    const [b, k] = difference.shape
    const [dx, dy] = tf.split(tf.reshape(difference, [b * k, 2]), 2, 1) as [tf.Tensor, tf.Tensor]
    const across = shifting(tf.mul(dx, (w - 1) / 2), w) // BK W W
    const down = shifting(tf.mul(dy, (h - 1) / 2), h) // BK H H
    const columns = tf.reshape(tf.transpose(source, [0, 2, 1, 3]), [n, w, h * c]) // 1|B W HC
    const moved = tf.matMul(tf.reshape(across, [n, -1, w]), columns) // 1|B (BK/n)W HC
    const shifted = tf.transpose(tf.reshape(moved, [b * k, w, h, c]), [0, 2, 1, 3]) // BK H W C
    return { deformed: tf.reshape(tf.matMul(down, tf.reshape(shifted, [b * k, h, w * c])), [b, k, h, w, c]) }
  },
  {
    pullback: {
      inputs: ['source', 'difference'],
      outputs: [],
      run: ({ inputs, cotangents }, wants) => ({ inputs: unmoved(inputs, cotangents.deformed as tf.Tensor5D, wants) })
    }
  }
)
