/**
 * The parts of a configuration beside the networks: data, training, transfer, prediction, drawing.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { filled, list, nullable, optional, section } from '../../graphs/params/codec.js'
import { flag, leaf, natural, positive, real, text, whole } from '../../graphs/params/leaf.js'

const some = whole(1, 2 ** 31)
const count = whole(0, 2 ** 31)

/** Two values; one alone is made into two. */
const pairOf = (
  item: t.Type<number>,
  twice: (n: number) => readonly [number, number]
): t.Type<ReadonlyArray<number>> => {
  const pair = list(item, 2)
  return new t.Type(
    `${item.name} or ${pair.name}`,
    pair.is,
    (u, c) => (item.is(u) ? t.success(twice(u)) : pair.validate(u, c)),
    t.identity
  )
}

const AugmentationParams = section('augmentation parameters', {
  flip_param: optional(
    nullable(section('flip parameters', { time_flip: optional(flag, false), horizontal_flip: optional(flag, false) })),
    null
  ),
  rotation_param: optional(nullable(section('rotation parameters', { degrees: pairOf(real, (d) => [-d, d]) })), null),
  resize_param: optional(
    nullable(
      section('resize parameters', {
        ratio: optional(list(positive, 2), [3 / 4, 4 / 3]),
        interpolation: optional(text, 'nearest')
      })
    ),
    null
  ),
  crop_param: optional(nullable(section('crop parameters', { size: pairOf(some, (n) => [n, n]) })), null),
  jitter_param: optional(
    nullable(
      section('jitter parameters', {
        brightness: optional(natural, 0),
        contrast: optional(natural, 0),
        saturation: optional(natural, 0),
        hue: optional(natural, 0)
      })
    ),
    null
  )
})

/**
 * Where the videos are and how they are changed for training.
 *
 * @category config
 * @since 0.1.0
 */
export const DatasetParams = section('dataset parameters', {
  root_dir: text,
  pairs_list: optional(nullable(text), null),
  image_shape: optional(list(some, 3), [64, 64, 3]),
  random_seed: optional(count, 0),
  augmentation_params: filled(AugmentationParams)
})

/**
 * Training of the networks.
 *
 * @category config
 * @since 0.1.0
 */
export const TrainParams = section('training parameters', {
  detach_kp_generator: optional(flag, false),
  detach_kp_discriminator: optional(flag, true),
  num_epochs: count,
  epoch_milestones: list(count),
  lr: positive,
  batch_size: some,
  loss_weights: section('loss weights', {
    reconstruction: list(natural),
    reconstruction_deformed: natural,
    generator_gan: natural,
    discriminator_gan: natural
  }),
  log_params: filled(
    section('log parameters', { log_freq_iter: optional(some, 100), cpk_freq_epoch: optional(some, 100) })
  )
})

/** How a result is saved. */
const videoFormat = optional(text, '.gif')

/**
 * Transfer of movement between pairs of videos.
 *
 * @category config
 * @since 0.1.0
 */
export const TransferParams = section('transfer parameters', {
  num_pairs: optional(count, 100),
  format: videoFormat,
  normalization_params: filled(
    section('normalization parameters', {
      movement_mult: optional(flag, false),
      move_location: optional(flag, false),
      adapt_variance: optional(flag, false),
      clip_mean: optional(flag, false)
    })
  )
})

/**
 * The network that predicts keypoints, and its training.
 *
 * @category config
 * @since 0.1.0
 */
export const PredictionParams = section('prediction parameters', {
  rnn_params: filled(
    section('network parameters', {
      num_features: optional(whole(1, 2 ** 16), 1024),
      num_layers: optional(whole(1, 64), 1),
      dropout: optional(
        leaf('a number from 0 to 1', (u): u is number => natural.is(u) && u <= 1),
        0.5
      )
    })
  ),
  predict_variance: optional(flag, false),
  num_epochs: optional(count, 1000),
  lr: optional(positive, 0.001),
  batch_size: optional(some, 256),
  num_frames: optional(some, 32),
  init_frames: optional(some, 1),
  train_size: optional(nullable(count), null),
  format: videoFormat
})

/**
 * Reconstruction of videos.
 *
 * @category config
 * @since 0.1.0
 */
export const ReconstructionParams = section('reconstruction parameters', {
  num_videos: optional(nullable(count), null),
  format: videoFormat
})

/**
 * How results are drawn.
 *
 * @category config
 * @since 0.1.0
 */
export const VisualizerParams = section('visualizer parameters', {
  kp_size: optional(positive, 2),
  draw_border: optional(flag, false),
  colormap: optional(text, 'gist_rainbow')
})
