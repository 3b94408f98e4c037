/**
 * Losses: one number each, the mean over a batch of the means of its samples.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, real, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

const Weighted = t.strict({ weight: real })
const scalar = record({ loss: tensor('') })

/**
 * `weight * mean |a - b|`; its derivative is 0 where both are equal. `a` and `b` [B, H, W, C]; `loss` is a scalar, for
 * pictures from 0 to 1 at most the weight.
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
 * `weight * mean (target - x)^2`: least squares, with target 1 for real and 0 for generated. `x` [B, H, W, C] are scores
 * without a range; `loss` is a scalar.
 *
 * Source: `generator_gan_loss`, `discriminator_gan_loss` in the reference `modules/losses.py`.
 *
 * @category losses
 * @since 0.1.0
 */
export const squaredLoss = define('squaredLoss', t.strict({ weight: real, target: real }), (o) =>
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

/**
 * `mean |a - b|` over the steps of two sequences `a` and `b` [B, T, ...] from step `from` on; its derivative is 0 where both
 * are equal. `loss` is a scalar in the units of what is compared: for positions in [-1, 1], at most 2.
 *
 * Source: the loss in the reference `prediction.py`.
 *
 * @category losses
 * @since 0.1.0
 */
export const sequenceLoss = define('sequenceLoss', t.strict({ from: whole, dims: t.string }), ({ from, dims }) => {
  const sequence = tensor(`B T ${dims}` as string)
  const apart = (a: tf.Tensor, b: tf.Tensor) => {
    const [count, steps, ...rest] = a.shape as [number, number, ...Array<number>]
    const start = [0, from, ...rest.map(() => 0)]
    return tf.slice(tf.sub(a, b), start, [count, steps - from, ...rest])
  }
  return body(
    { inputs: record({ a: sequence, b: sequence }), outputs: scalar },
    ({ a, b }) => ({ loss: tf.mean(tf.abs(apart(a, b))) }),
    {
      pullback: {
        inputs: ['a', 'b'],
        outputs: [],
        run: ({ inputs: { a, b }, cotangents: { loss } }, wants) => {
          const difference = apart(a, b)
          const around = a.shape.map((_, axis): [number, number] => [axis === 1 ? from : 0, 0])
          const by = tf.pad(tf.mul(tf.sign(difference), tf.div(loss!, difference.size)), around)
          return { inputs: { a: by, ...(wants('inputs.b') ? { b: tf.neg(by) } : {}) } }
        }
      }
    }
  )
})
