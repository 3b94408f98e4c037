import { adam, type Decays } from '../nodes/adam.js'
import { detach } from '../nodes/detach.js'
import type { Keypoints } from '../nodes/keypoints.js'
import { absoluteLoss, squaredLoss } from '../nodes/losses.js'
import { halves, pair } from '../nodes/pair.js'
import { record, tensor } from '../nodes/spec.js'
import { sum } from '../nodes/sum.js'
import type * as tf from '../nodes/tf.js'
import { detector } from './detector.js'
import type { Objective } from './differentiate.js'
import { discriminator } from './discriminator.js'
import { generator } from './generator.js'
import { type Draw, graph, toNode, type Wire, type Wires } from './graph.js'
import type { Learning, Optimiser } from './learning.js'
import type { CommonParams, ModelParams } from './params/model.js'

/**
 * What the losses count, and what does not learn from which: the original's `train_params`.
 *
 * @since 0.1.0
 */
export interface LossParams {
  readonly detach_kp_generator: boolean
  readonly detach_kp_discriminator: boolean
  readonly loss_weights: {
    readonly reconstruction: ReadonlyArray<number>
    readonly reconstruction_deformed: number
    readonly generator_gan: number
    readonly discriminator_gan: number
  }
}

/** The three networks, each with an optimiser of its own. */
export const trained = ['generator', 'kp_detector', 'discriminator'] as const

/**
 * The name of one of the three networks.
 *
 * @since 0.1.0
 */
export type Trained = (typeof trained)[number]

/** The network that a weight belongs to. */
export const networkOf = (weight: string): string => weight.slice(0, weight.indexOf('.'))

const dimsOf = (common: CommonParams) =>
  typeof common.kp_variance === 'number' ? undefined : common.kp_variance === 'single' ? '1 1' : '2 2'

/** Keypoints with every tensor put through a node of one input `x`. */
const each = <A>(
  kp: Wires<Keypoints>,
  common: CommonParams,
  f: (x: Wire<tf.Tensor>, dims: string, part: string) => A
) => {
  const k = common.num_kp
  return {
    mean: f(kp.mean, `${k} 2`, 'mean'),
    ...(kp.var === undefined ? {} : { var: f(kp.var, `${k} ${dimsOf(common)}`, 'var') })
  }
}

/** Keypoints that count as constant. */
const fixed = (id: string, kp: Wires<Keypoints>, common: CommonParams, { step }: Draw): Wires<Keypoints> =>
  each(kp, common, (x, dims, part) => step(`${id}.${part}`, detach({ dims: `B ${dims}` }), { x }).y) as never

