import * as t from 'io-ts'
import { body, define, node, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Driving positions carried over to the source: `source + (driving - initial) * scale`.
 *
 * `source` and `initial` [1, K, 2], `driving` and `mean` [B, K, 2], (x, y), where a picture reaches from -1 to 1; what is
 * moved may leave it. `scale` is a scalar from 0 on.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.6; `normalize_kp` in the reference `transfer.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const relativeMotion = node(
  'relativeMotion',
  {
    inputs: record({
      source: tensor('1 K 2'),
      initial: tensor('1 K 2'),
      driving: tensor('B K 2'),
      scale: tensor('')
    }),
    outputs: record({ mean: tensor('B K 2') })
  },
  ({ source, initial, driving, scale }) => ({ mean: tf.add(tf.mul(tf.sub(driving, initial), scale), source) })
)

/**
 * The same number for every tick. `scale` is a scalar.
 *
 * Source: of our own; 1 is `normalize_kp` of the reference `transfer.py` without `movement_mult`.
 *
 * @category motion
 * @since 0.1.0
 */
export const constantScale = define('constantScale', t.strict({ value: real }), ({ value }) =>
  body({ inputs: record({}), outputs: record({ scale: tensor('') }) }, () => ({ scale: tf.scalar(value) }))
)

/**
 * A scale of motion made stronger, or weaker below 1: `scale` times `strength`, both scalars from 0 on.
 *
 * Source: of our own.
 *
 * @category motion
 * @since 0.1.0
 */
export const strengthen = node(
  'strengthen',
  { inputs: record({ scale: tensor(''), strength: tensor('') }), outputs: record({ scale: tensor('') }) },
  ({ scale, strength }) => ({ scale: tf.mul(scale, strength) as tf.Scalar })
)

/**
 * Positions held inside the picture: from -1 to 1. `mean` [B, K, 2].
 *
 * Source: `clip_mean` of `normalize_kp` in the reference `transfer.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const clipMean = node(
  'clipMean',
  { inputs: record({ mean: tensor('B K 2') }), outputs: record({ mean: tensor('B K 2') }) },
  ({ mean }) => ({ mean: tf.clipByValue(mean, -1, 1) })
)
