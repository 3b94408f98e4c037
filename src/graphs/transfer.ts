import { type Keypoints, keypoints } from '../nodes/keypoints.js'
import { constantScale } from '../nodes/relative-motion.js'
import type { Spec } from '../nodes/spec.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { detector } from './detector.js'
import { generator } from './generator.js'
import { type Draw, graph, toNode, type Wires } from './graph.js'
import { type Normalisation, needsInitial, normalise } from './normalise.js'
import type { ModelParams } from './params/model.js'

/**
 * Pictures that a transfer starts from; `initial` is the driving frame where the motion starts, for relative motion. `source`
 * and `initial` [1, H, W, C], `driving` [T, H, W, C], from 0 to 1.
 *
 * @since 0.1.0
 */
export interface Pictures {
  readonly source: tf.Tensor4D
  readonly initial?: tf.Tensor4D
  readonly driving: tf.Tensor4D
}

/** What a transfer starts from where the driving keypoints are known. */
export interface Poses {
  readonly source: tf.Tensor4D
  readonly from: Keypoints
  readonly initial: Keypoints
  readonly driving: Keypoints
}

/** Draws what becomes of a source that follows keypoints. */
const followed = (
  model: ModelParams,
  normalisation: Normalisation,
  strength: number,
  { source, from, initial, driving }: Wires<Poses>,
  { step }: Draw
) => {
  const { common_params: common } = model
  const given = { source: from, initial, driving }
  const stronger = () => {
    const by = step('by', constantScale({ value: strength }), {}).scale
    return step('normalise', toNode(normalise(common, normalisation, true)), { ...given, strength: by })
  }
  const to = strength === 1 ? step('normalise', toNode(normalise(common, normalisation)), given) : stronger()
  const generate = toNode(generator(common, model.generator_params))
  const made = step('generate', generate, { source, from, to }, 'generator')
  return { ...made, source: from, initial, normalised: to }
}

/**
 * A source picture [1, H, W, C] moved by driving keypoints of T frames, relative motion `strength` times as far.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.6; `transfer_one` in the reference `transfer.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const transferPoses = (model: ModelParams, normalisation: Normalisation, strength = 1) => {
  const { common_params: common } = model
  const points = <B extends '1' | 'B'>(batch: B) => keypoints(common.kp_variance, batch, common.num_kp)
  const inputs: Spec<Poses> = record({
    source: tensor(`1 H W ${common.num_channels}` as '1 H W C'),
    from: points('1'),
    initial: points('1'),
    driving: points('B')
  })
  return graph('transferPoses', inputs, (poses, draw) => followed(model, normalisation, strength, poses, draw))
}

/**
 * A source picture [1, H, W, C] from 0 to 1 moved by driving frames [T, H, W, C].
 *
 * `prediction` and `deformed` [T, H, W, C]; the keypoints of `source`, `initial` and `driving`, and the `normalised` ones
 * that the source was given. With the source and the initial frame held, their encoding and keypoints are computed once.
 *
 * Source: `transfer_one` in the reference `transfer.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const transferFrames = (model: ModelParams, normalisation: Normalisation) => {
  const { common_params: common } = model
  const relative = needsInitial(normalisation)
  const picture = <B extends string>(batch: B) => tensor(`${batch} H W ${common.num_channels}` as `${B} H W C`)
  const ends = { source: picture('1'), driving: picture('T') }
  const inputs: Spec<any> = relative ? record({ ...ends, initial: picture('1') }) : record(ends)
  return graph('transferFrames', inputs as Spec<Pictures>, ({ source, initial, driving }, draw) => {
    const { step } = draw
    const detect = toNode(detector(common, model.kp_detector_params))
    const from = step('from', detect, { frames: source }, 'kp_detector')
    const seen = step('seen', detect, { frames: driving }, 'kp_detector')
    const start = initial === undefined ? from : step('start', detect, { frames: initial }, 'kp_detector')
    const poses = { source, from, initial: start, driving: seen }
    return { ...followed(model, normalisation, 1, poses, draw), driving: seen }
  })
}
