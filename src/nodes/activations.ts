/**
 * Functions of one number, applied to every number of a tensor [B, H, W, C].
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, node } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

const elementwise = { inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) }

/**
 * `max(x, 0)`.
 *
 * @category layers
 * @since 0.1.0
 */
export const relu = node('relu', elementwise, ({ x }) => ({ y: tf.relu(x) }))

/**
 * `x` where it is positive, `slope * x` elsewhere.
 *
 * @category layers
 * @since 0.1.0
 */
export const leakyRelu = define('leakyRelu', t.strict({ slope: t.number }), ({ slope }) =>
  body(elementwise, ({ x }) => ({ y: tf.leakyRelu(x, slope) }))
)

/**
 * `1 / (1 + exp(-x))`, from 0 to 1.
 *
 * @category layers
 * @since 0.1.0
 */
export const sigmoid = node('sigmoid', elementwise, ({ x }) => ({ y: tf.sigmoid(x) }))
