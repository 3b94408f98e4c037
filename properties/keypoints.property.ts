import * as fc from 'fast-check'
import { it } from 'vitest'
import { gaussian2kp } from '../src/nodes/gaussian2kp.js'
import { inverse } from '../src/nodes/inverse.js'
import { kp2gaussian } from '../src/nodes/kp2gaussian.js'
import { spatialSoftmax } from '../src/nodes/spatial-softmax.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/keypoints.laws.js'

const side = fc.integer({ min: 2, max: 9 })
const some = fc.integer({ min: 1, max: 3 })
const maps = fc.record({ b: some, h: side, w: side, k: some, seed: fc.nat() })
const temperature = fc.double({ min: 0.1, max: 2, noNaN: true })
const clip = fc.double({ min: 0.001, max: 0.5, noNaN: true })
const spread = fc.double({ min: 0.9, max: 1.6, noNaN: true })
const bump = fc.record({
  h: fc.integer({ min: 18, max: 24 }),
  w: fc.integer({ min: 18, max: 24 }),
  spread: fc.tuple(spread, spread),
  angle: fc.double({ min: 0, max: 3.2, noNaN: true }),
  seed: fc.nat()
})

onEveryBackend('a heatmap', (runs) => {
  it('sums to one', () => fc.assert(fc.property(maps, temperature, laws.heatmapsSumToOne(spatialSoftmax)), runs()))
  it('weighs pixels by the exponential of their logits', () =>
    fc.assert(fc.property(maps, temperature, laws.heatmapsAreBoltzmann(spatialSoftmax)), runs()))
  it('does not see the level of its logits', () =>
    fc.assert(fc.property(maps, temperature, laws.heatmapsIgnoreALevel(spatialSoftmax)), runs()))
})

onEveryBackend('a keypoint', (runs) => {
  it('is where and as wide as the moments of its heatmap say', () =>
    fc.assert(fc.property(maps, laws.momentsOfTheMap(gaussian2kp)), runs()))
  it('moves with its heatmap', () =>
    fc.assert(fc.property(maps, fc.nat(4), fc.nat(4), laws.keypointsFollowATranslation(gaussian2kp)), runs()))
  it('is mirrored with its heatmap', () =>
    fc.assert(fc.property(maps, fc.constantFrom<0 | 1>(0, 1), laws.keypointsFollowAFlip(gaussian2kp)), runs()))
  it('exchanges x and y with its heatmap', () =>
    fc.assert(fc.property(maps, laws.keypointsFollowATransposition(gaussian2kp)), runs()))
  it('has a symmetric and positive variance', () =>
    fc.assert(
      fc.property(maps, fc.oneof(fc.constant(0), clip), laws.varianceIsSymmetricAndPositive(gaussian2kp)),
      runs()
    ))
  it('has a variance of at least the clip in every direction', () =>
    fc.assert(
      fc.property(
        maps,
        clip,
        fc.constantFrom<laws.Shape>('pixel', 'row', 'column', 'diagonal', 'anywhere'),
        laws.clipBoundsTheVariance(gaussian2kp)
      ),
      runs()
    ))
  it('is read back from its own bump', () =>
    fc.assert(fc.property(bump, laws.bumpsAreReadBack(kp2gaussian, gaussian2kp)), runs()))
  it('has the gradient that finite differences have', () =>
    fc.assert(
      fc.property(
        maps,
        fc.constantFrom('matrix' as const, 'single' as const, 0.05),
        laws.momentsHaveTheirSlope(gaussian2kp, kp2gaussian)
      ),
      runs(8)
    ))
})

onEveryBackend('a bump', (runs) => {
  it('is the Gaussian density of its keypoint, without the factor', () =>
    fc.assert(fc.property(maps, laws.bumpsAreDensities(kp2gaussian)), runs()))
  it('is that of its own sample', () => fc.assert(fc.property(maps, laws.bumpsDoNotSeeEachOther(kp2gaussian)), runs()))
})

onEveryBackend('the inverse', (runs) => {
  it('inverts', () => fc.assert(fc.property(some, some, fc.nat(), laws.inverseInverts(inverse)), runs()))
})
