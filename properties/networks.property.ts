import * as fc from 'fast-check'
import { beforeAll, describe, it } from 'vitest'
import { denseMotion } from '../src/graphs/dense-motion.js'
import { detector } from '../src/graphs/detector.js'
import { discriminator } from '../src/graphs/discriminator.js'
import { generator } from '../src/graphs/generator.js'
import { movementEmbedding } from '../src/graphs/movement-embedding.js'
import type { ModelParams } from '../src/graphs/params/model.js'
import { predictor } from '../src/graphs/predictor.js'
import { transferFrames } from '../src/graphs/transfer.js'
import { startEngine } from '../src/nodes/tf.js'
import { models, purposes } from './arbitrary/configs.js'
import * as laws from './laws/networks.laws.js'

const seed = fc.integer({ min: 1, max: 2 ** 30 })
const few = { numRuns: 12 }
const dense = (model: ModelParams) => model.generator_params.dense_motion_params
const moving = models.filter((m) => dense(m) !== null)
const embedded = models.filter((m) => m.discriminator_params.kp_embedding_params !== null)

describe('dense motion', () => {
  beforeAll(() => startEngine())
  it('of keypoints that do not move is the identity', () =>
    fc.assert(fc.property(models, seed, laws.zeroMotionIsTheIdentity(denseMotion)), { numRuns: 20 }))
  it('starts as the motion of the mean keypoint', () =>
    fc.assert(
      fc.property(moving, seed, (m, s) => laws.motionStartsUniform(denseMotion)(m, dense(m)!, s)),
      few
    ))
  it('has a mask that is a partition of unity', () =>
    fc.assert(
      fc.property(moving, seed, (m, s) => laws.trainedMaskIsAPartition(denseMotion)(m, dense(m)!, s)),
      few
    ))
  it('takes one source for a whole batch', () =>
    fc.assert(
      fc.property(moving, seed, (m, s) => laws.oneSourceServesABatch(denseMotion(m.common_params, dense(m)), s)),
      few
    ))
})

describe('a generator', () => {
  beforeAll(() => startEngine())
  it('deforms nothing where nothing moved', () =>
    fc.assert(fc.property(models, seed, laws.nothingMovedNothingDeformed(generator)), few))
  it('takes one source for a whole batch', () =>
    fc.assert(
      fc.property(models, seed, (m, s) =>
        laws.oneSourceServesABatch(generator(m.common_params, m.generator_params), s)
      ),
      few
    ))
})

describe('a network', () => {
  beforeAll(() => startEngine())
  it('that embeds movement has the channels that it is said to have', () =>
    fc.assert(
      fc.property(embedded, seed, (m, s) =>
        laws.embeddingsHaveTheirChannels(movementEmbedding)(m, m.discriminator_params.kp_embedding_params!, s)
      ),
      few
    ))
  it('that detects keypoints finds them in the picture', () =>
    fc.assert(fc.property(models, seed, laws.keypointsLieInThePicture(detector)), few))
  it('that discriminates gives the picture, a map for each block and the scores', () =>
    fc.assert(fc.property(models, seed, laws.theFirstMapIsThePicture(discriminator)), few))
  it('that predicts looks back only', () =>
    fc.assert(
      fc.property(purposes, seed, ({ model, rnn, prediction: { keep, frames } }, s) =>
        laws.predictionsLookBack(predictor)(model, rnn, keep, frames, s)
      ),
      few
    ))
  it('that transfers computes what is held once', () =>
    fc.assert(
      fc.asyncProperty(purposes, seed, ({ model, normalisation }, s) =>
        laws.heldPicturesAreComputedOnce(transferFrames, model, normalisation, s)
      ),
      { numRuns: 8 }
    ))
})
