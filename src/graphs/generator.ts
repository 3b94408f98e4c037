import { sigmoid } from '../nodes/activations.js'
import { concat } from '../nodes/concat.js'
import { conv2d } from '../nodes/conv2d.js'
import { resize } from '../nodes/resize.js'
import { warp } from '../nodes/warp.js'
import { decoder, encoder, type Map4, resBlock, width } from './blocks.js'
import { denseMotion } from './dense-motion.js'
import { type Draw, graph, toNode } from './graph.js'
import { embeddingChannels, motion, movementEmbedding } from './movement-embedding.js'
import type { CommonParams, GeneratorParams } from './params/model.js'

/** A drawing hand whose steps live in a scope. */
const within = (scope: string, draw: Draw): Draw => ({
  ...draw,
  step: (id, node, wires, own = id) => draw.step(id, node, wires, `${scope}.${own}`)
})

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
  graph('generator', motion(common), ({ source, from, to }, draw) => {
    const { step, tap } = draw
    const { num_channels } = common
    const mode = params.interpolation_mode
    const extra = embeddingChannels(common, params.kp_embedding_params)
    const appearance = encoder(params, num_channels, source, within('appearance_encoder', draw))
    const dense = toNode(denseMotion(common, params.dense_motion_params))
    const { flow } = step('motion', dense, { source, from, to }, 'dense_motion_module')
    const deform = (id: string, image: Map4) => {
      const fitted = step(`${id}Flow`, resize({ mode }), { x: flow, like: image }).y
      return step(id, warp, { image, flow: fitted }).image
    }
    const embedding =
      params.kp_embedding_params === null
        ? undefined
        : step('embed', toNode(movementEmbedding(common, params.kp_embedding_params)), { source, from, to }).embedding
    if (embedding !== undefined) tap('movementEmbedding', embedding)

    const deformed = appearance.map((x, i) => deform(`deform${i}`, x))
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
    const toImage = conv2d({
      from: features,
      to: num_channels,
      kernel: 1,
      groups: 1,
      padding: 'same',
      start: 'uniform'
    })
    const image = step('toImage', toImage, { x: y }, 'refinement_module.conv-last').y
    tap('image', image)
    return { prediction: step('squash', sigmoid, { x: image }).y, deformed: deformed[0]! }
  })
