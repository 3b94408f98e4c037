import { beforeAll } from 'vitest'
import { denseMotion } from '../src/graphs/dense-motion.js'
import { detector } from '../src/graphs/detector.js'
import { discriminator } from '../src/graphs/discriminator.js'
import { generator } from '../src/graphs/generator.js'
import { movementEmbedding } from '../src/graphs/movement-embedding.js'
import { predictor } from '../src/graphs/predictor.js'
import { transferFrames } from '../src/graphs/transfer.js'
import { startEngine } from '../src/nodes/tf.js'
import * as laws from '../src/properties/index.js'
import { hold, row } from './held.js'

beforeAll(() => startEngine())
hold(
  [
    row('dense motion', denseMotion, laws.denseMotionLaws),
    row('a generator', generator, laws.generatorLaws),
    row('a network', movementEmbedding, laws.movementEmbeddingLaws),
    row('a network', detector, laws.detectorLaws),
    row('a network', discriminator, laws.discriminatorLaws),
    row('a network', predictor, laws.predictorLaws),
    row('a network', transferFrames, laws.transferLaws)
  ],
  true
)
