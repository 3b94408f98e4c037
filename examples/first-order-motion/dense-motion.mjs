import { graph, toNode } from 'keyflow/graphs'
import { heatmapDifference, interleave, kp2gaussian, motionMask, sigmoid, warp } from 'keyflow/nodes'
import { conv, hourglass, motion, smaller } from './blocks.mjs'
import { affineMotions, blend, unfold } from './nodes.mjs'

/** From affine motions around the keypoints to one flow: `flow` [B, h, w, 2], `mask` and `occlusion`. */
export const denseMotion = ({ num_kp: k, num_channels: c }, params, withOcclusion) =>
  graph('denseMotion', motion(k, c), ({ source, from, to }, draw) => {
    const { step } = draw
    const like = smaller(params, c, source, draw)
    const bumps = (id, { mean }) =>
      step(id, kp2gaussian({ variance: params.kp_variance ?? 0.01 }), { kp: { mean }, like })
    const [driving, still] = [bumps('drivingHeat', to).gaussian, bumps('sourceHeat', from).gaussian]
    const { heatmap } = step('heat', heatmapDifference, { driving, source: still })
    const { flow: each } = step('motions', affineMotions({ keypoints: k }), { from, to, like })
    const apart = unfold({ maps: k + 1 })
    const deformed = step('pictures', apart, { x: step('deform', warp, { image: like, flow: each }).image }).y
    const parts = { heatmap: true, difference: false, channels: c, background: true }
    const x = step('seen', interleave(parts), { like, heatmap, deformed }).embedding
    const [seen, features] = [(k + 1) * (c + 1), params.block_expansion + (k + 1) * (c + 1)]
    const y = step('hourglass', toNode(hourglass(params, seen)), { x }).y
    const prediction = step('mask', conv(features, k + 1, 7), { x: y }).y
    const { mask } = step('share', motionMask({ keypoints: k }), { prediction })
    const { flow } = step('blend', blend, { mask, flows: step('flows', apart, { x: each }).y })
    if (!withOcclusion) return { flow, mask }
    return {
      flow,
      mask,
      occlusion: step('seenThrough', sigmoid, { x: step('occlusion', conv(features, 1, 7), { x: y }).y }).y
    }
  })
