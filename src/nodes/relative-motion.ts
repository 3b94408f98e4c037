import * as t from 'io-ts'
import { body, define, node, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Driving positions carried over to the source: `source + (driving - initial) * scale`.
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
 * The same number for every tick.
 *
 * @category motion
 * @since 0.1.0
 */
export const constantScale = define('constantScale', t.strict({ value: real }), ({ value }) =>
  body({ inputs: record({}), outputs: record({ scale: tensor('') }) }, () => ({ scale: tf.scalar(value) }))
)

/**
 * A scale of motion made stronger, or weaker below 1.
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
 * Positions held inside the picture: from -1 to 1.
 *
 * @category motion
 * @since 0.1.0
 */
export const clipMean = node(
  'clipMean',
  { inputs: record({ mean: tensor('B K 2') }), outputs: record({ mean: tensor('B K 2') }) },
  ({ mean }) => ({ mean: tf.clipByValue(mean, -1, 1) })
)
