import { graph, toNode } from 'keyflow/graphs'
import { constantScale, movementScale, record, relativeMotion, tensor } from 'keyflow/nodes'
import { points } from './blocks.mjs'
import { detector } from './detector.mjs'
import { generator } from './generator.mjs'
import { relativeJacobian } from './nodes.mjs'

/** Driving keypoints as the source should show them: `normalization_params` of the original. */
const normalise = (k, how) => {
  const inputs = record({ source: points('1', k), initial: points('1', k), driving: points('B', k) })
  return graph('normalise', inputs, ({ source, initial, driving }, { step }) => {
    if (!how.use_relative_movement) return driving
    const means = { source: source.mean, initial: initial.mean }
    const { scale } = how.adapt_movement_scale
      ? step('scale', movementScale, means)
      : step('scale', constantScale({ value: 1 }), {})
    const { mean } = step('move', relativeMotion, { ...means, driving: driving.mean, scale })
    if (!how.use_relative_jacobian) return { mean, jacobian: driving.jacobian }
    const turned = { source: source.jacobian, initial: initial.jacobian, driving: driving.jacobian }
    return { mean, jacobian: step('turn', relativeJacobian, turned).jacobian }
  })
}

/** A source [1, H, W, C] moved by driving frames [T, H, W, C]; the motion starts at `initial` [1, H, W, C]. */
export const transfer = ({ common_params: common, kp_detector_params, generator_params }, how) => {
  const frames = (batch) => tensor(`${batch} H W ${common.num_channels}`)
  const inputs = record({ source: frames('1'), initial: frames('1'), driving: frames('T') })
  return graph('transfer', inputs, (pictures, { step }) => {
    const detect = toNode(detector(common, kp_detector_params))
    const seen = (id) => step(`${id}Points`, detect, { frames: pictures[id] }, 'kp_detector')
    const found = { source: seen('source'), initial: seen('initial'), driving: seen('driving') }
    const to = step('normalise', toNode(normalise(common.num_kp, how)), found)
    const generate = toNode(generator(common, generator_params))
    return {
      ...step('generate', generate, { source: pictures.source, from: found.source, to }, 'generator'),
      ...found,
      to
    }
  })
}
