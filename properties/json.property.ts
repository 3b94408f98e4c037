import * as fc from 'fast-check'
import { beforeAll, describe, it } from 'vitest'
import { type Graph, graph, toNode } from '../src/graphs/graph.js'
import { toJson } from '../src/graphs/json.js'
import { named } from '../src/graphs/named.js'
import { relu } from '../src/nodes/activations.js'
import { clipMean } from '../src/nodes/relative-motion.js'
import { first } from '../src/nodes/select.js'
import { record, tensor } from '../src/nodes/spec.js'
import { startEngine } from '../src/nodes/tf.js'
import { purposes } from '../src/properties/arbitrary/configs.js'
import { drawGraph, ops } from '../src/properties/arbitrary/graphs.js'
import * as laws from '../src/properties/laws/written.js'

/** Every place of a JSON value, as the keys that lead to it. */
const places = (u: unknown, at: ReadonlyArray<string> = []): ReadonlyArray<ReadonlyArray<string>> => [
  at,
  ...(typeof u === 'object' && u !== null ? Object.entries(u).flatMap(([k, v]) => places(v, [...at, k])) : [])
]
type Change = (old: unknown, holder: Record<string, unknown>, key: string) => void

/** A JSON value with one place of it changed. */
const changed = (u: unknown, at: ReadonlyArray<string>, change: Change): unknown => {
  const root: Record<string, unknown> = { all: structuredClone(u) }
  let holder = root
  for (const key of ['all', ...at].slice(0, -1)) holder = holder[key] as Record<string, unknown>
  const key = ['all', ...at].at(-1)!
  change(holder[key], holder, key)
  return root.all
}

// names that objects have already, paths through them, numbers and texts at the edges of what is read
const name = fc.constantFrom(
  ...[
    '__proto__',
    'constructor',
    'constructor.keys',
    'constructor.prototype',
    'toString',
    'leaves',
    'validate',
    '',
    '.'
  ],
  ...['x', 'y', 'x.leaves', 'x.validate', 'a.b.c', 'in', 's0', 'in.x', 's0.y', 'conv', '0']
)
const text = fc.oneof(
  name,
  fc.constantFrom(
    'float32[B H W 2]',
    'float32[B (H W]',
    'int32[B 2]',
    'float32[]',
    'float32[B/K H]',
    'float32[1e-7*B]',
    'bool[B]'
  ),
  fc.string({ maxLength: 6 })
)
const number = fc.oneof(fc.constantFrom(0, -1, 0.5, 1e-7, 1e21, 1e300, 2 ** 31, -0), fc.integer({ min: -9, max: 99 }))
const value = fc.oneof(text, number, fc.constantFrom(null, true, false, [], {}), fc.jsonValue({ maxDepth: 2 }))
const change: fc.Arbitrary<Change> = fc.oneof(
  value.map(
    (v): Change =>
      (_, holder, key) => {
        holder[key] = v
      }
  ),
  fc.constant<Change>((_, holder, key) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else delete holder[key]
  }),
  name.map(
    (n): Change =>
      (old, holder, key) => {
        delete holder[key]
        Object.defineProperty(holder, n, { value: old, enumerable: true, configurable: true, writable: true })
      }
  ),
  name.map(
    (n): Change =>
      (old, holder) => {
        Object.defineProperty(holder, n, { value: old, enumerable: true, configurable: true, writable: true })
      }
  ),
  fc.constant<Change>((old, holder) => {
    if (Array.isArray(holder)) holder.push(old)
  })
)
const mutated = (written: fc.Arbitrary<Graph<any, any>>) =>
  fc.tuple(written, fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 3 })).map(([g, changes]) =>
    changes.reduce<unknown>(
      (json, [at, f]) => {
        const all = places(json)
        return changed(json, all[at % all.length]!, f)
      },
      JSON.parse(JSON.stringify(toJson(g)))
    )
  )

const original = fc
  .tuple(purposes, fc.constantFrom(...Object.values(named)))
  .map(([purpose, { build }]) => build(purpose) as Graph<any, any>)

describe('a graph as JSON', () => {
  beforeAll(() => startEngine())

  it('with anything in it changed is read or refused', () =>
    fc.assert(fc.property(mutated(ops(6).map((o) => drawGraph(o))), laws.isReadOrRefused), { numRuns: 500 }))
  it('of the original, with anything in it changed, is read or refused', () =>
    fc.assert(fc.property(mutated(original), laws.isReadOrRefused), { numRuns: 60 }))
  it('that is any value is read or refused', () =>
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), laws.isReadOrRefused)))

  it('may take and give a tensor alone, nest without end in sight, and have any names', () => {
    const alone = graph('alone', tensor('B H W C'), (x, { step }) => step('r', relu, { x }).y)
    laws.roundTrips(alone)
    const outer = graph('outer', record({ a: record({ b: tensor('B H W 2') }) }), ({ a }, { step }) => ({
      z: step('inner', toNode(alone), a.b)
    }))
    laws.roundTrips(outer)
    const dotted = graph('dotted', record({ leaves: tensor('B K 2'), validate: tensor('K 2') }), (x, { step }) => ({
      mean: step('clip it', clipMean, { mean: x.leaves }).mean,
      one: step('first', first({ dims: '2' }), { x: x.validate }).y
    }))
    laws.roundTrips(dotted)
    let deep: Graph<any, any> = alone
    for (let i = 0; i < 50; i++) {
      const inside = deep
      deep = graph(`deep${i}`, tensor('B H W C'), (x, { step }) => step('in side', toNode(inside), x as never))
    }
    laws.roundTrips(deep)
  })

  it('that is nested beyond reason is refused', () => {
    let wires: unknown = 'in.x'
    for (let i = 0; i < 50_000; i++) wires = { x: wires }
    laws.isReadOrRefused({ name: 'g', inputs: {}, steps: [], outputs: wires, taps: {} })
    let steps: unknown = []
    for (let i = 0; i < 20_000; i++)
      steps = [
        { id: 's', scope: 's', wires: {}, node: { graph: { name: 'g', inputs: {}, steps, outputs: {}, taps: {} } } }
      ]
    laws.isReadOrRefused({ name: 'g', inputs: {}, steps, outputs: {}, taps: {} })
  })
})
