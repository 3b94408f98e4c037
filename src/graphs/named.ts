/**
 * The graphs of the original, by name: what `keyflow graph list|show|check|run` offers.
 *
 * @since 0.1.0
 */
import { keypoints } from '../nodes/keypoints.js'
import { asBatch, first } from '../nodes/select.js'
import { record, tensor } from '../nodes/spec.js'
import { denseMotion } from './dense-motion.js'
import { detector } from './detector.js'
import { discriminator } from './discriminator.js'
import { generator } from './generator.js'
import type { Graph } from './graph.js'
import { graph, toNode } from './graph.js'
import { iteration, type LossParams, learning } from './iteration.js'
import type { Learning } from './learning.js'
import { alone } from './live.js'
import { type Motion, motion } from './movement-embedding.js'
import { firstKeypoints, type Normalisation, needsInitial, normalise } from './normalise.js'
import type { ModelParams } from './params/model.js'
import { predictor, type RnnParams } from './predictor.js'
import { transferFrames } from './transfer.js'

/**
 * What a graph is made for: the networks of a model and the options of the original's commands.
 *
 * @since 0.1.0
 */
export interface Purpose {
  readonly model: ModelParams
  readonly normalisation: Normalisation
  readonly rnn: RnnParams
  readonly training: LossParams
  /** Frames of a prediction, and how many of the given ones start it. */
  readonly prediction: { readonly keep: number; readonly frames: number }
}

/**
 * A graph that can be asked for by name.
 *
 * @since 0.1.0
 */
export interface Named {
  readonly summary: string
  /** One that takes nothing makes a graph that is the same for every model, and needs none. */
  readonly build: (purpose: Purpose) => Graph<any, any>
  /** Names of inputs as users give them, where the graph's own are others. */
  readonly aliases: Readonly<Record<string, string>>
  /** What it learns, for a graph that does: it is compiled with this, in training mode. */
  readonly learning?: (purpose: Purpose) => Learning
}

const pair = { 'source.': 'from.', 'driving.': 'to.' }

/** `keyflow transfer` on tensors: source [H, W, C], driving [T, H, W, C]; motion starts at the first driving frame. */
const transfer = ({ model, normalisation }: Purpose) => {
  const c = model.common_params.num_channels
  const inputs = record({ source: tensor(`H W ${c}` as 'H W C'), driving: tensor(`T H W ${c}` as 'T H W C') })
  return graph('transfer', inputs, ({ source, driving }, { step }) => {
    const picture = step('picture', asBatch, { x: source }).y
    const start = () => step('initial', first({ dims: `H W ${c}` }), { x: driving }).y as typeof picture
    const initial = needsInitial(normalisation) ? { initial: start() } : {}
    const frames = toNode(transferFrames(model, normalisation))
    const { initial: _, ...made } = step('frames', frames, { source: picture, driving, ...initial }, '')
    return made
  })
}

/**
 * Every graph that `keyflow graph` knows.
 *
 * @category graphs
 * @since 0.1.0
 */
export const named: Readonly<Record<string, Named>> = {
  detect: {
    summary: 'keypoints of frames',
    build: ({ model }) => alone('detect', detector(model.common_params, model.kp_detector_params), 'kp_detector'),
    aliases: {}
  },
  motion: {
    summary: 'optical flow from the keypoints of a source to driving keypoints',
    build: ({ model }) =>
      alone(
        'motion',
        denseMotion(model.common_params, model.generator_params.dense_motion_params),
        'generator.dense_motion_module'
      ),
    aliases: pair
  },
  generate: {
    summary: 'the source in the pose of driving keypoints',
    build: ({ model }) => alone('generate', generator(model.common_params, model.generator_params), 'generator'),
    aliases: pair
  },
  discriminate: {
    summary: 'the maps of the discriminator',
    build: ({ model }) =>
      alone('discriminate', discriminator(model.common_params, model.discriminator_params), 'discriminator'),
    aliases: pair
  },
  normalise: {
    summary: 'driving keypoints as the source should show them; motion starts at the first',
    build: ({ model: { common_params: common }, normalisation }) =>
      graph(
        'normalise',
        record({
          source: keypoints(common.kp_variance, '1', common.num_kp),
          driving: keypoints(common.kp_variance, 'B', common.num_kp)
        }),
        ({ source, driving }, draw) => {
          const initial = firstKeypoints('initial', driving, common, draw)
          return draw.step('normalise', toNode(normalise(common, normalisation)), { source, initial, driving })
        }
      ),
    aliases: {}
  },
  iteration: {
    summary: 'one iteration of training on pairs of pictures: losses, and what the networks learn from them',
    build: ({ model, training }) => iteration(model, training),
    aliases: {},
    learning: ({ training }) => learning(training)
  },
  transfer: { summary: 'a source picture moved by driving frames', build: transfer, aliases: {} },
  predict: {
    summary: 'keypoints of all frames from those of the first few',
    build: ({ model, rnn, prediction }) =>
      alone('predict', predictor(model.common_params, rnn, prediction), 'predictor'),
    aliases: {}
  }
}

/**
 * The graph of all networks, for the names and shapes of a model's weights.
 *
 * Source: Monkey-Net (CVPR 2019), section 3; the reference `run.py`.
 *
 * @since 0.1.0
 */
export const networks = (model: ModelParams): Graph<Motion, any> =>
  graph('networks', motion(model.common_params), ({ source, from, to }, { step }) => {
    const { common_params: common } = model
    const detect = toNode(detector(common, model.kp_detector_params))
    const points = step('detect', detect, { frames: source }, 'kp_detector')
    const generate = toNode(generator(common, model.generator_params))
    const { prediction } = step('generate', generate, { source, from, to }, 'generator')
    const judge = toNode(discriminator(common, model.discriminator_params))
    const { maps } = step('judge', judge, { frames: prediction, from: to, to }, 'discriminator')
    return { points, prediction, maps }
  })
