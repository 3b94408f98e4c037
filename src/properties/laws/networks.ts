/**
 * The laws of the networks, whatever the model.
 *
 * @since 0.1.0
 */
import { from, lastValueFrom, map, type OperatorFunction, toArray } from 'rxjs'
import type { detector as Detector } from '../../graphs/detector.js'
import type { discriminator as Discriminator } from '../../graphs/discriminator.js'
import { embeddingChannels, type movementEmbedding } from '../../graphs/movement-embedding.js'
import type { Purpose } from '../../graphs/named.js'
import type { Normalisation } from '../../graphs/normalise.js'
import type { Embedding, ModelParams } from '../../graphs/params/model.js'
import type { predictor as Predictor, RnnParams } from '../../graphs/predictor.js'
import { run } from '../../graphs/run.js'
import type { transferFrames } from '../../graphs/transfer.js'
import * as tf from '../../nodes/tf.js'
import { stream } from '../../streams/stream.js'
import { models, purposes } from '../arbitrary/configs.js'
import { common, inputsOf } from '../arbitrary/inputs.js'
import * as some from '../arbitrary/numbers.js'
import { above, equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { apart, every, near } from '../tensors.js'
import { compiled, trained } from './programs.js'

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

const embedded = models.filter((m) => m.discriminator_params.kp_embedding_params !== null)
const few = { runs: 12 }

/**
 * What a network that embeds movement in maps [B, h, w, C] keeps.
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
 * What a network that detects keypoints [B, K, 2] in [-1, 1] in pictures [B, H, W, C] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const detectorLaws: ReadonlyArray<Law<typeof Detector>> = [
  law('that detects keypoints finds them in the picture', [models, some.start], keypointsLieInThePicture, few)
]

/**
 * What a discriminator keeps, whose maps are [B, h, w, C].
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
 * What a network that transfers motion to pictures [T, H, W, C] from 0 to 1 keeps when it is streamed.
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
