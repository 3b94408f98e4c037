import { leakyRelu } from '../nodes/activations.js'
import { avgPool } from '../nodes/avg-pool.js'
import { concat } from '../nodes/concat.js'
import { conv2d } from '../nodes/conv2d.js'
import { instanceNorm } from '../nodes/instance-norm.js'
import { keypoints } from '../nodes/keypoints.js'
import { rescale } from '../nodes/resize.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { type Map4, width } from './blocks.js'
import { type Graph, graph, toNode } from './graph.js'
import { embeddingChannels, type Motion, movementEmbedding } from './movement-embedding.js'
import type { CommonParams, DiscriminatorParams } from './params/model.js'

/**
 * What the discriminator is shown: a real or generated frame, and the keypoints it should have. `frames` [B, H, W, C] from 0
 * to 1; `from` and `to` are `Keypoints` of B pictures, in [-1, 1].
 *
 * @since 0.1.0
 */
export interface Judged extends Omit<Motion, 'source'> {
  readonly frames: tf.Tensor4D
}

/** 4x4 convolution without padding, instance norm (not in the first block), leaky ReLU, 2x2 mean. */
const block = (from: number, to: number, normalised: boolean) =>
  graph('judgeBlock', record({ x: tensor(`B H W ${from}` as 'B H W C') }), ({ x }, { step }) => {
    const c = step('conv', conv2d({ from, to, kernel: 4, groups: 1, padding: 'valid', start: 'uniform' }), { x })
    const n = normalised ? step('norm', instanceNorm({ features: to }), { x: c.y }) : c
    return step('pool', avgPool({ even: false }), { x: step('leaky', leakyRelu({ slope: 0.2 }), { x: n.y }).y })
  })

/**
 * Maps of a picture judged against its keypoints: the picture itself, one map per block, and the scores.
 *
 * `maps` are by number: `0` [B, H, W, C] from 0 to 1, each [B, h, w, C_i] smaller than the one before, the last [B, h, w, 1]
 * scores without a range.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.5; `Discriminator` in the reference `modules/discriminator.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const discriminator = (
  common: CommonParams,
  params: DiscriminatorParams
): Graph<Judged, { readonly maps: Readonly<Record<string, tf.Tensor4D>> }> => {
  const inputs = record({
    frames: tensor(`B H W ${common.num_channels}` as 'B H W C'),
    from: keypoints(common.kp_variance, 'B', common.num_kp),
    to: keypoints(common.kp_variance, 'B', common.num_kp)
  })
  return graph('discriminator', inputs, ({ frames, from, to }, { step }) => {
    const x =
      params.scale_factor === 1 ? frames : step('scale', rescale({ factor: params.scale_factor }), { x: frames }).y
    const extra = embeddingChannels(common, params.kp_embedding_params)
    const seen =
      params.kp_embedding_params === null
        ? x
        : step('join', concat({ a: common.num_channels, b: extra }), {
            a: x,
            b: step('embed', toNode(movementEmbedding(common, params.kp_embedding_params)), { source: x, from, to })
              .embedding
          }).y
    const maps: Array<Map4> = [frames]
    for (let i = 0; i < params.num_blocks; i++) {
      const from_ = i === 0 ? common.num_channels + extra : width(params, i)
      const judge = toNode(block(from_, width(params, i + 1), i > 0))
      maps.push(step(`block${i}`, judge, { x: i === 0 ? seen : maps[i]! }, `down_blocks.${i}`).y)
    }
    const last = conv2d({
      from: width(params, params.num_blocks),
      to: 1,
      kernel: 1,
      groups: 1,
      padding: 'same',
      start: 'uniform'
    })
    maps.push(step('score', last, { x: maps.at(-1)! }, 'conv').y)
    return { maps: Object.fromEntries(maps.map((m, i) => [String(i), m])) }
  })
}
