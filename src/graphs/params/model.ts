/**
 * The part of a configuration that describes the networks. Defaults are those of the original's constructors.
 *
 * Source: `modules/*.py` of the reference implementation.
 *
 * @since 0.1.0
 */
import type * as t from 'io-ts'
import { agreeing, type Conflict, filled, nullable, optional, section } from './codec.js'
import { flag, leaf, positive, real, whole, word, wordOrPositive } from './leaf.js'

const some = whole(1, 2 ** 16)
const blocks = whole(1, 16)

const embeddingProps = {
  use_heatmap: optional(flag, true),
  use_difference: optional(flag, false),
  use_deformed_source_image: optional(flag, false),
  heatmap_type: optional(word('gaussian', 'difference'), 'gaussian'),
  norm_const: optional(wordOrPositive('sum'), 'sum'),
  scale_factor: optional(positive, 1)
}

const useful = (e: {
  readonly use_heatmap: boolean
  readonly use_difference: boolean
  readonly use_deformed_source_image: boolean
}): ReadonlyArray<Conflict> =>
  e.use_heatmap || e.use_difference || e.use_deformed_source_image
    ? []
    : [{ path: [], expected: 'one of use_heatmap, use_difference, use_deformed_source_image', actual: 'none of them' }]

/**
 * How the movement of keypoints is made into feature maps.
 *
 * @category config
 * @since 0.1.0
 */
export const Embedding = agreeing(
  section('embedding parameters', { ...embeddingProps, add_bg_feature_map: optional(flag, false) }),
  useful
)

/**
 * How the movement of keypoints is made into feature maps.
 *
 * @category config
 * @since 0.1.0
 */
export type Embedding = t.TypeOf<typeof Embedding>

/**
 * The embedding that dense motion starts from: it always has a map for the background.
 *
 * @category config
 * @since 0.1.0
 */
const MaskEmbedding = agreeing(
  section('embedding parameters', {
    ...embeddingProps,
    add_bg_feature_map: optional(
      leaf('True', (u): u is boolean => u === true),
      true
    )
  }),
  useful
)

/**
 * What all networks share.
 *
 * @category config
 * @since 0.1.0
 */
export const CommonParams = section('common parameters', {
  num_kp: whole(1, 1024),
  kp_variance: wordOrPositive('matrix', 'single'),
  num_channels: whole(1, 1024)
})

/**
 * What all networks share.
 *
 * @category config
 * @since 0.1.0
 */
export type CommonParams = t.TypeOf<typeof CommonParams>

/**
 * The keypoint detector.
 *
 * @category config
 * @since 0.1.0
 */
export const DetectorParams = section('keypoint detector parameters', {
  temperature: positive,
  block_expansion: some,
  max_features: some,
  num_blocks: blocks,
  scale_factor: optional(positive, 1),
  clip_variance: optional(nullable(positive), null)
})

/**
 * The keypoint detector.
 *
 * @category config
 * @since 0.1.0
 */
export type DetectorParams = t.TypeOf<typeof DetectorParams>

/**
 * The dense motion network: at least one of mask and correction.
 *
 * @category config
 * @since 0.1.0
 */
export const DenseMotionParams = agreeing(
  section('dense motion parameters', {
    block_expansion: some,
    max_features: some,
    num_blocks: blocks,
    use_mask: flag,
    use_correction: flag,
    scale_factor: optional(positive, 1),
    bg_init: optional(real, 2),
    num_group_blocks: optional(whole(0, 64), 0),
    mask_embedding_params: MaskEmbedding
  }),
  (d) =>
    d.use_mask || d.use_correction ? [] : [{ path: ['use_mask'], expected: 'True, or use_correction', actual: false }]
)

/**
 * The dense motion network.
 *
 * @category config
 * @since 0.1.0
 */
export type DenseMotionParams = t.TypeOf<typeof DenseMotionParams>

/**
 * The generator. Without dense motion it deforms nothing.
 *
 * @category config
 * @since 0.1.0
 */
export const GeneratorParams = section('generator parameters', {
  block_expansion: some,
  max_features: some,
  num_blocks: blocks,
  num_refinement_blocks: whole(0, 64),
  interpolation_mode: optional(word('nearest', 'trilinear'), 'nearest'),
  dense_motion_params: optional(nullable(DenseMotionParams), null),
  kp_embedding_params: optional(nullable(Embedding), null)
})

/**
 * The generator.
 *
 * @category config
 * @since 0.1.0
 */
export type GeneratorParams = t.TypeOf<typeof GeneratorParams>

/**
 * The discriminator.
 *
 * @category config
 * @since 0.1.0
 */
export const DiscriminatorParams = section('discriminator parameters', {
  kp_embedding_params: optional(nullable(Embedding), null),
  block_expansion: optional(some, 64),
  num_blocks: optional(blocks, 4),
  max_features: optional(some, 512),
  scale_factor: optional(positive, 1)
})

/**
 * The discriminator.
 *
 * @category config
 * @since 0.1.0
 */
export type DiscriminatorParams = t.TypeOf<typeof DiscriminatorParams>

/**
 * All networks. The discriminator may be left out: then it is the original's default one.
 *
 * @category config
 * @since 0.1.0
 */
export const ModelParams = section('model parameters', {
  common_params: CommonParams,
  kp_detector_params: DetectorParams,
  generator_params: GeneratorParams,
  discriminator_params: filled(DiscriminatorParams)
})

/**
 * All networks.
 *
 * @category config
 * @since 0.1.0
 */
export type ModelParams = t.TypeOf<typeof ModelParams>
