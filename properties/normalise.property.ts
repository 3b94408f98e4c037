import * as fc from 'fast-check'
import { it } from 'vitest'
import { normalise } from '../src/graphs/normalise.js'
import { adaptVariance } from '../src/nodes/adapt-variance.js'
import { alignment } from '../src/nodes/alignment.js'
import { movementScale } from '../src/nodes/movement-scale.js'
import { clipMean } from '../src/nodes/relative-motion.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/normalise.laws.js'

const some = fc.integer({ min: 1, max: 4 })
const several = fc.integer({ min: 3, max: 8 })
const drive = fc.record({
  t: some,
  k: several,
  variance: fc.constantFrom('matrix' as const, 'single' as const, 0.01),
  seed: fc.nat()
})
const how = fc.record({
  move_location: fc.boolean(),
  movement_mult: fc.boolean(),
  adapt_variance: fc.boolean(),
  clip_mean: fc.boolean()
})
const offset = fc.double({ min: -1, max: 1, noNaN: true })
const scale = fc.double({ min: 0.3, max: 3, noNaN: true })
const learned = drive.map((o) => ({ ...o, variance: o.seed % 2 === 0 ? ('matrix' as const) : ('single' as const) }))

onEveryBackend('normalisation', (runs) => {
  it('onto the first frame of the video itself is the identity', () =>
    fc.assert(fc.property(drive, how, laws.ontoItsOwnFirstFrameIsTheIdentity(normalise)), runs()))
  it('starts at the source', () => fc.assert(fc.property(drive, how, laws.motionStartsAtTheSource(normalise)), runs()))
  it('of motion does not see where the driving object starts', () =>
    fc.assert(fc.property(drive, how, offset, offset, laws.startingOffsetDoesNotMatter(normalise)), runs()))
  it('scaled by the objects does not see the size of the driving one', () =>
    fc.assert(fc.property(drive, how, scale, laws.drivingScaleDoesNotMatter(normalise)), runs()))
  it('that is asked for nothing does nothing', () =>
    fc.assert(fc.property(drive, laws.absoluteMotionIsLeftAlone(normalise)), runs()))
})

onEveryBackend('the scale of a movement', (runs) => {
  it('is the root of the ratio of two areas', () =>
    fc.assert(fc.property(several, fc.nat(), laws.scaleIsTheRootOfTheAreas(movementScale)), runs()))
  it('follows the sizes of the objects, not their place and direction', () =>
    fc.assert(fc.property(several, fc.nat(), scale, scale, offset, laws.scaleFollowsTheSizes(movementScale)), runs()))
  it('is one where an object has no area', () =>
    fc.assert(fc.property(some, fc.nat(), fc.boolean(), laws.noAreaIsNoScale(movementScale)), runs()))
})

onEveryBackend('an adapted variance', (runs) => {
  it('is symmetric and positive', () =>
    fc.assert(fc.property(learned, laws.adaptedVarianceIsSymmetricAndPositive(adaptVariance)), runs(20)))
})

onEveryBackend('a clipped mean', (runs) => {
  it('lies in the picture', () =>
    fc.assert(fc.property(some, several, fc.nat(), laws.clippedMeansLieInside(clipMean)), runs()))
})

onEveryBackend('alignment', (runs) => {
  it('sees the pose alone', () =>
    fc.assert(fc.property(some, several, fc.nat(), scale, laws.alignmentSeesThePoseAlone(alignment)), runs()))
})
