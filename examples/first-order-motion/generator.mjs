import { downBlock, graph, resBlock, toNode, upBlock, width } from 'keyflow/graphs'
import { resize, sigmoid, warp } from 'keyflow/nodes'
import { conv, motion, sameBlock } from './blocks.mjs'
import { denseMotion } from './dense-motion.mjs'
import { occlude } from './nodes.mjs'

/** The source as the driving keypoints say: encoded once, warped and occluded at its narrowest, decoded. */
export const generator = (common, params) =>
  graph('generator', motion(common.num_kp, common.num_channels), ({ source, from, to }, { step, tap }) => {
    const [c, n] = [common.num_channels, params.num_down_blocks]
    let y = step('first', toNode(sameBlock(c, params.block_expansion)), { x: source }).y
    for (let i = 0; i < n; i++)
      y = step(`down${i}`, toNode(downBlock(width(params, i), width(params, i + 1))), { x: y }, `down_blocks.${i}`).y
    const network = denseMotion(common, params.dense_motion_params, params.estimate_occlusion_map)
    const moved = step('motion', toNode(network), { source, from, to }, 'dense_motion_network')
    for (const [name, wire] of Object.entries(moved)) tap(name, wire)
    const fitted = (id, x, like) => step(id, resize({ mode: 'trilinear' }), { x, like }).y
    const deform = (id, image) => step(id, warp, { image, flow: fitted(`${id}Flow`, moved.flow, image) }).image
    y = deform('features', y)
    if (moved.occlusion !== undefined)
      y = step('occlude', occlude, { x: y, occlusion: fitted('occlusion', moved.occlusion, y) }).y
    for (let i = 0; i < params.num_bottleneck_blocks; i++)
      y = step(`r${i}`, toNode(resBlock(width(params, n))), { x: y }, `bottleneck.r${i}`).y
    for (let i = 0; i < n; i++)
      y = step(`up${i}`, toNode(upBlock(width(params, n - i), width(params, n - i - 1))), { x: y }, `up_blocks.${i}`).y
    const image = step('final', conv(params.block_expansion, c, 7), { x: y }).y
    return { prediction: step('squash', sigmoid, { x: image }).y, deformed: deform('deformed', source) }
  })
