import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Map4 } from '../src/graphs/blocks.js'
import { fastForms } from '../src/graphs/fast-forms.js'
import { graph } from '../src/graphs/graph.js'
import type { Rule } from '../src/graphs/rewrite.js'
import { catalogue } from '../src/nodes/catalogue.js'
import type { Primitive } from '../src/nodes/node.js'
import { record, tensor } from '../src/nodes/spec.js'
import * as tf from '../src/nodes/tf.js'
import { onEveryBackend } from './backends.js'
import { compiled, rewrittenIsRun } from './laws/programs.laws.js'
import { drawn, numbers } from './laws/tensors.js'

type Layer = Primitive<{ readonly x: tf.Tensor4D }, { readonly y: tf.Tensor4D }>
type Drawn = { readonly settings: object; readonly channels: number }

/** Random settings of each kind that a chain may have, for a map of `channels`, and the channels it makes. */
const settings: Readonly<Record<string, (channels: number, next: () => number) => Drawn>> = {
  conv2d: (from, next) => {
    const kernel = [1, 3, 3, 3][Math.floor(next() * 4)]!
    const groups = next() < 0.7 || from % 2 === 1 ? 1 : 2
    const to = groups * (1 + Math.floor(next() * 3))
    const padding = next() < 0.7 ? 'same' : 'valid'
    return { settings: { from, to, kernel, groups, padding, start: 'uniform' }, channels: to }
  },
  batchNorm: (features) => ({ settings: { features }, channels: features }),
  relu: (channels) => ({ settings: {}, channels }),
  upsample: (channels) => ({ settings: {}, channels })
}

/** The chain of a rule as a graph of its own nodes, with random settings. */
const chainOf = (rule: Rule, channels: number, seed: number) => {
  const next = numbers(seed)
  return graph(rule.name, record({ x: tensor(`B H W ${channels}` as 'B H W C') }), ({ x }, { step }) => {
    let wire: Map4 = x
    let c = channels
    rule.chain.forEach((kind, i) => {
      const draw = settings[kind]
      const entry = catalogue[kind]
      if (draw === undefined || entry === undefined) throw new Error(`no random settings for ${kind}: add them here`)
      const { settings: s, channels: made } = draw(c, next)
      const node = (typeof entry === 'function' ? entry(s) : entry) as Layer
      wire = step(`n${i}`, node, { x: wire }).y
      c = made
    })
    return { y: wire }
  })
}

const side = fc.integer({ min: 3, max: 7 })
const map = fc.record({ b: fc.integer({ min: 1, max: 2 }), h: side, w: side, c: fc.integer({ min: 1, max: 4 }) })

onEveryBackend('a fast form', (runs) => {
  for (const rule of fastForms)
    it(`(${rule.name}) is the chain ${rule.chain.join(', ')}`, () => {
      let applied = 0
      fc.assert(
        fc.property(map, fc.integer({ min: 1, max: 2 ** 30 }), ({ b, h, w, c }, seed) => {
          const chain = chainOf(rule, c, seed)
          const same = compiled(chain, { rules: [rule] }).plan.map((l) => l.node.kind)
          applied += same.length > 0 && same.join() !== rule.chain.join() ? 1 : 0
          tf.tidy(() => rewrittenIsRun([rule])(chain, { x: drawn<tf.Rank.R4>([b, h, w, c], seed) }, seed, false))
        }),
        { ...runs(20), endOnFailure: false }
      )
      expect(applied).toBeGreaterThan(0)
    })
})
