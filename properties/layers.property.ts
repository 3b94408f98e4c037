import * as fc from 'fast-check'
import { it } from 'vitest'
import { leakyRelu, relu, sigmoid } from '../src/nodes/activations.js'
import { add } from '../src/nodes/add.js'
import { batchNorm } from '../src/nodes/batch-norm.js'
import { concat } from '../src/nodes/concat.js'
import { conv2d } from '../src/nodes/conv2d.js'
import { gru } from '../src/nodes/gru.js'
import { instanceNorm } from '../src/nodes/instance-norm.js'
import { beside, cut, drawKeypoints } from '../src/nodes/picture.js'
import { asBatch, extend, first } from '../src/nodes/select.js'
import { flattenMatrices, flattenMeans, linear, readKeypoints } from '../src/nodes/sequences.js'
import { onEveryBackend } from './backends.js'
import * as laws from './laws/layers.laws.js'

const side = fc.integer({ min: 3, max: 6 })
const some = fc.integer({ min: 1, max: 3 })
const few = fc.integer({ min: 1, max: 4 })
const map = fc.record({ b: some, h: side, w: side, c: some, seed: fc.nat() })

onEveryBackend('a layer', (runs) => {
  it('of convolution is the sum of its definition', () =>
    fc.assert(
      fc.property(
        map,
        fc.constantFrom(1, 3),
        some,
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom('same' as const, 'valid' as const),
        laws.convolvesAsDefined(conv2d)
      ),
      runs()
    ))
  it('of convolution starts as the original does', () =>
    fc.assert(fc.property(few, fc.constantFrom(1, 3, 4), some, fc.nat(), laws.convolutionsStartSmall(conv2d)), runs()))
  it('of batch norm is an affine map of each channel', () =>
    fc.assert(fc.property(map, laws.normalisesByItsStatistics(batchNorm)), runs()))
  it('of instance norm brings each channel of each picture to a mean and a deviation', () =>
    fc.assert(fc.property(map, laws.normalisesEachPicture(instanceNorm)), runs()))
  it('of activation is a function of one number', () =>
    fc.assert(
      fc.property(
        map,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        laws.activationsAreFunctions(relu, leakyRelu, sigmoid)
      ),
      runs()
    ))
  it('that joins maps adds them or puts their channels side by side', () =>
    fc.assert(fc.property(map, some, laws.mapsJoin(add, concat)), runs()))
  it('of recurrence is its recurrence', () =>
    fc.assert(fc.property(some, few, some, some, fc.nat(), laws.recursAsDefined(gru)), runs()))
  it('of matrices is a product', () =>
    fc.assert(fc.property(some, few, few, few, fc.nat(), laws.mapsLinearly(linear)), runs()))
})

onEveryBackend('a sequence', (runs) => {
  it('of keypoints is one of vectors', () =>
    fc.assert(
      fc.property(some, few, few, fc.nat(), laws.keypointsAreVectors(flattenMatrices, flattenMeans, readKeypoints)),
      runs()
    ))
  it('is cut or filled up with zeros', () =>
    fc.assert(
      fc.property(
        some,
        few,
        few,
        few,
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        laws.batchesArePicked(first, asBatch, extend)
      ),
      runs()
    ))
})

onEveryBackend('a picture', (runs) => {
  it('stands beside another, or is cut', () =>
    fc.assert(
      fc.property(map, fc.boolean(), some, fc.nat(9), fc.nat(9), laws.picturesStandSideBySide(beside, cut)),
      runs()
    ))
  it('has a disc at each keypoint', () =>
    fc.assert(
      fc.property(
        map,
        fc.integer({ min: 2, max: 5 }),
        fc.double({ min: 0.5, max: 2.5, noNaN: true }),
        fc.boolean(),
        laws.discsLieAtTheKeypoints(drawKeypoints)
      ),
      runs()
    ))
})
