import { absoluteLoss } from '../nodes/losses.js'
import { record, tensor } from '../nodes/spec.js'
import { detector } from './detector.js'
import { generator } from './generator.js'
import { graph, toNode } from './graph.js'
import type { ModelParams } from './params/model.js'

/**
 * How well pairs of pictures [B, H, W, C] of one video each are made of each other: `loss`, the mean absolute difference (0 to 1)
 * between driving picture and prediction.
 *
 * @category graphs
 * @since 0.1.0
 */
export const validate = (model: ModelParams) => {
  const { common_params: common } = model
  const picture = tensor(`B H W ${common.num_channels}` as 'B H W C')
  return graph('validate', record({ source: picture, driving: picture }), ({ source, driving }, { step }) => {
    const detect = toNode(detector(common, model.kp_detector_params))
    const from = step('from', detect, { frames: source }, 'kp_detector')
    const to = step('to', detect, { frames: driving }, 'kp_detector')
    const generate = toNode(generator(common, model.generator_params))
    const { prediction } = step('generate', generate, { source, from, to }, 'generator')
    return step('loss', absoluteLoss({ weight: 1 }), { a: prediction, b: driving })
  })
}
