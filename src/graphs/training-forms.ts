/**
 * The forms that nodes take in training.
 *
 * @since 0.1.0
 */
import { bareConvolution, barePhases } from '../nodes/bare.js'
import { batchNormTraining } from '../nodes/batch-norm-training.js'
import { convolutionOf as conv } from '../nodes/conv2d.js'
import type { Primitive } from '../nodes/node.js'
import { normed } from '../nodes/normed.js'
import { record, tensor } from '../nodes/spec.js'
import { graph } from './graph.js'
import type { Rule } from './rewrite.js'

const input = record({ x: tensor('B H W C') })
type Any = Primitive<any, any, any> | undefined

const features = (n: Any): number => (n!.settings as { readonly features: number }).features

/** Batch norm: with the statistics of the batch, and the running ones moved towards them. */
const statistics: Rule = {
  name: 'statistics',
  chain: ['batchNorm'],
  to: ([n]) =>
    graph('statistics', input, ({ x }, { step }) => {
      const { y } = step('batch', batchNormTraining({ features: features(n) }), { x })
      return { y }
    })
}

/** What comes after a convolution, by what of it is there. */
interface After {
  readonly over: 'batch' | 'sample' | 'nothing'
  readonly slope: number
  readonly pool: boolean
}

/** A convolution without bias, then normalisation, activation and pooling in one pass. */
const convolved = (name: string, chain: ReadonlyArray<string>, after: (nodes: ReadonlyArray<Any>) => After): Rule => ({
  name,
  chain,
  to: (nodes) =>
    graph(name, input, ({ x }, { step }) => {
      const bare = step('conv', bareConvolution({ ...conv(nodes[0]), conv: 0 }), { x }).y
      const o = after(nodes)
      const where = o.over === 'nothing' ? { norm: 0, conv: -1 } : { norm: 1, conv: 0 }
      return { y: step('norm', normed({ features: conv(nodes[0]).to, woven: false, ...where, ...o }), { x: bare }).y }
    })
})

const slopeOf = (n: Any): number => (n!.settings as { readonly slope: number }).slope

const down = convolved('down', ['conv2d', 'batchNorm', 'relu', 'avgPool'], () => ({
  over: 'batch',
  slope: 0,
  pool: true
}))
const same = convolved('same', ['conv2d', 'batchNorm', 'relu'], () => ({ over: 'batch', slope: 0, pool: false }))
const judge = convolved('judge', ['conv2d', 'instanceNorm', 'leakyRelu', 'avgPool'], ([, , leaky]) => ({
  over: 'sample',
  slope: slopeOf(leaky),
  pool: true
}))
const firstJudge = convolved('firstJudge', ['conv2d', 'leakyRelu', 'avgPool'], ([, leaky]) => ({
  over: 'nothing',
  slope: slopeOf(leaky),
  pool: true
}))

/** Nearest x2, 3x3 convolution, batch norm, ReLU: four 2x2 convolutions at low resolution, woven as they are normalised. */
const up: Rule = {
  name: 'up',
  chain: ['upsample', 'conv2d', 'batchNorm', 'relu'],
  to: ([, c]) => {
    const { from, to, kernel, groups, padding } = conv(c)
    if (kernel !== 3 || groups !== 1 || padding !== 'same') return undefined
    return graph('up', input, ({ x }, { step }) => {
      const corners = step('conv', barePhases({ from, to, conv: 1 }), { x }).y
      const how = { over: 'batch', slope: 0, pool: false, woven: true, norm: 2, conv: 1 } as const
      return { y: step('norm', normed({ features: to, ...how }), { x: corners }).y }
    })
  }
}

/** Batch norm and ReLU before a convolution. */
const before: Rule = {
  name: 'before',
  chain: ['batchNorm', 'relu'],
  to: ([n]) =>
    graph('before', input, ({ x }, { step }) => {
      const how = { over: 'batch', slope: 0, pool: false, woven: false, norm: 0, conv: -1 } as const
      return { y: step('norm', normed({ features: features(n), ...how }), { x }).y }
    })
}

/**
 * What training computes where evaluation would use running statistics: what the original's `train()` does.
 *
 * @category constructors
 * @since 0.1.0
 */
export const trainingMode: ReadonlyArray<Rule> = [statistics]

/**
 * The same function in fewer passes, longest chain first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const trainingForms: ReadonlyArray<Rule> = [up, down, judge, same, firstJudge, before, statistics]
