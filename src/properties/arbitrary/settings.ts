/**
 * Nodes of every kind, with random settings.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { Entry, Primitive } from '../../nodes/node.js'

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

const weight = fc.integer({ min: 1, max: 20 }).map((n) => n / 2)
const dims = fc.constantFrom('K 2', 'H W 3', '', '3 3 5 7')

/** As many channels as vectors of any width leave a rest of. */
const features = fc.oneof(some, fc.integer({ min: 1, max: 37 }))
const normed = fc
  .record({
    features,
    over: fc.constantFrom('batch', 'sample', 'nothing'),
    slope: fc.constantFrom(0, 0.2),
    form: fc.nat(2),
    bias: yes
  })
  .map(({ form, bias, ...n }) => ({
    ...n,
    pool: form === 1,
    woven: form === 2,
    norm: n.over === 'nothing' ? 0 : 1,
    conv: bias && n.over !== 'nothing' ? 0 : -1
  }))

/** Random settings of every kind that has some. */
export const settings: Readonly<Record<string, fc.Arbitrary<object>>> = {
  leakyRelu: fc.record({ slope: fc.double({ min: 0, max: 0.5, noNaN: true }) }),
  adaptVariance: fc.record({ variance: fc.constantFrom('matrix', 'single') }),
  avgPool: fc.record({ even: yes }),
  absoluteLoss: fc.record({ weight }),
  adam: fc.record(
    {
      dims: fc.constantFrom('', '3', '3 3 5 7'), // of a weight: its sizes are known
      first: fc.constantFrom(0.5, 0.9),
      second: fc.constantFrom(0.99, 0.999)
    },
    { requiredKeys: ['dims'] }
  ),
  bareConvolution: convolution.map((c) => ({ ...c, conv: 0 })),
  barePhases: fc.record({ from: some, to: some, conv: fc.nat(2) }),
  batchNormTraining: fc.record({ features: some }),
  detach: fc.record({ dims }),
  halves: fc.record({ dims: fc.constantFrom('K 2', 'H W 3') }),
  normed,
  one: fc.constant({}),
  pair: fc.record({ dims: fc.constantFrom('K 2', 'H W 3') }),
  sequenceLoss: fc.record({ from: fc.nat(3), dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  squaredLoss: fc.record({ weight, target: fc.constantFrom(0, 1) }),
  sum: fc.record({ of: some, dims }),
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
  asSequence: fc.record({ dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  beginWith: fc.record({ keep: some, dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  holdStep: fc.record({ at: fc.nat(3), frames: some, dims: fc.constantFrom('K 2', 'K 2 2', '') }),
  framesAt: fc.record({ dims: fc.constantFrom('K 2', 'K 2 2', '') }),
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
  renewed: fc.record({ dims: fc.constantFrom('3 2', '') }),
  shiftRight: fc.record({ pixels: fc.nat(3) }),
  oneEuro: fc.record({
    minCutoff: fc.double({ min: 0.1, max: 5, noNaN: true }),
    beta: fc.double({ min: 0, max: 2, noNaN: true }),
    derivativeCutoff: fc.double({ min: 0.5, max: 5, noNaN: true })
  }),
  constantScale: fc.record({ value: fc.double({ min: -2, max: 2, noNaN: true }) }),
  rescale: fc.record({
    factor: fc.oneof(
      fc.constantFrom(0.25, 0.5, 1, 2),
      fc.integer({ min: 300, max: 3000 }).map((n) => n / 1000)
    )
  }),
  resize: fc.record({ mode }),
  extend: fc.record({ keep: some, frames: some }),
  first: fc.record({ dims: fc.constantFrom('K 2', 'H W 3', '', 'K 2 2') }),
  linear: channels,
  readKeypoints: fc.record({ keypoints: some, matrices: yes }),
  spatialSoftmax: fc.record({ temperature: fc.constantFrom(0.1, 1) })
}

/**
 * Nodes of a kind with random settings; nothing for a kind of ours that has none, a source or a sink. For a kind of your own,
 * give the settings.
 *
 * @category generators
 * @since 0.1.0
 */
export const nodes = (
  entry: Entry,
  drawn: fc.Arbitrary<object> | undefined = settings[entry.kind]
): fc.Arbitrary<Primitive<any, any, any>> | undefined =>
  typeof entry === 'function'
    ? drawn?.map((s) => entry(s) as Primitive<any, any, any>)
    : fc.constant(entry as Primitive<any, any, any>)
