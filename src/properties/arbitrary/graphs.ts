/**
 * Random graphs: each operation picks its operands among the wires drawn before it that fit.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { Map4 } from '../../graphs/blocks.js'
import { type Draw, type Graph, graph, toNode } from '../../graphs/graph.js'
import { leakyRelu, relu, sigmoid } from '../../nodes/activations.js'
import { add } from '../../nodes/add.js'
import { avgPool } from '../../nodes/avg-pool.js'
import { batchNorm } from '../../nodes/batch-norm.js'
import { concat } from '../../nodes/concat.js'
import { conv2d } from '../../nodes/conv2d.js'
import * as D from '../../nodes/dims.js'
import { motionMask } from '../../nodes/flow.js'
import { filled } from '../../nodes/init.js'
import { instanceNorm } from '../../nodes/instance-norm.js'
import { node } from '../../nodes/node.js'
import { rescale, resize } from '../../nodes/resize.js'
import { spatialSoftmax } from '../../nodes/spatial-softmax.js'
import { record, tensor } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import { upsample } from '../../nodes/upsample.js'
import { warp } from '../../nodes/warp.js'
import type { Numbers } from './inputs.js'

/** One step of a random graph, as numbers that shrink. */
export interface Op {
  readonly op: number
  readonly a: number
  readonly b: number
}

/**
 * What random graphs read: `x` [B, H, W, 2] and `y` [B, H, W, 3].
 *
 * @since 0.1.0
 */
export interface Pair {
  readonly x: tf.Tensor4D
  readonly y: tf.Tensor4D
}

/**
 * What random graphs make. Both are maps [B, H, W, C].
 *
 * @since 0.1.0
 */
export interface Made {
  readonly out: tf.Tensor4D
  readonly also: tf.Tensor4D
}

interface Reached {
  readonly wire: Map4
  readonly channels: number
  /** Height and width in the names of the inputs, and about how large they are: 1 is the size of the inputs. */
  readonly size: readonly [D.Size, D.Size]
  readonly scale: number
}

const conv = (from: number, to: number, kernel: number, groups = 1) =>
  conv2d({ from, to, kernel, groups, padding: 'same', start: 'uniform' })

/** A node that throws when it runs. */
const broken = node(
  'broken',
  { inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) },
  () => {
    throw new Error('boom')
  }
)

/** A node that makes nothing of its own: its input twice, and a tensor under two names. */
const pass = node(
  'pass',
  {
    inputs: record({ x: tensor('B H W C') }),
    outputs: record({ a: tensor('B H W C'), b: tensor('B H W C'), c: tensor('B H W C'), d: tensor('B H W C') }),
    weights: {}
  },
  ({ x }) => {
    const y = tf.mul(x, 1.5)
    return { a: x, b: x, c: y, d: y }
  }
)

const square = (channels: number) =>
  graph(`square${channels}`, record({ x: tensor(`B H W ${channels}` as 'B H W C') }), ({ x }, { step }) => {
    const c = step('conv', conv(channels, channels, 1), { x })
    return step('squash', sigmoid, { x: c.y })
  })

/**
 * How a random graph is drawn.
 *
 * @since 0.1.0
 */
export interface Drawing {
  /** The step that throws, none below 0. */
  readonly fail?: number
  /** Only functions without kinks, so that finite differences can be trusted. */
  readonly smooth?: boolean
}

const times = (size: Reached['size'], f: (s: D.Size) => D.Size): Reached['size'] => [f(size[0]), f(size[1])]
const by = (n: number) => (s: D.Size) => D.multiply(s, D.constant(n))
const fits = (p: Reached, q: Reached): boolean => p.size.every((s, i) => D.show(s) === D.show(q.size[i]!))

