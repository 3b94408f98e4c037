import { sigmoid } from '../nodes/activations.js'
import { concat } from '../nodes/concat.js'
import { conv2d } from '../nodes/conv2d.js'
import { resize } from '../nodes/resize.js'
import { record, type Spec, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { warp } from '../nodes/warp.js'
import { decoder, encoder, type Map4, resBlock, width } from './blocks.js'
import { denseMotion } from './dense-motion.js'
import { type Draw, graph, toNode, type Wire, type Wires } from './graph.js'
import { embeddingChannels, type Motion, motion, movementEmbedding } from './movement-embedding.js'
import type { CommonParams, GeneratorParams } from './params/model.js'

/** A drawing hand whose steps live in a scope. */
const within = (scope: string, draw: Draw): Draw => ({
  ...draw,
  step: (id, node, wires, own = id) => draw.step(id, node, wires, `${scope}.${own}`)
})

/** The maps of a source, the picture itself first. */
const encode = (common: CommonParams, params: GeneratorParams, source: Map4, draw: Draw): ReadonlyArray<Map4> =>
  encoder(params, common.num_channels, source, within('appearance_encoder', draw))

/** From the maps of a source to its picture in another pose, and to what that was made by. */
const paint = (
  common: CommonParams,
  params: GeneratorParams,
  { source, from, to }: Wires<Motion>,
  maps: ReadonlyArray<Map4>,
  draw: Draw
) => {
  const { step, tap } = draw
  const { num_channels } = common
  const mode = params.interpolation_mode
  const extra = embeddingChannels(common, params.kp_embedding_params)
  const dense = toNode(denseMotion(common, params.dense_motion_params))
  const moved = step('motion', dense, { source, from, to }, 'dense_motion_module')
  const deform = (id: string, image: Map4) => {
    const fitted = step(`${id}Flow`, resize({ mode }), { x: moved.flow, like: image }).y
    return step(id, warp, { image, flow: fitted }).image
  }
  const embedding =
    params.kp_embedding_params === null
      ? undefined
      : step('embed', toNode(movementEmbedding(common, params.kp_embedding_params)), { source, from, to }).embedding
  if (embedding !== undefined) tap('movementEmbedding', embedding)

  const deformed = maps.map((x, i) => deform(`deform${i}`, x))
  const skips = deformed.map((a, i) => {
    tap(`deformedSkip.${i}`, a)
    if (embedding === undefined) return a
    const b = step(`points${i}`, resize({ mode }), { x: embedding, like: a }).y
    const features = i === 0 ? num_channels : width(params, i)
    return step(`skip${i}`, concat({ a: features, b: extra }), { a, b }).y
  })
  let y = decoder(params, num_channels, extra, skips, within('video_decoder', draw))
  const features = width(params, 0) + num_channels + extra
  for (let i = 0; i < params.num_refinement_blocks; i++)
    y = step(`refine${i}`, toNode(resBlock(features)), { x: y }, `refinement_module.r${i}`).y
  const toImage = conv2d({ from: features, to: num_channels, kernel: 1, groups: 1, padding: 'same', start: 'uniform' })
  const image = step('toImage', toImage, { x: y }, 'refinement_module.conv-last').y
  tap('image', image)
  return { prediction: step('squash', sigmoid, { x: image }).y, deformed: deformed[0]!, moved }
}

/**
 * The source in the pose of the driving keypoints: encoded once, warped at every scale, decoded, refined.
 *
 * `prediction` [B, H, W, C] from 0 to 1; `deformed` [B, H, W, C], the source warped by the flow alone.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.4; `MotionTransferGenerator` in the reference `modules/generator.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const generator = (common: CommonParams, params: GeneratorParams) =>
  graph('generator', motion(common), (given, draw) => {
    const { prediction, deformed } = paint(common, params, given, encode(common, params, given.source, draw), draw)
    return { prediction, deformed }
  })

/**
 * The maps of a source by level from 1, each half as high and wide as the one before: [1|B, H / 2^i, W / 2^i, C_i]. Features
 * have no range.
 *
 * @since 0.1.0
 */
export type Appearance = Readonly<Record<string, tf.Tensor4D>>

/**
 * The first half of `generator`: what depends on the source alone. `source` [B, H, W, C] from 0 to 1 gives an `Appearance`.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.4; `appearance_encoder` in the reference `modules/generator.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const appearance = (common: CommonParams, params: GeneratorParams) =>
  graph('appearance', record({ source: motionLeaf(common) }), ({ source }, draw) => {
    const [, ...maps] = encode(common, params, source, draw)
    return Object.fromEntries(maps.map((map, i) => [String(i + 1), map])) as Readonly<Record<string, Wire<tf.Tensor4D>>>
  })

const motionLeaf = ({ num_channels }: CommonParams) => tensor(`B H W ${num_channels}` as 'B H W C')

/**
 * The second half of `generator`, from a `motion` and the `maps` that `appearance` gave of its source; beside its outputs
 * `prediction` and `deformed` also `flow` [B, h, w, 2], absolute sampling positions in [-1, 1], and `mask` [B, h, w, K+1],
 * background first, where the network has one.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.4; `MotionTransferGenerator.forward` in the reference `modules/generator.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const render = (common: CommonParams, params: GeneratorParams) => {
  const levels = Array.from({ length: params.num_blocks }, (_, i) => i + 1)
  const dims = (i: number) => `1|B H/${2 ** i} W/${2 ** i} ${width(params, i)}` as '1|B H W C'
  const maps: Spec<Appearance> = record(Object.fromEntries(levels.map((i) => [String(i), tensor(dims(i))])))
  const inputs = record({ motion: motion(common), maps })
  return graph('render', inputs, (given, draw) => {
    const all = [given.motion.source, ...levels.map((i) => given.maps[String(i)]!)] as ReadonlyArray<Map4>
    const { moved, ...made } = paint(common, params, given.motion, all, draw)
    return { ...made, ...moved }
  })
}
