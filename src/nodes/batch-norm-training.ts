import * as t from 'io-ts'
import { epsilon, normWeights } from './batch-norm.js'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** How much of a running statistic is replaced by that of a batch. */
const momentum = 0.1

/** The next running statistics, from a batch's mean and biased variance over `count` numbers a channel. */
export const running = (
  before: Readonly<Record<'running_mean' | 'running_var', tf.Tensor>>,
  mean: tf.Tensor,
  variance: tf.Tensor,
  count: number
) => {
  const towards = (old: tf.Tensor, next: tf.Tensor) => tf.add(tf.mul(old, 1 - momentum), tf.mul(next, momentum))
  const unbiased = tf.mul(variance, count / (count - 1))
  return { running_mean: towards(before.running_mean, mean), running_var: towards(before.running_var, unbiased) }
}

/**
 * Batch normalisation in training: every channel to mean 0 and (biased) variance 1 over the batch, then `* weight + bias`.
 *
 * The running statistics move by a tenth towards the batch's mean and unbiased variance.
 *
 * `x` and `y` [B, H, W, C]; the statistics `running_mean` and `running_var`, and all weights, [C], C being `features`.
 *
 * Source: `BatchNorm3d` in the reference `modules/util.py`.
 *
 * @category training
 * @since 0.1.0
 */
export const batchNormTraining = define('batchNormTraining', t.strict({ features: whole }), ({ features }) => {
  const map = tensor(`B H W ${features}` as 'B H W C')
  const vector = tensor(`${features}` as 'C')
  return body(
    {
      inputs: record({ x: map }),
      outputs: record({ y: map, running_mean: vector, running_var: vector }),
      weights: normWeights(features)
    },
    ({ x }, { weight, bias, running_mean, running_var }) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2])
      const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), weight) // C
      return {
        y: tf.add(tf.mul(tf.sub(x, mean), scale), bias),
        ...running({ running_mean, running_var }, mean, variance, x.size / features)
      }
    },
    { updates: { running_mean: 'running_mean', running_var: 'running_var' } }
  )
})
