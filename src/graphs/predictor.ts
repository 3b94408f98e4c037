import { gru } from '../nodes/gru.js'
import { extend } from '../nodes/select.js'
import { flattenMatrices, flattenMeans, linear, readKeypoints } from '../nodes/sequences.js'
import type { Spec } from '../nodes/spec.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { type Graph, graph } from './graph.js'
import type { CommonParams } from './params/model.js'

/** Keypoints over time: `mean` [B, T, K, 2], `var` [B, T, K, 2, 2] for a matrix variance. */
export interface KeypointSequence {
  readonly mean: tf.Tensor4D
  readonly var?: tf.Tensor5D
}

/** The recurrent network that predicts keypoints. */
export interface RnnParams {
  readonly num_features: number
  readonly num_layers: number
}

/**
 * Keypoints of `frames` frames from those of the first few: a GRU that sees zeros after the `keep` first frames.
 *
 * Source: Monkey-Net (CVPR 2019), section 4.2; `PredictionModule` in the reference `modules/prediction_module.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const predictor = (
  { num_kp, kp_variance }: CommonParams,
  { num_features, num_layers }: RnnParams,
  { keep, frames }: { readonly keep: number; readonly frames: number }
): Graph<KeypointSequence, KeypointSequence> => {
  const matrices = kp_variance === 'matrix'
  const mean = tensor(`B T ${num_kp} 2` as 'B T K 2')
  const inputs = (
    matrices ? record({ mean, var: tensor(`B T ${num_kp} 2 2` as 'B T K 2 2') }) : record({ mean })
  ) as Spec<KeypointSequence>
  return graph('predictor', inputs, (given, { step }) => {
    const size = num_kp * (matrices ? 6 : 2)
    const flat =
      given.var === undefined
        ? step('flatten', flattenMeans, { mean: given.mean })
        : step('flatten', flattenMatrices, { mean: given.mean, var: given.var })
    let x = step('extend', extend({ keep, frames }), { x: flat.x }).y
    for (let layer = 0; layer < num_layers; layer++) {
      const from = layer === 0 ? size : num_features
      x = step(`gru${layer}`, gru({ from, features: num_features, layer }), { x }, 'rnn').y
    }
    const y = step('linear', linear({ from: num_features, to: size }), { x }).y
    return step('read', readKeypoints({ keypoints: num_kp, matrices }), { x: y })
  }) as Graph<KeypointSequence, KeypointSequence>
}
