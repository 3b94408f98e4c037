import { gru } from '../nodes/gru.js'
import { extend } from '../nodes/select.js'
import { flattenMatrices, flattenMeans, linear, readKeypoints } from '../nodes/sequences.js'
import type { Spec } from '../nodes/spec.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { beginWith, holdStep, masked } from '../nodes/timeline.js'
import { type Graph, graph, toNode } from './graph.js'
import type { CommonParams } from './params/model.js'

/**
 * Keypoints over time: `mean` [B, T, K, 2] in [-1, 1], `var` [B, T, K, 2, 2] for a matrix variance.
 *
 * @since 0.1.0
 */
export interface KeypointSequence {
  readonly mean: tf.Tensor4D
  readonly var?: tf.Tensor5D
}

/**
 * The recurrent network that predicts keypoints.
 *
 * @since 0.1.0
 */
export interface RnnParams {
  readonly num_features: number
  readonly num_layers: number
}

/** How many frames there are to be, and how many of the given ones start them. */
export interface Span {
  readonly keep: number
  readonly frames: number
}

/** Between which layers of a network dropout acts, by the number of the layer before; dropout masks have these names. */
export const droppedLayers = ({ num_layers }: RnnParams): ReadonlyArray<string> =>
  Array.from({ length: num_layers - 1 }, (_, layer) => String(layer))

/** What a predictor learns with: masks of dropout, and sequences of one length. */
export interface Masked extends KeypointSequence {
  readonly masks?: Readonly<Record<string, tf.Tensor3D>>
}

/** Sequences of keypoints of `steps` steps; a variance that is no matrix is not predicted. */
export const sequenceSpecs = ({ num_kp: k, kp_variance }: CommonParams, steps = 'T') => ({
  mean: tensor(`B ${steps} ${k} 2` as 'B T K 2'),
  ...(kp_variance === 'matrix' ? { var: tensor(`B ${steps} ${k} 2 2` as 'B T K 2 2') } : {})
})

/** Masks for every pair of layers, [B, frames, features]. */
export const maskSpecs = (rnn: RnnParams, { frames }: Span) =>
  record(
    Object.fromEntries(
      droppedLayers(rnn).map((l) => [l, tensor(`B ${frames} ${rnn.num_features}` as 'B T F')] as const)
    )
  )

/**
 * Keypoints of `frames` frames from those of the first few: a GRU that sees zeros after the `keep` first frames. With
 * `dropout` it is given `masks` that what goes from layer to layer is multiplied with.
 *
 * Source: Monkey-Net (CVPR 2019), section 4.2; `PredictionModule` in the reference `modules/prediction_module.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const predictor = (
  common: CommonParams,
  rnn: RnnParams,
  span: Span,
  dropout = false
): Graph<Masked, KeypointSequence> => {
  const { num_kp, kp_variance } = common
  const { num_features, num_layers } = rnn
  const matrices = kp_variance === 'matrix'
  const masks = dropout && num_layers > 1 ? { masks: maskSpecs(rnn, span) } : {}
  const inputs = record({ ...sequenceSpecs(common), ...masks }) as Spec<Masked>
  return graph('predictor', inputs, (given, { step }) => {
    const size = num_kp * (matrices ? 6 : 2)
    const flat =
      given.var === undefined
        ? step('flatten', flattenMeans, { mean: given.mean })
        : step('flatten', flattenMatrices, { mean: given.mean, var: given.var })
    let x = step('extend', extend(span), { x: flat.x }).y
    for (let layer = 0; layer < num_layers; layer++) {
      const from = layer === 0 ? size : num_features
      x = step(`gru${layer}`, gru({ from, features: num_features, layer }), { x }, 'rnn').y
      const mask = given.masks?.[layer]
      if (mask !== undefined) x = step(`drop${layer}`, masked, { x, mask }).y
    }
    const y = step('linear', linear({ from: num_features, to: size }), { x }).y
    return step('read', readKeypoints({ keypoints: num_kp, matrices }), { x: y })
  }) as Graph<Masked, KeypointSequence>
}

/**
 * Keypoints of all frames: the given ones first, then those predicted.
 *
 * @since 0.1.0
 */
export interface Foresight {
  readonly common: CommonParams
  readonly rnn: RnnParams
  readonly span: Span
  /** Keep the variance of the last given frame, as a configuration's `predict_variance: true` means; else it is predicted. */
  readonly holdVariance: boolean
}

/**
 * Keypoints of `frames` frames: the `keep` given ones as they are, the others as predicted. A variance of any kind goes along.
 *
 * Source: the second half of the reference `prediction.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const foresee = ({ common, rnn, span, holdVariance }: Foresight): Graph<KeypointSequence, KeypointSequence> => {
  const { num_kp: k, kp_variance } = common
  const size = kp_variance === 'matrix' ? `${k} 2 2` : `${k} 1 1`
  const variance = typeof kp_variance === 'number' ? {} : { var: tensor(`B T ${size}` as 'B T K 2 2') }
  const inputs = record({ mean: tensor(`B T ${k} 2` as 'B T K 2'), ...variance }) as Spec<KeypointSequence>
  return graph('foresee', inputs, (given, { step }) => {
    const seen = kp_variance === 'matrix' ? given : { mean: given.mean }
    const made = step('predictor', toNode(predictor(common, rnn, span)), seen as never, 'predictor')
    const mean = step('mean', beginWith({ keep: span.keep, dims: `${k} 2` }), { start: given.mean, x: made.mean }).y
    if (given.var === undefined) return { mean }
    const held = () =>
      step('var', holdStep({ at: span.keep - 1, frames: span.frames, dims: size }), { x: given.var! }).y
    const moved = (x: NonNullable<typeof made.var>) =>
      step('var', beginWith({ keep: span.keep, dims: size }), { start: given.var!, x }).y
    return { mean, var: holdVariance || made.var === undefined ? held() : moved(made.var) }
  }) as unknown as Graph<KeypointSequence, KeypointSequence>
}
