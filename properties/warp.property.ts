import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import { warp } from '../src/nodes/warp.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/warp.laws.js'

const side = fc.integer({ min: 1, max: 9 })
const two = fc.integer({ min: 2, max: 9 })
const sizes = fc
  .record({
    b: fc.integer({ min: 1, max: 3 }),
    shared: fc.boolean(),
    h: side,
    w: side,
    toH: side,
    toW: side,
    c: fc.integer({ min: 1, max: 4 }),
    seed: fc.nat()
  })
  .map(({ shared, ...o }) => ({ ...o, n: shared ? 1 : o.b }))
const atLeastTwo = fc.tuple(sizes, two, two).map(([o, h, w]) => ({ ...o, h, w }))
const factor = fc.double({ min: -3, max: 3, noNaN: true })
const shift = fc.integer({ min: -11, max: 11 })
const few = fc.tuple(fc.nat(4), fc.nat(4))
const unit = fc.double({ min: -1, max: 1, noNaN: true })
const affine = fc.tuple(unit, unit, unit)
const map = fc.tuple(affine, affine)

onEveryBackend('a warp', (runs) => {
  it('by the identity grid keeps a picture', () => fc.assert(fc.property(sizes, laws.identityGridKeeps(warp)), runs()))
  it('is linear in the picture', () =>
    fc.assert(fc.property(sizes, factor, factor, laws.linearInTheImage(warp)), runs()))
  it('reads zero outside of the picture', () =>
    fc.assert(fc.property(atLeastTwo, fc.boolean(), fc.boolean(), laws.zeroOutside(warp)), runs()))
  it('moves by whole pixels exactly', () =>
    fc.assert(fc.property(atLeastTwo, shift, shift, laws.integerTranslationsAreExact(warp)), runs()))
  it('twice by whole pixels is one warp', () =>
    fc.assert(fc.property(atLeastTwo, few, few, fc.constantFrom(-1, 1), laws.translationsCompose(warp)), runs()))
  it('reads affine pictures as functions, and affine flows compose', () =>
    fc.assert(fc.property(atLeastTwo, map, map, affine, laws.affineFlowsCompose(warp)), runs()))
  it('reads the four pixels around each position', () =>
    fc.assert(fc.property(sizes, laws.readsBetweenPixels(warp)), runs()))
  it('is the same in the form of the backend and in the portable one', () =>
    fc.assert(fc.property(sizes, laws.sameAsGathered(warp)), runs()))
  it('of one picture by a batch of flows is that of the picture repeated', () =>
    fc.assert(fc.property(sizes, laws.onePictureServesABatch(warp)), runs()))

  describe('differentiated', () => {
    it('by the picture is its adjoint', () => fc.assert(fc.property(sizes, laws.gradientIsTheAdjoint(warp)), runs()))
    it('by the flow is the slope between pixels', () =>
      fc.assert(fc.property(atLeastTwo, laws.flowGradientIsTheSlope(warp)), runs()))
  })
})
