import { graph, toNode } from 'keyflow/graphs'
import { gaussian2kp, record, spatialSoftmax, tensor } from 'keyflow/nodes'
import { conv, hourglass, smaller } from './blocks.mjs'
import { jacobians } from './nodes.mjs'

/** Keypoints and Jacobians of pictures [B, H, W, C]. */
export const detector = ({ num_kp: k, num_channels: c }, params) =>
  graph('detector', record({ frames: tensor(`B H W ${c}`) }), ({ frames }, draw) => {
    const { step } = draw
    const x = step('predictor', toNode(hourglass(params, c)), { x: smaller(params, c, frames, draw) }).y
    const [features, padding] = [params.block_expansion + c, params.pad === 3 ? 'same' : 'valid']
    const logits = step('kp', conv(features, k, 7, padding), { x }).y
    const { heatmap } = step('softmax', spatialSoftmax({ temperature: params.temperature }), { logits })
    const { mean } = step('mean', gaussian2kp({ variance: 0.01, clip: 0 }), { heatmap })
    const count = params.single_jacobian_map ? 1 : k
    const { y: maps } = step('jacobian', conv(features, 4 * count, 7, padding), { x })
    return { mean, jacobian: step('jacobians', jacobians({ keypoints: k, maps: count }), { heatmap, maps }).jacobian }
  })
