/**
 * Functions of one number, applied to every number of a tensor [B, H, W, C].
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, node, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

const elementwise = { inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) }

/** `dy` where `y` is positive, 0 elsewhere. */
const reluGradient = (dy: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  tf.isNative() ? tf.kernels('ReluGrad', [dy, y], 1)[0]! : tf.mul(dy, tf.step(y))

/**
 * `max(x, 0)`. `x` and `y` [B, H, W, C].
 *
 * Source: `F.relu` in the reference `modules/util.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const relu = node('relu', elementwise, ({ x }) => ({ y: tf.relu(x) }), {
  pullback: {
    inputs: [],
    outputs: ['y'],
    run: ({ outputs: { y }, cotangents }) => ({ inputs: { x: reluGradient(cotangents.y!, y) } })
  }
})

/**
 * `x` where it is positive, `slope * x` elsewhere. `x` and `y` [B, H, W, C].
 *
 * Source: `F.leaky_relu` in the reference `modules/discriminator.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const leakyRelu = define('leakyRelu', t.strict({ slope: real }), ({ slope }) =>
  body(elementwise, ({ x }) => ({ y: tf.leakyRelu(x, slope) }), {
    pullback: {
      inputs: ['x'],
      outputs: [],
      run: ({ inputs: { x }, cotangents: { y } }) => ({
        inputs: { x: tf.where(tf.greater(x, 0), y!, tf.mul(y!, slope)) }
      })
    }
  })
)

/**
 * `1 / (1 + exp(-x))`, from 0 to 1. `x` and `y` [B, H, W, C].
 *
 * Source: `torch.sigmoid` in the reference `modules/generator.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const sigmoid = node('sigmoid', elementwise, ({ x }) => ({ y: tf.sigmoid(x) }), {
  pullback: {
    inputs: [],
    outputs: ['y'],
    run: ({ outputs: { y }, cotangents }) => ({ inputs: { x: tf.mul(cotangents.y!, tf.mul(y, tf.sub(1, y))) } })
  }
})