/** What the operation number `op` makes of `p`, or nothing where it does not fit. */
const one = (
  { op, b }: Op,
  id: string,
  p: Reached,
  all: ReadonlyArray<Reached>,
  { step }: Draw,
  smooth: boolean
): Reached | undefined => {
  const { wire: x, channels: c } = p
  const same = (wire: Map4, channels = c): Reached => ({ ...p, wire, channels })
  const pick = (some: ReadonlyArray<Reached>) => some[b % some.length]!
  const beside = all.filter((q) => fits(p, q))
  switch (op) {
    case 0:
      return same(step(id, add, { a: x, b: pick(beside.filter((q) => q.channels === c)).wire }).y)
    case 1: {
      const q = pick(beside)
      return c + q.channels > 8
        ? undefined
        : same(step(id, concat({ a: c, b: q.channels }), { a: x, b: q.wire }).y, c + q.channels)
    }
    case 2:
      return same(step(id, smooth ? sigmoid : relu, { x }).y)
    case 3:
      return same(step(id, smooth ? sigmoid : leakyRelu({ slope: 0.2 }), { x }).y)
    case 19: {
      const all4 = step(id, pass, { x })
      return same(step(`${id}sum`, add, { a: all4[b % 2 === 0 ? 'a' : 'b'], b: all4[b % 3 === 0 ? 'c' : 'd'] }).y)
    }
    case 4: {
      const to = 1 + (b % 4)
      return same(step(id, conv(c, to, b % 2 === 0 ? 3 : 1), { x }).y, to)
    }
    case 5:
      return same(step(id, conv(c, c, 1, c), { x }).y)
    case 6:
      return same(step(id, batchNorm({ features: c }), { x }).y)
    case 7:
      return smooth ? undefined : same(step(id, instanceNorm({ features: c }), { x }).y)
    case 8:
      return same(step(id, spatialSoftmax({ temperature: 1 }), { logits: x }).heatmap)
    case 9: {
      const keypoints = b % c
      return same(step(id, motionMask({ keypoints }), { prediction: x }).mask, keypoints + 1)
    }
    case 10:
      return p.scale >= 2
        ? undefined
        : { wire: step(id, upsample, { x }).y, channels: c, size: times(p.size, by(2)), scale: p.scale * 2 }
    case 11:
      return p.scale <= 0.25
        ? undefined
        : {
            wire: step(id, avgPool({ even: true }), { x }).y,
            channels: c,
            size: times(p.size, by(1 / 2)),
            scale: p.scale / 2
          }
    case 12: {
      if (p.scale <= 0.25) return undefined
      const size = times(p.size, (s) => D.floor(by(1 / 2)(s)))
      return { wire: step(id, rescale({ factor: 0.5 }), { x }).y, channels: c, size, scale: p.scale / 2 }
    }
    case 13: {
      const q = pick(all)
      const mode = b % 2 === 0 ? 'nearest' : 'trilinear'
      return { ...q, wire: step(id, resize({ mode }), { x, like: q.wire }).y, channels: c }
    }
    case 14: {
      const flows = all.filter((q) => q.channels === 2)
      const q = pick(flows)
      return smooth ? undefined : { ...q, wire: step(id, warp, { image: x, flow: q.wire }).image, channels: c }
    }
    case 15:
      return same(step(id, toNode(square(c)), { x }, `shared${c}`).y)
    case 16: {
      if (p.scale >= 2 || smooth) return undefined
      const to = 1 + (b % 3)
      const up = step(`${id}up`, upsample, { x }).y
      const y = step(`${id}norm`, batchNorm({ features: to }), { x: step(`${id}conv`, conv(c, to, 3), { x: up }).y }).y
      const size = times(p.size, by(2))
      return { wire: step(id, relu, { x: y }).y, channels: to, size, scale: p.scale * 2 }
    }
    case 17: {
      if (smooth) return undefined
      const to = 1 + (b % 3)
      const y = step(`${id}conv`, conv(c, to, 3), { x }).y
      return same(step(id, relu, { x: step(`${id}norm`, batchNorm({ features: to }), { x: y }).y }).y, to)
    }
    case 20: {
      if (p.scale <= 0.25 || smooth) return undefined
      const to = 1 + (b % 3)
      const y = step(`${id}norm`, batchNorm({ features: to }), { x: step(`${id}conv`, conv(c, to, 3), { x }).y }).y
      const pooled = step(id, avgPool({ even: true }), { x: step(`${id}relu`, relu, { x: y }).y }).y
      return { wire: pooled, channels: to, size: times(p.size, by(1 / 2)), scale: p.scale / 2 }
    }
    case 21: {
      if (p.scale !== 1 || smooth) return undefined // what it leaves may be odd: nothing halves it again
      const to = 1 + (b % 3)
      const judge = conv2d({ from: c, to, kernel: 3, groups: 1, padding: 'valid', start: 'uniform' })
      const y = step(`${id}conv`, judge, { x }).y
      const normed = b % 2 === 0 ? y : step(`${id}norm`, instanceNorm({ features: to }), { x: y }).y
      const leaky = step(`${id}leaky`, leakyRelu({ slope: 0.2 }), { x: normed }).y
      const size = times(p.size, (s) => D.floor(by(1 / 2)(D.plus(s, D.constant(-2)))))
      return { wire: step(id, avgPool({ even: false }), { x: leaky }).y, channels: to, size, scale: p.scale / 4 }
    }
    default:
      return same(step(id, smooth ? sigmoid : relu, { x: step(`${id}norm`, batchNorm({ features: c }), { x }).y }).y)
  }
}

