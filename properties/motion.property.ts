import * as fc from 'fast-check'
import { it } from 'vitest'
import { deformedSource } from '../src/nodes/deformed-source.js'
import { absoluteFlow, correction, identityFlow, maskedMotion, motionMask } from '../src/nodes/flow.js'
import { grid } from '../src/nodes/grid.js'
import { heatmapDifference, normaliseHeatmap } from '../src/nodes/heatmaps.js'
import { interleave } from '../src/nodes/interleave.js'
import { keypointDifference } from '../src/nodes/keypoint-difference.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/motion.laws.js'

const side = fc.integer({ min: 2, max: 7 })
const some = fc.integer({ min: 1, max: 3 })
const scene = fc.record({ b: some, h: side, w: side, k: some, c: some, seed: fc.nat() })
const number = fc.double({ min: -2, max: 2, noNaN: true })
const yes = fc.boolean()

onEveryBackend('a grid', (runs) => {
  const any = fc.integer({ min: 1, max: 40 })
  it('goes from -1 to 1 in equal steps', () => fc.assert(fc.property(any, any, laws.gridIsEven(grid)), runs()))
})

onEveryBackend('a mask', (runs) => {
  it('is a partition of unity', () =>
    fc.assert(fc.property(scene, fc.nat(2), laws.maskIsAPartition(motionMask)), runs()))
})

onEveryBackend('a flow', (runs) => {
  it('is the motion of the keypoints where they move alike, and their mean elsewhere', () =>
    fc.assert(fc.property(scene, number, number, laws.commonMotionIsEverywhere(maskedMotion)), runs()))
  it('without motion is the identity', () =>
    fc.assert(fc.property(scene, laws.noMotionIsTheIdentity(absoluteFlow, identityFlow)), runs()))
  it('is corrected by the last two channels of a prediction', () =>
    fc.assert(fc.property(scene, laws.correctionIsTheLastTwo(correction)), runs()))
})

onEveryBackend('a difference', (runs) => {
  it('of keypoints is source minus driving, none for the background', () =>
    fc.assert(fc.property(scene, yes, yes, laws.differenceIsSourceMinusDriving(keypointDifference)), runs()))
  it('of heatmaps is driving minus source', () =>
    fc.assert(fc.property(scene, laws.heatmapsDifferByDrivingMinusSource(heatmapDifference)), runs()))
})

onEveryBackend('a heatmap', (runs) => {
  const positive = fc.double({ min: 0.1, max: 100, noNaN: true })
  it('normalised sums to one, or is lower by a factor', () =>
    fc.assert(fc.property(scene, positive, laws.normalisedHeatmapsSumToOne(normaliseHeatmap)), runs()))
})

onEveryBackend('a deformed source', (runs) => {
  it('is the source warped by a constant flow, for each keypoint', () =>
    fc.assert(fc.property(scene, yes, laws.deformationIsAConstantWarp(deformedSource)), runs()))
  it('has the gradients that finite differences have', () =>
    fc.assert(fc.property(scene, laws.deformationHasItsSlope(deformedSource)), runs(8)))
  it('is that of its own sample', () =>
    fc.assert(fc.property(scene, laws.motionKeepsToItsSample(maskedMotion, deformedSource)), runs()))
})

onEveryBackend('an embedding', (runs) => {
  it('has its channels interleaved per keypoint', () =>
    fc.assert(fc.property(scene, yes, yes, yes, yes, laws.channelsAreInterleaved(interleave)), runs(20)))
})
