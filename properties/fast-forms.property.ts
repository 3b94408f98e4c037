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
import { inputsOf } from '../src/properties/arbitrary/inputs.js'
import { rewrittenIsRun } from '../src/properties/laws/graphs.js'
import { compiled } from '../src/properties/laws/programs.js'
import { numbers } from '../src/properties/tensors.js'
import { onEveryBackend } from './backends.js'

type Layer = Primitive<{ readonly x: tf.Tensor4D }, { readonly y: tf.Tensor4D }>
/** A map in a chain: its channels, and its sides as functions of those of the input. */
interface Reached {
  readonly channels: number
  readonly side: (n: string) => string
}
type Draw = (reached: Reached, next: () => number) => Reached & { readonly settings: object }

/** Random settings of each kind that a chain may have, and what it makes of a map. */
const settings: Readonly<Record<string, Draw>> = {
  conv2d: ({ channels: from, side }, next) => {
    const kernel = [1, 3, 3, 3][Math.floor(next() * 4)]!
    const groups = next() < 0.7 || from % 2 === 1 ? 1 : 2
    const to = groups * (1 + Math.floor(next() * 3))
    const padding = next() < 0.7 ? 'same' : 'valid'
    const less = padding === 'same' ? 0 : kernel - 1
    return {
      settings: { from, to, kernel, groups, padding, start: 'uniform' },
      channels: to,
      side: (n) => `${side(n)}-${less}`
    }
  },
  batchNorm: (reached) => ({ ...reached, settings: { features: reached.channels } }),
  relu: (reached) => ({ ...reached, settings: {} }),
  add: (reached) => ({ ...reached, settings: {} }),
  upsample: ({ channels, side }) => ({ settings: {}, channels, side: (n) => `2*(${side(n)})` })
}

/** The chain of a rule as a graph of its own nodes, with random settings; the map that is added comes from outside. */
const chainOf = (rule: Rule, channels: number, seed: number) => {
  const next = numbers(seed)
  let reached: Reached = { channels, side: (n) => n }
  const nodes = rule.chain.map((kind) => {
    const [draw, entry] = [settings[kind], catalogue[kind]]
    if (draw === undefined || entry === undefined) throw new Error(`no random settings for ${kind}: add them here`)
    const { settings: s, ...made } = draw(reached, next)
    reached = made
    return (typeof entry === 'function' ? entry(s) : entry) as Layer
  })
  const { side } = reached
  const inputs = record({
    x: tensor(`B H W ${channels}` as 'B H W C'),
    other: tensor(`B ${side('H')} ${side('W')} ${reached.channels}` as 'B H W C')
  })
  const [chained, added] = next() < 0.5 ? ['a', 'b'] : ['b', 'a']
  return graph(rule.name, inputs, ({ x, other }, { step }) => ({
    y: nodes.reduce<Map4>((wire, node, i) => {
      const wires = node.kind === 'add' ? { [chained!]: wire, [added!]: other } : { x: wire }
      return step(`n${i}`, node, wires as { readonly x: Map4 }).y
    }, x)
  }))
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
          tf.tidy(() => {
            const inputs = inputsOf(compiled(chain), seed, { B: b, H: h, W: w })
            rewrittenIsRun([rule])(chain, inputs, seed, false)
          })
        }),
        { numRuns: runs(60), endOnFailure: false }
      )
      expect(applied).toBeGreaterThan(0)
    })
})
