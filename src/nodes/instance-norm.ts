import * as t from 'io-ts'
import { epsilon } from './batch-norm.js'
import { filled, uniform } from './init.js'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Instance normalisation: every channel of every picture to mean 0 and (biased) variance 1, then `* weight + bias`. The result
 * has no range.
 *
 * `x` and `y` [B, H, W, C]; weights [C], C being `features`.
 *
 * Source: `InstanceNorm3d(affine=True)` in the reference `modules/discriminator.py`; it keeps no running statistics.
 *
 * @category layers
 * @since 0.1.0
 */
export const instanceNorm = define('instanceNorm', t.strict({ features: whole }), ({ features }) =>
  body(
    {
      inputs: record({ x: tensor(`B H W ${features}` as 'B H W C') }),
      outputs: record({ y: tensor(`B H W ${features}` as 'B H W C') }),
      weights: { weight: uniform(`${features}` as 'C', 0, 1), bias: filled(`${features}` as 'C', 0) }
    },
    ({ x }, { weight, bias }) => {
      const { mean, variance } = tf.moments(x, [1, 2], true) // B 1 1 C
      const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), weight) // B 1 1 C
      return { y: tf.add(tf.mul(tf.sub(x, mean), scale), bias) }
    }
  )
)
