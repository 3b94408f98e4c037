/**
 * The blocks that every network of the original is built of.
 *
 * Scopes are the original's module names, so that a weight's path is its name in the original's checkpoints.
 *
 * @since 0.1.0
 */
import { relu } from '../nodes/activations.js'
import { add } from '../nodes/add.js'
import { avgPool } from '../nodes/avg-pool.js'
import { batchNorm } from '../nodes/batch-norm.js'
import { concat } from '../nodes/concat.js'
import { conv2d } from '../nodes/conv2d.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { upsample } from '../nodes/upsample.js'
import type { Draw, Graph, Wire } from './graph.js'
import { graph, toNode } from './graph.js'

/**
 * A map of features [B, H, W, C].
 *
 * @since 0.1.0
 */
export type Map4 = Wire<tf.Tensor4D>
interface Mapping {
  readonly y: tf.Tensor4D
}
type Block = Graph<{ readonly x: tf.Tensor4D }, Mapping>

const input = (features: number) => record({ x: tensor(`B H W ${features}` as 'B H W C') })

const conv = (from: number, to: number, kernel = 3, groups = 1) =>
  conv2d({ from, to, kernel, groups, padding: 'same', start: 'uniform' })

/**
 * Convolution, batch norm, ReLU, 2x2 mean. `x` [B, H, W, from] to `y` [B, H/2, W/2, to].
 *
 * Source: `DownBlock3D` in the reference `modules/util.py`.
 *
 * @since 0.1.0
 */
export const downBlock = (from: number, to: number): Block =>
  graph('downBlock', input(from), ({ x }, { step }) => {
    const c = step('conv', conv(from, to), { x })
    const n = step('norm', batchNorm({ features: to }), { x: c.y })
    return step('pool', avgPool({ even: true }), { x: step('relu', relu, { x: n.y }).y })
  })

/**
 * Nearest x2, convolution, batch norm, ReLU. `x` [B, H, W, from] to `y` [B, 2H, 2W, to].
 *
 * Source: `UpBlock3D` in the reference `modules/util.py`.
 *
 * @since 0.1.0
 */
export const upBlock = (from: number, to: number): Block =>
  graph('upBlock', input(from), ({ x }, { step }) => {
    const c = step('conv', conv(from, to), { x: step('up', upsample, { x }).y })
    return step('relu', relu, { x: step('norm', batchNorm({ features: to }), { x: c.y }).y })
  })

/**
 * Convolution (1x1, in groups of channels), batch norm, ReLU. `x` and `y` [B, H, W, features].
 *
 * Source: `SameBlock3D` in the reference `modules/util.py`.
 *
 * @since 0.1.0
 */
export const groupBlock = (features: number, groups: number): Block =>
  graph('groupBlock', input(features), ({ x }, { step }) => {
    const c = step('conv', conv(features, features, 1, groups), { x })
    return step('relu', relu, { x: step('norm', batchNorm({ features }), { x: c.y }).y })
  })

/**
 * Pre-activation residual block: twice batch norm, ReLU, convolution; then the input is added. `x` and `y`
 * [B, H, W, features].
 *
 * Source: `ResBlock3D` in the reference `modules/util.py`.
 *
 * @since 0.1.0
 */
export const resBlock = (features: number): Block =>
  graph('resBlock', input(features), ({ x }, { step }) => {
    const n1 = step('norm1', batchNorm({ features }), { x })
    const c1 = step('conv1', conv(features, features), { x: step('relu1', relu, { x: n1.y }).y })
    const n2 = step('norm2', batchNorm({ features }), { x: c1.y })
    const c2 = step('conv2', conv(features, features), { x: step('relu2', relu, { x: n2.y }).y })
    return step('sum', add, { a: c2.y, b: x })
  })

/**
 * Widths and depth of a U-Net: features double with each block from `block_expansion` up to `max_features`.
 *
 * @since 0.1.0
 */
export interface Depth {
  readonly block_expansion: number
  readonly max_features: number
  readonly num_blocks: number
}

/**
 * Features after `i` blocks.
 *
 * @since 0.1.0
 */
export const width = ({ block_expansion, max_features }: Depth, i: number): number =>
  Math.min(max_features, block_expansion * 2 ** i)

/**
 * Down blocks one after the other; returns the input and every block's output, the widest map first. Each map is half as high
 * and wide as the one before, [B, H, W, C].
 *
 * Source: `Encoder` in the reference `modules/util.py`.
 *
 * @since 0.1.0
 */
export const encoder = (depth: Depth, from: number, x: Map4, { step, tap }: Draw): ReadonlyArray<Map4> => {
  const maps = [x]
  for (let i = 0; i < depth.num_blocks; i++) {
    const block = downBlock(i === 0 ? from : width(depth, i), width(depth, i + 1))
    maps.push(step(`down${i}`, toNode(block), { x: maps[i]! }, `down_blocks.${i}`).y)
    tap(`encoder.${i + 1}`, maps[i + 1]!)
  }
  return maps
}

/**
 * Up blocks one after the other, each followed by the skip of its size: [out, skip]. Each map is twice as high and wide as the
 * one before, [B, H, W, C].
 *
 * `skips` are the encoder's maps, the smallest last; `extra` is how many channels each skip has beyond the encoder's.
 *
 * Source: `Decoder` in the reference `modules/util.py`, without its last convolution.
 *
 * @since 0.1.0
 */
export const decoder = (
  depth: Depth,
  from: number,
  extra: number,
  skips: ReadonlyArray<Map4>,
  { step, tap }: Draw
): Map4 => {
  const n = depth.num_blocks
  let y = skips[n]!
  for (let j = 0; j < n; j++) {
    const i = n - 1 - j
    const to = width(depth, i)
    const below = (j === 0 ? 1 : 2) * width(depth, i + 1) + extra
    const out = step(`up${j}`, toNode(upBlock(below, to)), { x: y }, `up_blocks.${j}`)
    tap(`decoder.${j}`, out.y)
    const skip = (i === 0 ? from : width(depth, i)) + extra
    y = step(`join${j}`, concat({ a: to, b: skip }), { a: out.y, b: skips[i]! }).y
  }
  return y
}

/**
 * U-Net with a last 3x3 convolution to `to` channels, which starts uniformly or as zeros with given biases. `x`
 * [B, H, W, from] to `y` [B, H, W, to]; H and W must be halved as often as it is deep.
 *
 * Source: `Hourglass` in the reference `modules/util.py`; supplement, section A.
 *
 * @category graphs
 * @since 0.1.0
 */
export const hourglass = (
  depth: Depth,
  from: number,
  to: number,
  start: 'uniform' | ReadonlyArray<number> = 'uniform'
): Block =>
  graph('hourglass', input(from), ({ x }, draw) => {
    const scoped = (scope: string): Draw => ({
      ...draw,
      step: (id, node, wires, own = id) => draw.step(id, node, wires, `${scope}.${own}`)
    })
    const skips = encoder(depth, from, x, scoped('encoder'))
    const out = decoder(depth, from, 0, skips, scoped('decoder'))
    const last = conv2d({ from: width(depth, 0) + from, to, kernel: 3, groups: 1, padding: 'same', start })
    return draw.step('last', last, { x: out }, 'decoder.conv')
  })
