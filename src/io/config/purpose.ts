/**
 * What a graph is made for: a model's configuration, with the options of one command laid over it.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Purpose } from '../../graphs/named.js'
import { rather } from '../../graphs/params/nearest.js'
import type { Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import type { Config } from './codec.js'

/** Options that `--set` knows, and what their values must be. */
const settable = {
  move_location: 'boolean',
  movement_mult: 'boolean',
  adapt_variance: 'boolean',
  clip_mean: 'boolean',
  frames: 'number',
  init_frames: 'number'
} as const

type Set = Readonly<Record<string, boolean | number | string>>

const mistake = (key: string, value: boolean | number | string): Problem | undefined => {
  const due = Object.hasOwn(settable, key) ? settable[key as keyof typeof settable] : undefined
  const known = Object.keys(settable)
  if (due === undefined) return { _tag: 'Usage', at: '--set', expected: rather(key, known), actual: key }
  const fits = due === 'boolean' ? typeof value === 'boolean' : Number.isInteger(value) && Number(value) > 0
  const expected = due === 'boolean' ? 'true or false' : 'a whole number from 1 on'
  return fits ? undefined : { _tag: 'Usage', at: `--set ${key}`, expected, actual: String(value) }
}

/** What a configuration without training would train with: the weights that all of the original's have. */
const untrained = ({ model_params }: Config): Purpose['training'] => ({
  detach_kp_generator: false,
  detach_kp_discriminator: true,
  loss_weights: {
    reconstruction: [...Array<number>(model_params.discriminator_params.num_blocks).fill(10), 1],
    reconstruction_deformed: 0,
    generator_gan: 1,
    discriminator_gan: 1
  }
})

/**
 * The purpose of a graph: the configuration's own options where `set` says nothing.
 *
 * Fails with `Usage` for each option that is not known or has a value of another kind.
 *
 * @category constructors
 * @since 0.1.0
 */
export const purposeOf = (config: Config, set: Set): E.Either<Problem, Purpose> => {
  const mistakes = Object.entries(set).flatMap(([k, v]) => mistake(k, v) ?? [])
  if (mistakes.length > 0) return E.left(mistakes.length === 1 ? mistakes[0]! : { _tag: 'Problems', all: mistakes })
  const { normalization_params } = config.transfer_params
  const { init_frames, num_frames, rnn_params } = config.prediction_params ?? {
    init_frames: 1,
    num_frames: 32,
    rnn_params: { num_features: 1024, num_layers: 1 }
  }
  return E.right({
    model: config.model_params,
    normalisation: { ...normalization_params, ...(set as Partial<typeof normalization_params>) },
    training: config.train_params ?? untrained(config),
    rnn: rnn_params,
    prediction: { keep: Number(set['init_frames'] ?? init_frames), frames: Number(set['frames'] ?? num_frames) }
  })
}

/**
 * The size of pictures that a model was trained on: its crop, else its picture, else 64x64.
 *
 * @since 0.1.0
 */
export const trainedSize = ({ dataset_params }: Config): Shape => {
  const [height, width] = dataset_params?.augmentation_params?.crop_param?.size ??
    dataset_params?.image_shape ?? [64, 64]
  return { height: height!, width: width! }
}

/**
 * What height and width of a picture must be multiples of, for every U-Net of the model.
 *
 * @since 0.1.0
 */
export const multiple = ({ model_params: { kp_detector_params: d, generator_params: g } }: Config): number => {
  const nets = [
    [d.num_blocks, d.scale_factor],
    [g.num_blocks, 1],
    ...(g.dense_motion_params === null ? [] : [[g.dense_motion_params.num_blocks, g.dense_motion_params.scale_factor]])
  ] as const
  return Math.max(...nets.map(([blocks, scale]) => Math.ceil(2 ** blocks! / scale!)))
}

/** The smallest height and width of a picture that the discriminator can judge: each block takes 3 and halves the rest. */
export const least = ({ model_params: { discriminator_params: d } }: Config): number =>
  Math.ceil(Array.from({ length: d.num_blocks }).reduce<number>((side) => 2 * side + 3, 1) / d.scale_factor)
