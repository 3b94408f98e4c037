/**
 * The laws of the networks, whatever the model.
 *
 * @since 0.1.0
 */

import { from, lastValueFrom, map, type OperatorFunction, toArray } from 'rxjs'
import type { denseMotion as DenseMotionGraph } from '../../graphs/dense-motion.js'
import type { detector as Detector } from '../../graphs/detector.js'
import type { discriminator as Discriminator } from '../../graphs/discriminator.js'
import type { generator as Generator } from '../../graphs/generator.js'
import type { Graph } from '../../graphs/graph.js'
import { embeddingChannels, type Motion, type movementEmbedding } from '../../graphs/movement-embedding.js'
import type { Purpose } from '../../graphs/named.js'
import type { Normalisation } from '../../graphs/normalise.js'
import type { DenseMotionParams, Embedding, ModelParams } from '../../graphs/params/model.js'
import type { predictor as Predictor, RnnParams } from '../../graphs/predictor.js'
import { initial, run } from '../../graphs/run.js'
import type { transferFrames } from '../../graphs/transfer.js'
import { grid } from '../../nodes/grid.js'
import { get } from '../../nodes/match.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { stream } from '../../streams/stream.js'
import { models, purposes } from '../arbitrary/configs.js'
import { common, inputsOf } from '../arbitrary/inputs.js'
import * as some from '../arbitrary/numbers.js'
import { above, equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { apart, every, near } from '../tensors.js'
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

/** Law: an embedding has the channels that it is said to have. */
const embeddingsHaveTheirChannels = (make: typeof movementEmbedding) =>
  tidied(({ common_params }: ModelParams, params: Embedding, seed: number) => {
    const program = compiled(make(common_params, params))
    const { embedding } = run(program, { check: true })({}, inputsOf(program, seed)).outputs
    equal(embedding.shape[3], embeddingChannels(common_params, params))
    equal(embedding.shape[1], Math.floor(common.H! * params.scale_factor))
  })

/** Law: keypoints are means of places in the picture, and vary by no more than the picture is large. */
const keypointsLieInThePicture = (make: typeof Detector) =>
  tidied(({ common_params, kp_detector_params }: ModelParams, seed: number) => {
    const program = compiled(make(common_params, { ...kp_detector_params, clip_variance: null }))
    const kp = run(program, { check: true })(trained(program, seed), inputsOf(program, seed)).outputs
    equal(kp.mean.shape, [common.B, common_params.num_kp, 2])
    every(kp.mean, (v) => Math.abs(v) <= 1.001)
    if (kp.var !== undefined) every(kp.var, (v) => Math.abs(v) <= 1.001)
  })

/** Law: the first map that a discriminator gives is the picture itself, and there is one for each block and the scores. */
const theFirstMapIsThePicture = (make: typeof Discriminator) =>
  tidied(({ common_params, discriminator_params }: ModelParams, seed: number) => {
    const program = compiled(make(common_params, discriminator_params))
    const x = inputsOf(program, seed)
    const { maps } = run(program, { check: true })(trained(program, seed), x).outputs
    equal(
      Object.keys(maps),
      Array.from({ length: discriminator_params.num_blocks + 2 }, (_, i) => `${i}`)
    )
    near(maps['0']!, x.frames, 0)
    equal(maps[`${discriminator_params.num_blocks + 1}`]!.shape[3], 1)
  })

/** Law: predicted keypoints of a frame depend on no later frame, and on none that is not kept. */
const predictionsLookBack = (make: typeof Predictor) =>
  tidied(({ common_params }: ModelParams, rnn: RnnParams, keep: number, frames: number, seed: number) => {
    const program = compiled(make(common_params, rnn, { keep, frames }))
    const [x, w] = [inputsOf(program, seed), trained(program, seed)]
    const of = (inputs: typeof x) => run(program, { check: true })(w, inputs).outputs
    const whole = of(x)
    equal(whole.mean.shape, [common.B, frames, common_params.num_kp, 2])
    every(whole.mean, (v) => Math.abs(v) <= 1)
    for (let t = 0; t < common.T!; t++) {
      // everything from frame t on replaced
      const spoil = (y: tf.Tensor) =>
        tf.concat(
          [
            tf.slice(y, [0, 0, ...Array(y.rank - 2).fill(0)], [-1, t, ...Array(y.rank - 2).fill(-1)]),
            tf.fill([y.shape[0]!, y.shape[1]! - t, ...y.shape.slice(2)], 0.25)
          ],
          1
        )
      const spoilt = of({ mean: spoil(x.mean), ...(x.var === undefined ? {} : { var: spoil(x.var) }) } as typeof x)
      const before = Math.min(t, frames)
      const head = (y: tf.Tensor) => tf.slice(y, [0, 0, 0, 0], [-1, before, -1, -1])
      if (before > 0) near(head(spoilt.mean), head(whole.mean), 1e-6)
      if (t >= keep) near(spoilt.mean, whole.mean, 1e-6)
      else if (t < frames) above(apart(spoilt.mean, whole.mean), 0)
    }
  })

/** Law: a transfer streamed with its pictures held is the transfer of all frames at once; what is held is computed once. */
const heldPicturesAreComputedOnce = async (
  make: typeof transferFrames,
  model: ModelParams,
  how: Normalisation,
  seed: number
): Promise<void> => {
  const program = compiled(make(model, how))
  const [x, w] = [inputsOf(program, seed), trained(program, seed)]
  const { driving, ...held } = x
  const before = tf.memory().numTensors
  const whole = run(program)(w, x).outputs
  const ran = new Map<string, number>()
  const profile = (path: string) => void ran.set(path, (ran.get(path) ?? 0) + 1)
  const operator = stream(program, { profile })(w, held) as unknown as OperatorFunction<object, typeof whole>
  const ticks = tf.tidy(() => tf.split(driving, common.T!, 0).map((frames) => ({ driving: frames })))
  const parts = await lastValueFrom(
    from(ticks).pipe(
      operator,
      map((made) => made),
      toArray()
    )
  )
  tf.tidy(() => {
    for (const key of ['prediction', 'deformed'] as const)
      near(tf.concat(parts.map((made) => made[key])), whole[key], 2e-3)
    near(tf.concat(parts.map((made) => made.normalised.mean)), whole.normalised.mean, 1e-3)
  })
  for (const [path, times] of ran)
    if (/^(from|start)\./.test(path) || /^generate\.down\d/.test(path)) equal([path, times], [path, 1])
  equal(ran.get('generate.squash'), common.T)
  tf.dispose([parts, whole] as tf.TensorContainer)
  equal(tf.memory().numTensors, before)
  tf.dispose([x, w] as tf.TensorContainer)
}

const dense = (model: ModelParams) => model.generator_params.dense_motion_params
const moving = models.filter((m) => dense(m) !== null)
const embedded = models.filter((m) => m.discriminator_params.kp_embedding_params !== null)
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
 * What a generator keeps, whatever the model.
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

/**
 * What a network that embeds movement keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const movementEmbeddingLaws: ReadonlyArray<Law<typeof movementEmbedding>> = [
  law(
    'that embeds movement has the channels that it is said to have',
    [embedded, some.start],
    (make: typeof movementEmbedding) => (m: ModelParams, s: number) =>
      embeddingsHaveTheirChannels(make)(m, m.discriminator_params.kp_embedding_params!, s),
    few
  )
]

/**
 * What a network that detects keypoints keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const detectorLaws: ReadonlyArray<Law<typeof Detector>> = [
  law('that detects keypoints finds them in the picture', [models, some.start], keypointsLieInThePicture, few)
]

/**
 * What a discriminator keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const discriminatorLaws: ReadonlyArray<Law<typeof Discriminator>> = [
  law(
    'that discriminates gives the picture, a map for each block and the scores',
    [models, some.start],
    theFirstMapIsThePicture,
    few
  )
]

/**
 * What a network that predicts keypoints keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const predictorLaws: ReadonlyArray<Law<typeof Predictor>> = [
  law(
    'that predicts looks back only',
    [purposes, some.start],
    (make: typeof Predictor) =>
      ({ model, rnn, prediction: { keep, frames } }: Purpose, s: number) =>
        predictionsLookBack(make)(model, rnn, keep, frames, s),
    few
  )
]

/**
 * What a network that transfers motion keeps when it is streamed.
 *
 * @category laws
 * @since 0.1.0
 */
export const transferLaws: ReadonlyArray<Law<typeof transferFrames>> = [
  law(
    'that transfers computes what is held once',
    [purposes, some.start],
    (make: typeof transferFrames) =>
      ({ model, normalisation }: Purpose, s: number) =>
        heldPicturesAreComputedOnce(make, model, normalisation, s),
    { runs: 8 }
  )
]