/** Draws a random graph. Every wire of it is tapped, by the name of its step. */
export const drawGraph = (ops: ReadonlyArray<Op>, { fail = -1, smooth = false }: Drawing = {}): Graph<Pair, Made> =>
  graph('random', record({ x: tensor('B H W 2'), y: tensor('B H W 3') }), ({ x, y }, draw) => {
    const size = [D.named('H'), D.named('W')] as const
    const all: Array<Reached> = [
      { wire: x, channels: 2, size, scale: 1 },
      { wire: y, channels: 3, size, scale: 1 }
    ]
    ops.forEach((op, n) => {
      const p = all[op.a % all.length]!
      const id = `s${n}`
      const next =
        n === fail ? { ...p, wire: draw.step(id, broken, { x: p.wire }).y } : one(op, id, p, all, draw, smooth)
      if (next === undefined) return
      all.push(next)
      draw.tap(id, next.wire)
    })
    return { out: all.at(-1)!.wire, also: all[all.length >> 1]!.wire }
  })

const loss = node(
  'loss',
  {
    inputs: record({ x: tensor('B H W C') }),
    outputs: record({ loss: tensor('') }),
    weights: { scale: filled('', 1.5) }
  },
  ({ x }, { scale }) => ({ loss: tf.mean(tf.square(tf.mul(x, scale))) })
)
/**
 * The mean square of what a random graph makes, scaled. The loss is a scalar; `also` is a map [B, H, W, C] whatever its range.
 *
 * @since 0.1.0
 */
export const lossOf = (inner: Graph<Pair, Made>) =>
  graph('loss', inner.inputs, (inputs, { step, tap }) => {
    const { out, also } = step('inner', toNode(inner), inputs)
    tap('out', out)
    return { loss: step('loss', loss, { x: out }).loss, also }
  })

/**
 * The operations of a random graph; `kinds` 18 are those of the catalogue, 19 has a node more that is not, 21 the blocks of
 * training too.
 */
export const ops = (most = 10, kinds: 18 | 19 | 21 = 18): fc.Arbitrary<ReadonlyArray<Op>> =>
  fc.array(fc.record({ op: fc.nat(kinds), a: fc.nat(), b: fc.nat() }), { minLength: 1, maxLength: most })

/** Sizes of the inputs of a random graph. */
export interface Sizes extends Numbers {
  readonly B: number
  readonly H: number
  readonly W: number
}
export const sizes: fc.Arbitrary<Sizes> = fc.record({
  B: fc.integer({ min: 1, max: 3 }),
  H: fc.constantFrom(4, 8),
  W: fc.constantFrom(4, 8, 12)
})

/**
 * Random graphs of our nodes over `x` [B, H, W, 2] and `y` [B, H, W, 3], with every wire tapped.
 *
 * @category generators
 * @since 0.1.0
 */
export const graphs = (most = 10, kinds: 18 | 19 | 21 = 18, drawing: Drawing = {}): fc.Arbitrary<Graph<Pair, Made>> =>
  ops(most, kinds).map((o) => drawGraph(o, drawing))
