import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { catalogue } from '../src/nodes/catalogue.js'
import type { Primitive } from '../src/nodes/node.js'
import { onEveryBackend } from './backends.js'
import { keepsItsSignature } from './laws/nodes.laws.js'

const some = fc.integer({ min: 1, max: 3 })
const yes = fc.boolean()
const mode = fc.constantFrom('nearest', 'trilinear')
const padding = fc.constantFrom('same', 'valid')
const variance = fc.constantFrom('matrix', 'single', 0.01)
const channels = fc.record({ from: some, to: some })
const convolution = fc
  .record({ from: some, to: some, kernel: fc.constantFrom(1, 3, 4), groups: fc.constantFrom(1, 1, 2), padding })
  .map((c) => ({
    ...c,
    from: c.from * c.groups,
    to: c.to * c.groups,
    padding: c.kernel === 4 ? ('valid' as const) : c.padding
  }))

/** Random settings of every kind that has some; a kind that is missing here fails the test. */
const settings: Readonly<Record<string, fc.Arbitrary<object>>> = {
  leakyRelu: fc.record({ slope: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  adaptVariance: fc.record({ variance: fc.constantFrom('matrix', 'single') }),
  avgPool: fc.record({ even: yes }),
  batchNorm: fc.record({ features: some }),
  instanceNorm: fc.record({ features: some }),
  concat: fc.record({ a: some, b: some }),
  conv2d: convolution.map((c) => ({ ...c, start: 'uniform' })),
  affineRelu: fc.constant({}),
  convolve: fc.record({ kernel: fc.constantFrom(1, 3), padding, relu: yes }),
  convolveOnto: fc.record({ kernel: fc.constantFrom(1, 3), padding }),
  convolvePhases: fc.record({ to: some }),
  foldAffine: fc.record({ features: some }),
  foldNorm: convolution.map(({ padding: _, ...c }) => c),
  ownKernel: convolution.map(({ padding: _, ...c }) => c),
  foldPhases: channels,
  motionMask: fc.record({ keypoints: some }),
  gaussian2kp: fc.record({ variance, clip: fc.constantFrom(0, 0.01) }),
  kp2gaussian: fc.record({ variance }),
  gru: fc.record({ from: some, features: some, layer: fc.nat(2) }),
  normaliseHeatmap: fc.record({ by: fc.constantFrom('sum', 10) }),
  interleave: fc
    .record({ heatmap: yes, difference: yes, channels: fc.nat(2), background: yes })
    .filter((i) => i.heatmap || i.difference || i.channels > 0),
  keypointDifference: fc.record({ background: yes }),
  cut: fc.record({ top: fc.nat(1), left: fc.nat(1), height: some, width: some }),
  drawKeypoints: fc.record({ radius: some }),
  toSize: fc.record({ height: some, width: some }),
  shiftRight: fc.record({ pixels: fc.nat(3) }),
  constantScale: fc.record({ value: fc.double({ min: -2, max: 2, noNaN: true }) }),
  rescale: fc.record({ factor: fc.integer({ min: 300, max: 3000 }).map((n) => n / 1000) }),
  resize: fc.record({ mode }),
  asSequence: fc.record({ dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  beginWith: fc.record({ keep: some, dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  holdStep: fc.record({ at: fc.nat(3), frames: some, dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  framesAt: fc.record({ dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  extend: fc.record({ keep: some, frames: some }),
  first: fc.record({ dims: fc.constantFrom('K 2', 'H W 3', '', 'K 2 2') }),
  linear: channels,
  readKeypoints: fc.record({ keypoints: some, matrices: yes }),
  spatialSoftmax: fc.record({ temperature: fc.constantFrom(0.1, 1) })
}

const kinds = Object.entries(catalogue).flatMap(([kind, entry]) =>
  typeof entry === 'function'
    ? /^((read|write)(Film|Frame|Picture|Beginning)|countFrames)$/.test(kind)
      ? []
      : [[kind, settings[kind]?.map((s) => entry(s) as Primitive<any, any, any>)] as const]
    : [[kind, fc.constant(entry)] as const]
)

it('a kind of node has random settings here', () =>
  expect(kinds.filter(([, nodes]) => nodes === undefined).map(([kind]) => kind)).toEqual([]))

onEveryBackend('a node', (runs) => {
  for (const [kind, nodes] of kinds)
    if (nodes !== undefined)
      it(`(${kind}) keeps its signature`, () =>
        fc.assert(
          fc.property(nodes, fc.integer({ min: 1, max: 2 ** 30 }), (made, seed) => keepsItsSignature(made, seed, 2)),
          runs(kind === 'rescale' ? 30 : 5)
        ))
})
