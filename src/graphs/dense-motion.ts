import { add } from '../nodes/add.js'
import { absoluteFlow, correction, identityFlow, maskedMotion, motionMask } from '../nodes/flow.js'
import { keypointDifference } from '../nodes/keypoint-difference.js'
import { rescale } from '../nodes/resize.js'
import type * as tf from '../nodes/tf.js'
import { groupBlock, hourglass } from './blocks.js'
import type { Graph, Wire } from './graph.js'
import { graph, toNode } from './graph.js'
import { embeddingChannels, type Motion, motion, movementEmbedding } from './movement-embedding.js'
import type { CommonParams, DenseMotionParams } from './params/model.js'

/**
 * `flow`: absolute sampling positions [B, h, w, 2], (x, y) in [-1, 1] inside the picture. `mask` [B, h, w, K+1] from 0 to 1,
 * background first, where the network has one.
 *
 * @since 0.1.0
 */
export interface DenseMotion {
  readonly flow: tf.Tensor4D
  readonly mask?: tf.Tensor4D
}

/**
 * Optical flow from sparse motion: keypoint displacements mixed by a predicted mask, plus a predicted correction.
 *
 * Without parameters, the flow that moves nothing. Taps: `embedding`, `prediction`, `mask`, `correction`, `relative`, `flow`.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.3; `DenseMotionModule` in the reference `modules/dense_motion_module.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const denseMotion = (common: CommonParams, params: DenseMotionParams | null): Graph<Motion, DenseMotion> =>
  graph('denseMotion', motion(common), ({ source, from, to }, { step, tap }) => {
    if (params === null) return { flow: step('identity', identityFlow, { like: source, driving: to.mean }).flow }
    const k = common.num_kp
    const small =
      params.scale_factor === 1 ? source : step('scale', rescale({ factor: params.scale_factor }), { x: source }).y
    const embedding = { ...params.mask_embedding_params, add_bg_feature_map: true }
    const channels = embeddingChannels(common, embedding)
    const embed = toNode(movementEmbedding(common, embedding))
    const seen = step('embed', embed, { source: small, from, to }).embedding
    tap('embedding', seen)
    let x = seen
    for (let i = 0; i < params.num_group_blocks; i++)
      x = step(`group${i}`, toNode(groupBlock(channels, k + 1)), { x }, `group_blocks.${i}`).y
    const start = [
      ...(params.use_mask ? [params.bg_init, ...Array<number>(k).fill(0)] : []),
      ...(params.use_correction ? [0, 0] : [])
    ]
    const predict = toNode(hourglass(params, channels, start.length, start))
    const prediction = step('hourglass', predict, { x }).y
    tap('prediction', prediction)

    const parts: Array<Wire<tf.Tensor4D>> = []
    const mask = params.use_mask ? step('mask', motionMask({ keypoints: k }), { prediction }).mask : undefined
    if (mask !== undefined) {
      tap('mask', mask)
      const moved = keypointDifference({ background: true })
      const { difference } = step('difference', moved, { source: from.mean, driving: to.mean })
      parts.push(step('coarse', maskedMotion, { mask, difference }).relative)
    }
    if (params.use_correction) {
      parts.push(step('fine', correction, { prediction }).relative)
      tap('correction', parts.at(-1)!)
    }
    const relative = parts.length === 2 ? step('both', add, { a: parts[0]!, b: parts[1]! }).y : parts[0]!
    tap('relative', relative)
    const { flow } = step('absolute', absoluteFlow, { relative })
    tap('flow', flow)
    return mask === undefined ? { flow } : { flow, mask }
  }) as Graph<Motion, DenseMotion>
