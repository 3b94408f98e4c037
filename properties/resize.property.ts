import * as fc from 'fast-check'
import { it } from 'vitest'
import { avgPool } from '../src/nodes/avg-pool.js'
import { toSize } from '../src/nodes/picture.js'
import { every, rescale, resize } from '../src/nodes/resize.js'
import { upsample } from '../src/nodes/upsample.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/resize.laws.js'

const side = fc.integer({ min: 1, max: 9 })
const some = fc.integer({ min: 1, max: 3 })
const sizes = fc.record({ b: some, h: side, w: side, c: some, toH: side, toW: side, seed: fc.nat() })
const mode = fc.constantFrom('nearest' as const, 'trilinear' as const)
const number = fc.double({ min: -3, max: 3, noNaN: true })
const factor = fc.oneof(fc.constantFrom(0.25, 0.5, 1, 2), fc.double({ min: 0.15, max: 2.5, noNaN: true }))

onEveryBackend('resizing', (runs) => {
  it('keeps a constant', () =>
    fc.assert(fc.property(sizes, mode, number, factor, laws.constantsStay(resize, rescale)), runs()))
  it('to the same size changes nothing', () =>
    fc.assert(fc.property(sizes, mode, laws.sameSizeIsTheIdentity(resize, rescale)), runs()))
  it('nearest reads one pixel', () => fc.assert(fc.property(sizes, laws.nearestReadsOnePixel(resize)), runs(20)))
  it('by a factor reads one pixel', () =>
    fc.assert(fc.property(sizes, factor, laws.rescalingReadsOnePixel(rescale)), runs(20)))
  it('by a whole factor is a gather', () =>
    fc.assert(fc.property(sizes, some, some, laws.everyIsAGather(every)), runs()))
  it('trilinear reads between pixel centres', () =>
    fc.assert(fc.property(sizes, laws.trilinearReadsBetweenCentres(resize)), runs(20)))
  it('is linear, with its adjoint for a gradient', () =>
    fc.assert(fc.property(sizes, mode, number, laws.resizingIsLinear(resize)), runs()))
})

onEveryBackend('upsampling', (runs) => {
  it('is resizing to the double size', () =>
    fc.assert(fc.property(sizes, laws.upsamplingIsResizing(upsample, resize, rescale)), runs()))
  it('is undone by pooling, which takes means', () =>
    fc.assert(fc.property(sizes, laws.poolingIsTheMean(avgPool, upsample)), runs()))
})

onEveryBackend('a picture for people', (runs) => {
  it('is enlarged between pixel centres', () =>
    fc.assert(fc.property(sizes, laws.enlargingIsTrilinear(toSize, resize)), runs()))
})
