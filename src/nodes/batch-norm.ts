import * as t from 'io-ts'
import { filled, statistic, uniform } from './init.js'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Added to the variance before the square root, as in the original. */
export const epsilon = 1e-5

/** The four weights of a normalisation over `features` channels. */
export const normWeights = (features: number) => {
  const dims = `${features}` as 'C'
  return {
    weight: uniform(dims, 0, 1),
    bias: filled(dims, 0),
    running_mean: statistic(filled(dims, 0)),
    running_var: statistic(filled(dims, 1))
  }
}

/**
 * Batch normalisation in evaluation: `y = (x - running_mean) / sqrt(running_var + 1e-5) * weight + bias`.
 *
 * `x` and `y` [B, H, W, C]; all weights [C], C being `features`. Running variances are not negative.
 *
 * Source: `BatchNorm3d` in the reference `modules/util.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const batchNorm = define('batchNorm', t.strict({ features: whole }), ({ features }) =>
  body(
    {
      inputs: record({ x: tensor(`B H W ${features}` as 'B H W C') }),
      outputs: record({ y: tensor(`B H W ${features}` as 'B H W C') }),
      weights: normWeights(features)
    },
    ({ x }, { weight, bias, running_mean, running_var }) => ({
      y: tf.batchNorm(x, running_mean, running_var, bias, weight, epsilon)
    })
  )
)
