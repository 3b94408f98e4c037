/**
 * A film made again from one of its pictures, with what is needed to judge the result.
 *
 * @since 0.1.0
 */
import { frameDifference, mirror, shiftRight } from '../nodes/displace.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { detector } from './detector.js'
import { graph, toNode, type Wire } from './graph.js'
import type { Normalisation } from './normalise.js'
import type { ModelParams } from './params/model.js'
import { transferFrames } from './transfer.js'

/** Positions as they are: nothing is carried over. */
const absolute: Normalisation = { move_location: false, movement_mult: false, adapt_variance: false, clip_mean: false }

/**
 * Frames `driving` [T, H, W, C] from 0 to 1 made again from the picture `source` [1, H, W, C].
 *
 * `prediction` and `deformed` [T, H, W, C]; `l1` [T], the mean absolute difference of each prediction from its frame; `still` [T],
 * that of the source; and means of keypoints [T, K, 2]: of the source, of the frames (`driving`), of the predictions (`predicted`), of the frames
 * with left and right exchanged (`mirrored`) and of the frames moved to the right by `shift` pixels (`shifted`).
 *
 * Source: `reconstruction.py` of the reference implementation.
 *
 * @category graphs
 * @since 0.1.0
 */
export const reconstructFrames = (model: ModelParams, shift: number) => {
  const { common_params: common } = model
  const picture = <B extends string>(batch: B) => tensor(`${batch} H W ${common.num_channels}` as `${B} H W C`)
  const inputs = record({ source: picture('1'), driving: picture('T') })
  return graph('reconstruct', inputs, ({ source, driving }, { step }) => {
    const detect = toNode(detector(common, model.kp_detector_params))
    const seen = (id: string, frames: Wire<tf.Tensor4D>) => step(id, detect, { frames }, 'kp_detector').mean
    const made = step('transfer', toNode(transferFrames(model, absolute)), { source, driving }, '')
    const { prediction, deformed } = made
    return {
      prediction,
      deformed,
      still: step('still', frameDifference, { left: source, right: driving }).difference,
      l1: step('difference', frameDifference, { left: driving, right: prediction }).difference,
      source: made.source.mean,
      driving: made.driving.mean,
      predicted: seen('predicted', prediction),
      mirrored: seen('mirrored', step('mirror', mirror, { x: driving }).y),
      shifted: seen('shifted', step('shift', shiftRight({ pixels: shift }), { x: driving }).y)
    }
  })
}

/**
 * Means of the keypoints of `frames` [T, H, W, C] from 0 to 1: `mean` [T, K, 2] in [-1, 1].
 *
 * Source: Monkey-Net (CVPR 2019), section 3.2; see `detector`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const watchFrames = ({ common_params: common, kp_detector_params }: ModelParams) =>
  graph('watchFrames', record({ frames: tensor(`T H W ${common.num_channels}` as 'T H W C') }), (inputs, { step }) => ({
    mean: step('detect', toNode(detector(common, kp_detector_params)), inputs, 'kp_detector').mean
  }))
