import * as t from 'io-ts'
import { body, define, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Heatmaps from logits: `softmax(logits / temperature)` over the pixels of each channel; every map sums to 1. `logits` and
 * `heatmap` [B, H, W, K], each pixel from 0 to 1.
 *
 * Source: `KPDetector.forward` in the reference `modules/keypoint_detector.py`; supplement, section A (temperature 0.1).
 *
 * @category keypoints
 * @since 0.1.0
 */
export const spatialSoftmax = define('spatialSoftmax', t.strict({ temperature: real }), ({ temperature }) =>
  body(
    { inputs: record({ logits: tensor('B H W K') }), outputs: record({ heatmap: tensor('B H W K') }) },
    ({ logits }) => {
      const [b, h, w, k] = logits.shape
      const flat = tf.transpose(tf.reshape(logits, [b, h * w, k]), [0, 2, 1]) // B K HW
      const mass = tf.softmax(tf.div(flat, temperature)) // B K HW
      return { heatmap: tf.reshape(tf.transpose(mass, [0, 2, 1]), [b, h, w, k]) }
    },
    {
      pullback: {
        inputs: [],
        outputs: ['heatmap'],
        run: ({ outputs: { heatmap }, cotangents }) => {
          const dy = cotangents.heatmap!
          const mean = tf.sum(tf.mul(heatmap, dy), [1, 2], true)
          return { inputs: { logits: tf.div(tf.mul(heatmap, tf.sub(dy, mean)), temperature) } }
        }
      }
    }
  )
)
