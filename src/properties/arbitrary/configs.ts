/**
 * Random models: every option of the original's configurations, at small widths.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Purpose } from '../../graphs/named.js'
import { ModelParams } from '../../graphs/params/model.js'

const half = fc.constantFrom(1, 1, 0.5)
const width = fc.integer({ min: 1, max: 4 })
const depth = {
  block_expansion: width,
  max_features: fc.integer({ min: 2, max: 8 }),
  num_blocks: fc.integer({ min: 1, max: 2 })
}

const embedding = (scale_factor: fc.Arbitrary<number>, background: fc.Arbitrary<boolean>) =>
  fc
    .record({
      use_heatmap: fc.boolean(),
      use_difference: fc.boolean(),
      use_deformed_source_image: fc.boolean(),
      heatmap_type: fc.constantFrom('gaussian', 'difference'),
      norm_const: fc.constantFrom('sum', 10, 100),
      add_bg_feature_map: background,
      scale_factor
    })
    .filter((e) => e.use_heatmap || e.use_difference || e.use_deformed_source_image)
const perhaps = <A>(some: fc.Arbitrary<A>) => fc.option(some, { nil: null })

const denseMotion = fc
  .record({
    ...depth,
    use_mask: fc.boolean(),
    use_correction: fc.boolean(),
    scale_factor: half,
    bg_init: fc.integer({ min: 0, max: 3 }),
    num_group_blocks: fc.nat(2),
    mask_embedding_params: embedding(half, fc.constant(true))
  })
  .filter((d) => d.use_mask || d.use_correction)

/**
 * Networks of one model. The discriminator's embedding has the size of its picture, as it has to.
 *
 * @since 0.1.0
 */
export const models: fc.Arbitrary<ModelParams> = fc
  .record({
    common_params: fc.record({
      num_kp: fc.integer({ min: 1, max: 3 }),
      kp_variance: fc.constantFrom('matrix', 'single', 0.01),
      num_channels: fc.constantFrom(1, 3)
    }),
    kp_detector_params: fc.record({
      temperature: fc.constantFrom(0.1, 1),
      ...depth,
      scale_factor: half,
      clip_variance: perhaps(fc.constant(0.001))
    }),
    generator_params: fc.record({
      ...depth,
      num_refinement_blocks: fc.nat(2),
      interpolation_mode: fc.constantFrom('nearest', 'trilinear'),
      dense_motion_params: perhaps(denseMotion),
      kp_embedding_params: perhaps(embedding(half, fc.boolean()))
    }),
    discriminator_params: fc.record({
      ...depth,
      kp_embedding_params: perhaps(embedding(fc.constant(1), fc.boolean())),
      scale_factor: half
    })
  })
  .map((written) => {
    const read = ModelParams.decode(written)
    if (E.isLeft(read)) throw new Error(`a random model is refused: ${JSON.stringify(written)}`)
    return read.right
  })

/**
 * What the named graphs are made for.
 *
 * @since 0.1.0
 */
export const purposes: fc.Arbitrary<Purpose> = fc.record({
  model: models,
  normalisation: fc.record({
    move_location: fc.boolean(),
    movement_mult: fc.boolean(),
    adapt_variance: fc.boolean(),
    clip_mean: fc.boolean()
  }),
  training: fc.record({
    detach_kp_generator: fc.boolean(),
    detach_kp_discriminator: fc.boolean(),
    loss_weights: fc.record({
      reconstruction: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 2 }),
      reconstruction_deformed: fc.integer({ min: 0, max: 10 }),
      generator_gan: fc.integer({ min: 1, max: 2 }),
      discriminator_gan: fc.integer({ min: 1, max: 2 })
    })
  }),
  rnn: fc.record({ num_features: width, num_layers: fc.integer({ min: 1, max: 3 }) }),
  prediction: fc.record({ keep: fc.integer({ min: 1, max: 3 }), frames: fc.integer({ min: 1, max: 5 }) })
})