/**
 * One iteration of training: both losses of a batch of pairs [B, H, W, C] from 0 to 1, source and driving.
 *
 * The detector sees both as one batch; the discriminator judges the prediction and the driving picture, once for the
 * generator's losses and once, with the prediction constant, for its own. `losses`, scalars, have the original's names; a
 * weight of 0 leaves a loss out. Differentiated, the parts that both losses share are computed once.
 *
 * `source` and `driving` are the pairs, `sizes` the factors of Adam's steps by network (`adamSize`), scalars. `totals` are the
 * two losses that are minimised; `keypoints` those of both pictures in [-1, 1], `prediction` and `deformed` [B, H, W, C] from
 * 0 to 1.
 *
 * Source: `GeneratorFullModel`, `DiscriminatorFullModel` in the reference `train.py`; `modules/losses.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const iteration = (model: ModelParams, params: LossParams) => {
  const { common_params: common } = model
  const { loss_weights: weights } = params
  const picture = tensor(`B H W ${common.num_channels}` as 'B H W C')
  const inputs = record({
    source: picture,
    driving: picture,
    sizes: record({ generator: tensor(''), kp_detector: tensor(''), discriminator: tensor('') })
  })
  return graph('iteration', inputs, ({ source, driving }, draw) => {
    const { step } = draw
    const both = step('both', pair({ dims: `H W ${common.num_channels}` }), { a: source, b: driving }).y
    const detect = toNode(detector(common, model.kp_detector_params))
    const joined = step('detect', detect, { frames: both as never }, 'kp_detector')
    const split = each(joined, common, (x, dims, part) => step(`split.${part}`, halves({ dims }), { x }))
    const of = (side: 'a' | 'b') =>
      ({ mean: split.mean[side], ...(split.var === undefined ? {} : { var: split.var[side] }) }) as Wires<Keypoints>
    const [from, to] = [of('a'), of('b')]

    const moved = params.detach_kp_generator
      ? { from: fixed('fromFixed', from, common, draw), to: fixed('toFixed', to, common, draw) }
      : { from, to }
    const generate = toNode(generator(common, model.generator_params))
    const { prediction, deformed } = step('generate', generate, { source, ...moved }, 'generator')

    const judge = toNode(discriminator(common, model.discriminator_params))
    const judged = (id: string, frames: typeof source, kp: { from: Wires<Keypoints>; to: Wires<Keypoints> }) =>
      Object.values(step(id, judge, { frames, ...kp }, 'discriminator').maps)
    const [fake, real] = [judged('fake', prediction, { from, to }), judged('real', driving, { from, to })]

    const losses: Record<string, Wire<tf.Scalar>> = {}
    const lose = (name: string, weight: number, a: typeof source, b: typeof source) => {
      if (weight !== 0) losses[name] = step(name, absoluteLoss({ weight }), { a, b }).loss
    }
    lose('rec_def', weights.reconstruction_deformed, deformed, driving)
    weights.reconstruction.forEach((weight, i) => lose(`layer-${i}_rec`, weight, fake[i]!, real[i]!))
    losses['gen_gan'] = step('gen_gan', squaredLoss({ weight: weights.generator_gan, target: 1 }), {
      x: fake.at(-1)!
    }).loss
    const total = (id: string, parts: ReadonlyArray<Wire<tf.Scalar>>) =>
      step(id, sum({ of: parts.length, dims: '' }), Object.fromEntries(parts.map((x, i) => [`x${i}`, x]))).y
    const generatorLoss = total('generatorLoss', Object.values(losses))

    const constant = step('constant', detach({ dims: `B H W ${common.num_channels}` }), { x: prediction })
      .y as typeof source
    const shown = params.detach_kp_discriminator
      ? { from: fixed('fromShown', from, common, draw), to: fixed('toShown', to, common, draw) }
      : { from, to }
    const [fakeAgain, realAgain] = [judged('fakeAgain', constant, shown), judged('realAgain', driving, shown)]
    const score = (id: string, target: number, maps: ReadonlyArray<typeof source>) =>
      step(id, squaredLoss({ weight: weights.discriminator_gan, target }), { x: maps.at(-1)! }).loss
    const discriminatorLoss = total('disc_gan', [score('disc_real', 1, realAgain), score('disc_fake', 0, fakeAgain)])
    return {
      losses: { ...losses, disc_gan: discriminatorLoss },
      totals: { generator: generatorLoss, discriminator: discriminatorLoss },
      keypoints: { from, to },
      prediction,
      deformed
    }
  })
}

/** Where the moments of a weight are. */
export const momentPath = (moment: 'm' | 'v', weight: string): string => `adam.${moment}.${weight}`

/**
 * Adam for every weight, with the step size that the iteration is given for its network.
 *
 * @since 0.1.0
 */
export const adamOf =
  (decays?: Decays): Optimiser =>
  (weight, dims) => ({
    node: adam({ dims, ...decays }),
    weights: { value: weight, first: momentPath('m', weight), second: momentPath('v', weight) },
    reads: { size: `in.sizes.${networkOf(weight)}` }
  })

/**
 * How an iteration is compiled: all three networks learn.
 *
 * @since 0.1.0
 */
export const learning = (params: LossParams): Learning => ({
  objectives: objectives(params),
  optimiser: adamOf()
})

/** What is minimised by which networks: the detector learns from the generator's loss, and from both if it is told so. */
const objectives = ({ detach_kp_discriminator }: LossParams): ReadonlyArray<Objective> => [
  { loss: 'totals.generator', of: (weight) => networkOf(weight) !== 'discriminator' },
  {
    loss: 'totals.discriminator',
    of: (weight) =>
      networkOf(weight) === 'discriminator' || (!detach_kp_discriminator && networkOf(weight) === 'kp_detector')
  }
]
