/**
 * Losses: one number each, the mean over a batch of the means of its samples.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

const Weighted = t.strict({ weight: t.number })
const scalar = record({ loss: tensor('') })

/**
 * `weight * mean |a - b|`; its derivative is 0 where both are equal.
 *
 * Source: `reconstruction_loss` in the reference `modules/losses.py`.
 *
 * @category losses
 * @since 0.1.0
 */
export const absoluteLoss = define('absoluteLoss', Weighted, ({ weight }) =>
  body(
    { inputs: record({ a: tensor('B H W C'), b: tensor('B H W C') }), outputs: scalar },
    ({ a, b }) => ({ loss: tf.mul(tf.mean(tf.abs(tf.sub(a, b))), weight) }),
    {
      pullback: {
        inputs: ['a', 'b'],
        outputs: [],
        run: ({ inputs: { a, b }, cotangents: { loss } }, wants) => {
          const by = tf.mul(tf.sign(tf.sub(a, b)), tf.mul(loss!, weight / a.size))
          return { inputs: { a: by, ...(wants('inputs.b') ? { b: tf.neg(by) } : {}) } }
        }
      }
    }
  )
)

/**
 * `weight * mean (target - x)^2`: least squares, with target 1 for real and 0 for generated.
 *
 * Source: `generator_gan_loss`, `discriminator_gan_loss` in the reference `modules/losses.py`.
 *
 * @category losses
 * @since 0.1.0
 */
export const squaredLoss = define('squaredLoss', t.strict({ weight: t.number, target: t.number }), (o) =>
  body(
    { inputs: record({ x: tensor('B H W C') }), outputs: scalar },
    ({ x }) => ({ loss: tf.mul(tf.mean(tf.square(tf.sub(x, o.target))), o.weight) }),
    {
      pullback: {
        inputs: ['x'],
        outputs: [],
        run: ({ inputs: { x }, cotangents: { loss } }) => ({
          inputs: { x: tf.mul(tf.sub(x, o.target), tf.mul(loss!, (2 * o.weight) / x.size)) }
        })
      }
    }
  )
)
