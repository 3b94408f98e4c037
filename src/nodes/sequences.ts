/**
 * Keypoint sequences as vectors and back.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { uniform } from './init.js'
import { body, define, node, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Positions and covariances of K keypoints as one vector per step: `mean` [B, T, K, 2] and `var` [B, T, K, 2, 2] to `x`
 * [B, T, 6K]. Positions are in [-1, 1] as before.
 *
 * Source: `PredictionModule.forward` in the reference `modules/prediction_module.py`.
 *
 * @category prediction
 * @since 0.1.0
 */
export const flattenMatrices = node(
  'flattenMatrices',
  {
    inputs: record({ mean: tensor('B T K 2'), var: tensor('B T K 2 2') }),
    outputs: record({ x: tensor('B T 6*K') })
  },
  ({ mean, var: variance }) => {
    const [b, steps, k] = mean.shape
    return { x: tf.concat([tf.reshape(mean, [b, steps, k * 2]), tf.reshape(variance, [b, steps, k * 4])], 2) }
  }
)

/**
 * Positions of K keypoints as one vector per step: `mean` [B, T, K, 2] to `x` [B, T, 2K]. In [-1, 1] as before.
 *
 * Source: `PredictionModule.forward` in the reference `modules/prediction_module.py`.
 *
 * @category prediction
 * @since 0.1.0
 */
export const flattenMeans = node(
  'flattenMeans',
  { inputs: record({ mean: tensor('B T K 2') }), outputs: record({ x: tensor('B T 2*K') }) },
  ({ mean }) => ({ x: tf.reshape(mean, [mean.shape[0], mean.shape[1], mean.shape[2] * 2]) })
)

/**
 * Affine map of the last axis: `y = x weight^T + bias`, `x` [B, T, from] to `y` [B, T, to].
 *
 * Source: `nn.Linear` in the reference `modules/prediction_module.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const linear = define('linear', t.strict({ from: whole, to: whole }), ({ from, to }) => {
  const reach = 1 / Math.sqrt(from)
  return body(
    {
      inputs: record({ x: tensor(`B T ${from}` as 'B T I') }),
      outputs: record({ y: tensor(`B T ${to}` as 'B T O') }),
      weights: {
        weight: uniform(`${to} ${from}` as 'O I', -reach, reach),
        bias: uniform(`${to}` as 'O', -reach, reach)
      }
    },
    ({ x }, { weight, bias }) => {
      const [b, steps] = x.shape
      const y = tf.add(tf.matMul(tf.reshape(x, [b * steps, from]), weight, false, true), bias)
      return { y: tf.reshape(y, [b, steps, to]) }
    }
  )
})

/**
 * Keypoints from vectors of `2K` or `6K` numbers: `mean = tanh(first two)`, `var = V^T V` of the other four.
 *
 * `x` [B, T, 2K] or [B, T, 6K] gives `mean` [B, T, K, 2] in [-1, 1] and, with `matrices`, `var` [B, T, K, 2, 2].
 *
 * Source: `PredictionModule.forward` in the reference `modules/prediction_module.py`.
 *
 * @category prediction
 * @since 0.1.0
 */
export const readKeypoints = define(
  'readKeypoints',
  t.strict({ keypoints: whole, matrices: t.boolean }),
  ({ keypoints: k, matrices }) => {
    const mean = tensor(`B T ${k} 2` as 'B T K 2')
    const variance = tensor(`B T ${k} 2 2` as 'B T K 2 2')
    return body(
      {
        inputs: record({ x: tensor(`B T ${k * (matrices ? 6 : 2)}` as 'B T N') }),
        outputs: (matrices ? record({ mean, var: variance }) : record({ mean })) as ReturnType<
          typeof record<{ mean: typeof mean; var: typeof variance }>
        >
      },
      ({ x }) => {
        const [b, steps] = x.shape
        const each = tf.reshape(x, [b, steps, k, -1])
        const mean_ = tf.tanh(tf.slice(each, [0, 0, 0, 0], [b, steps, k, 2]))
        if (!matrices) return { mean: mean_ } as never
        const v = tf.reshape(tf.slice(each, [0, 0, 0, 2], [b, steps, k, 4]), [b * steps * k, 2, 2])
        return { mean: mean_, var: tf.reshape(tf.matMul(v, v, true, false), [b, steps, k, 2, 2]) }
      }
    )
  }
)
