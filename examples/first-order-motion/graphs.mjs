/**
 * The First Order Motion Model as graphs: Keyflow's blocks and nodes, and those of `nodes.mjs`. Scopes are the original's
 * module names, so that the path of a weight is its name in a checkpoint.
 */
import { decoder, downBlock, encoder, graph, resBlock, toNode, upBlock, width } from 'keyflow/graphs'
import {
  batchNorm,
  constantScale,
  conv2d,
  gaussian2kp,
  heatmapDifference,
  interleave,
  kp2gaussian,
  motionMask,
  movementScale,
  record,
  relativeMotion,
  relu,
  resize,
  sigmoid,
  spatialSoftmax,
  tensor,
  warp
} from 'keyflow/nodes'
import { affineMotions, antiAlias, blend, jacobians, occlude, relativeJacobian, unfold } from './nodes.mjs'

const conv = (from, to, kernel, padding = 'same') =>
  conv2d({ from, to, kernel, padding, groups: 1, start: 'uniform' })

/** Keypoints with their Jacobians: `mean` [B, K, 2] and `jacobian` [B, K, 2, 2]. */
export const points = (batch, k) => record({ mean: tensor(`${batch} ${k} 2`), jacobian: tensor(`${batch} ${k} 2 2`) })

/** A drawing hand whose steps live in a scope. */
const within = (scope, { step, tap }) => ({
  tap,
  step: (id, node, wires, own = id) => step(id, node, wires, `${scope}.${own}`)
})

/** A U-Net without the last convolution of Monkey-Net's: `block_expansion + from` features. */
const hourglass = (depth, from) =>
  graph('hourglass', record({ x: tensor(`B H W ${from}`) }), ({ x }, draw) => {
    const skips = encoder(depth, from, x, within('encoder', draw))
    return { y: decoder(depth, from, 0, skips, within('decoder', draw)) }
  })

/** A picture at the size at which a network works. */
const smaller = ({ scale_factor: scale = 1 }, channels, x, { step }) =>
  scale === 1 ? x : step('down', antiAlias({ channels, scale }), { x }).y

/** Keypoints and Jacobians of pictures [B, H, W, C]. */
export const detector = ({ num_kp: k, num_channels: c }, params) =>
  graph('detector', record({ frames: tensor(`B H W ${c}`) }), ({ frames }, draw) => {
    const { step } = draw
    const x = step('predictor', toNode(hourglass(params, c)), { x: smaller(params, c, frames, draw) }).y
    const [features, padding] = [params.block_expansion + c, params.pad === 3 ? 'same' : 'valid']
    const logits = step('kp', conv(features, k, 7, padding), { x }).y
    const { heatmap } = step('softmax', spatialSoftmax({ temperature: params.temperature }), { logits })
    const { mean } = step('mean', gaussian2kp({ variance: 0.01, clip: 0 }), { heatmap })
    const maps = step('jacobian', conv(features, 4 * (params.single_jacobian_map ? 1 : k), 7, padding), { x }).y
    return { mean, jacobian: step('jacobians', jacobians, { heatmap, maps }).jacobian }
  })

/** Driving keypoints as the source should show them: `normalization_params` of the original. */
export const normalise = (k, how) => {
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

const motion = (k, c) => record({ source: tensor(`1 H W ${c}`), from: points('1', k), to: points('B', k) })

/** From affine motions around the keypoints to one flow: `flow` [B, h, w, 2], `mask` and `occlusion`. */
export const denseMotion = ({ num_kp: k, num_channels: c }, params, withOcclusion) =>
  graph('denseMotion', motion(k, c), ({ source, from, to }, draw) => {
    const { step } = draw
    const like = smaller(params, c, source, draw)
    const bumps = (id, { mean }) => step(id, kp2gaussian({ variance: params.kp_variance ?? 0.01 }), { kp: { mean }, like })
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
    return { flow, mask, occlusion: step('seenThrough', sigmoid, { x: step('occlusion', conv(features, 1, 7), { x: y }).y }).y }
  })

/** 7x7 convolution, batch norm, ReLU. */
const sameBlock = (from, to) =>
  graph('sameBlock', record({ x: tensor(`B H W ${from}`) }), ({ x }, { step }) => {
    const y = step('norm', batchNorm({ features: to }), { x: step('conv', conv(from, to, 7), { x }).y }).y
    return step('relu', relu, { x: y })
  })

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
    return { ...step('generate', generate, { source: pictures.source, from: found.source, to }, 'generator'), ...found, to }
  })
}
