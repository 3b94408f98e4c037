/**
 * The laws of networks that move pixels, whatever the model.
 *
 * @since 0.1.0
 */
import type { denseMotion as DenseMotionGraph } from '../../graphs/dense-motion.js'
import type { generator as Generator } from '../../graphs/generator.js'
import type { Graph } from '../../graphs/graph.js'
import type { Motion } from '../../graphs/movement-embedding.js'
import type { DenseMotionParams, ModelParams } from '../../graphs/params/model.js'
import { initial, run } from '../../graphs/run.js'
import { grid } from '../../nodes/grid.js'
import { get } from '../../nodes/match.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { models } from '../arbitrary/configs.js'
import { common, inputsOf } from '../arbitrary/inputs.js'
import * as some from '../arbitrary/numbers.js'
import { equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { every, near } from '../tensors.js'
import { compiled, trained } from './programs.js'

const still = (shape: ReadonlyArray<number>): tf.Tensor => {
  const [b, h, w] = shape as [number, number, number]
  return tf.tile(tf.expandDims(grid(h, w), 0), [b, 1, 1, 1])
}
/** Weights whose last convolution of the hourglass corrects nothing. */
const uncorrected = (w: Values, corrects: boolean, prefix: string): Values => {
  if (!corrects) return w
  const silent = (name: string): Values => {
    const x = w[name]!
    const c = x.shape.at(-1)!
    const keep = tf.tensor1d(Array.from({ length: c }, (_, i) => (i < c - 2 ? 1 : 0)))
    return { [name]: tf.mul(x, keep) }
  }
  return {
    ...w,
    ...silent(`${prefix}hourglass.decoder.conv.weight`),
    ...silent(`${prefix}hourglass.decoder.conv.bias`)
  }
}

/** Law: keypoints that do not move, without a correction, move no pixel, whatever the mask. */
const zeroMotionIsTheIdentity = (make: typeof DenseMotionGraph) =>
  tidied(({ common_params, generator_params }: ModelParams, seed: number) => {
    const params = generator_params.dense_motion_params
    const program = compiled(make(common_params, params))
    const x = inputsOf(program, seed)
    const w = uncorrected(trained(program, seed), params?.use_correction ?? false, '')
    const source = tf.tile(x.source, [common.B!, 1, 1, 1]) as tf.Tensor4D
    const { flow } = run(program, { check: true })(w, { source, from: x.to, to: x.to }).outputs
    near(flow, still(flow.shape), 2e-5)
  })

/** Law: before any training, the motion is that of the mean keypoint, the background counting `exp(bg_init)`; nothing is corrected. */
const motionStartsUniform = (make: typeof DenseMotionGraph) =>
  tidied(({ common_params }: ModelParams, params: DenseMotionParams, seed: number) => {
    const program = compiled(make(common_params, params))
    const x = inputsOf(program, seed)
    const { flow, mask } = run(program)(initial(program, seed), x).outputs
    const level = Math.exp(params.bg_init)
    const sum = level + common_params.num_kp
    const total = tf.sum(tf.sub(x.from.mean, x.to.mean), 1) // B 2
    const moved = params.use_mask ? tf.reshape(tf.div(total, sum), [-1, 1, 1, 2]) : tf.zeros([1, 1, 1, 2])
    near(flow, tf.add(still(flow.shape), moved), 2e-5)
    equal(mask !== undefined, params.use_mask)
    if (mask === undefined) return
    const shares = [level, ...Array<number>(common_params.num_kp).fill(1)].map((v) => v / sum)
    near(mask, tf.mul(tf.ones(mask.shape), tf.tensor1d(shares)))
  })

/** Law: the mask of a trained network is a partition of unity too, and the flow lies within reach of its parts. */
const trainedMaskIsAPartition = (make: typeof DenseMotionGraph) =>
  tidied(({ common_params }: ModelParams, params: DenseMotionParams, seed: number) => {
    const program = compiled(make(common_params, params))
    const { mask } = run(program)(trained(program, seed), inputsOf(program, seed)).outputs
    if (mask === undefined) return
    every(mask, (m) => m >= 0)
    near(tf.sum(mask, 3), tf.ones(mask.shape.slice(0, 3)))
  })

/** Law: a generator whose motion is none deforms nothing. */
const nothingMovedNothingDeformed = (make: typeof Generator) =>
  tidied(({ common_params, generator_params: g }: ModelParams, seed: number) => {
    const dense = g.dense_motion_params
    if (dense !== null && (dense.scale_factor !== 1 || dense.mask_embedding_params.scale_factor !== 1)) return
    const program = compiled(make(common_params, g))
    const x = inputsOf(program, seed)
    const w = uncorrected(trained(program, seed), dense?.use_correction ?? false, 'dense_motion_module.')
    const out = run(program)(w, {
      ...x,
      from: x.to,
      source: tf.tile(x.source, [common.B!, 1, 1, 1]) as tf.Tensor4D
    }).outputs
    near(out.deformed, tf.tile(x.source, [common.B!, 1, 1, 1]), 1e-4)
    every(out.prediction, (p) => p >= 0 && p <= 1)
  })

/** Law: one source for a batch of driving keypoints is that source once for each of them, and samples do not see each other. */
const oneSourceServesABatch = (graph: Graph<Motion, any>, seed: number): void =>
  tidied(() => {
    const program = compiled(graph)
    const [x, w] = [inputsOf(program, seed), trained(program, seed)]
    const b = common.B!
    const repeat = (t: tf.Tensor) => tf.tile(t, [b, ...Array(t.rank - 1).fill(1)])
    const all = <A extends object>(kp: A, f: (t: tf.Tensor) => tf.Tensor): A =>
      Object.fromEntries(Object.entries(kp).map(([k, t]) => [k, f(t)])) as A
    const paths = Object.keys(run(program)(w, x).outputs as object)
    const leaf = (inputs: Motion, path: string) => get(run(program)(w, inputs).outputs, path) as tf.Tensor
    const pick = (n: number) => (t: tf.Tensor) =>
      tf.slice(t, [n, ...Array(t.rank - 1).fill(0)], [1, ...t.shape.slice(1)])
    for (const path of paths) {
      const shared = leaf(x, path)
      near(leaf({ ...x, source: repeat(x.source) as tf.Tensor4D, from: all(x.from, repeat) }, path), shared, 1e-3)
      const alone = Array.from({ length: b }, (_, n) => leaf({ ...x, to: all(x.to, pick(n)) }, path))
      near(tf.concat(alone), shared, 1e-3)
    }
  })()

const dense = (model: ModelParams) => model.generator_params.dense_motion_params
const moving = models.filter((m) => dense(m) !== null)
const few = { runs: 12 }

/**
 * What a network of dense motion keeps, whatever the model.
 *
 * @category laws
 * @since 0.1.0
 */
export const denseMotionLaws: ReadonlyArray<Law<typeof DenseMotionGraph>> = [
  law('of keypoints that do not move is the identity', [models, some.start], zeroMotionIsTheIdentity, { runs: 20 }),
  law(
    'starts as the motion of the mean keypoint',
    [moving, some.start],
    (make: typeof DenseMotionGraph) => (m: ModelParams, s: number) => motionStartsUniform(make)(m, dense(m)!, s),
    few
  ),
  law(
    'has a mask that is a partition of unity',
    [moving, some.start],
    (make: typeof DenseMotionGraph) => (m: ModelParams, s: number) => trainedMaskIsAPartition(make)(m, dense(m)!, s),
    few
  ),
  law(
    'takes one source for a whole batch',
    [moving, some.start],
    (make: typeof DenseMotionGraph) => (m: ModelParams, s: number) =>
      oneSourceServesABatch(make(m.common_params, dense(m)), s),
    few
  )
]

/**
 * What a generator keeps, whatever the model: pictures [B, H, W, C] from 0 to 1.
 *
 * @category laws
 * @since 0.1.0
 */
export const generatorLaws: ReadonlyArray<Law<typeof Generator>> = [
  law('deforms nothing where nothing moved', [models, some.start], nothingMovedNothingDeformed, few),
  law(
    'takes one source for a whole batch',
    [models, some.start],
    (make: typeof Generator) => (m: ModelParams, s: number) =>
      oneSourceServesABatch(make(m.common_params, m.generator_params), s),
    few
  )
]
