import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../src/graphs/compile.js'
import type { GraphError } from '../src/graphs/errors.js'
import { showGraphError } from '../src/graphs/errors.js'
import { type Graph, graph, type Step, toNode, type Wires } from '../src/graphs/graph.js'
import { relu } from '../src/nodes/activations.js'
import { add } from '../src/nodes/add.js'
import { concat } from '../src/nodes/concat.js'
import { conv2d } from '../src/nodes/conv2d.js'
import { writeFilm } from '../src/nodes/media.js'
import { node } from '../src/nodes/node.js'
import { clipMean } from '../src/nodes/relative-motion.js'
import { record, tensor } from '../src/nodes/spec.js'
import { startEngine } from '../src/nodes/tf.js'
import { drawGraph, type Made, ops } from '../src/properties/arbitrary/graphs.js'

const whole = node(
  'whole',
  { inputs: record({ x: tensor('B H W C', 'int32') }), outputs: record({ y: tensor('B H W C', 'int32') }) },
  ({ x }) => ({ y: x })
)
const conv = (from: number, to: number) => conv2d({ from, to, kernel: 1, groups: 1, padding: 'same', start: 'uniform' })
const wires = (w: object) => w as unknown as Wires<any>

/** A mistake: the steps, outputs or side outputs that make it, and how it is reported. `n` tells mistakes of one kind apart. */
interface Mistake {
  readonly steps: ReadonlyArray<Step>
  readonly taps?: Readonly<Record<string, string>>
  readonly outputs?: Readonly<Record<string, string>>
  readonly reports: ReadonlyArray<readonly [tag: GraphError['_tag'], at: string]>
}
const step = (id: string, n: Step['node'], w: object, scope = id): Step => ({ id, node: n, scope, wires: wires(w) })

/** Everything that can be wrong with a graph over `x` [B, H, W, 2] and `y` [B, H, W, 3]. */
const mistakes: Readonly<Record<string, (id: string) => Mistake>> = {
  'a wire from nowhere': (id) => ({
    steps: [step(id, relu, { x: 'nowhere.y' })],
    reports: [['UnknownWire', `${id}.x`]]
  }),
  'a wire that is missing': (id) => ({
    steps: [step(id, add, { a: 'in.x' })],
    reports: [['UnknownWire', `${id}.b`]]
  }),
  'a wire from a later step': (id) => ({
    steps: [step(id, relu, { x: `${id}later.y` }), step(`${id}later`, relu, { x: 'in.x' })],
    reports: [['UnknownWire', `${id}.x`]]
  }),
  'an output from nowhere': (id) => ({
    steps: [],
    outputs: { [id]: 'nowhere.y' },
    reports: [['UnknownWire', `out.${id}`]]
  }),
  'a side output from nowhere': (id) => ({
    steps: [],
    taps: { [id]: 'nowhere.y' },
    reports: [['UnknownWire', `tap.${id}`]]
  }),
  'two steps of one name': (id) => ({
    steps: [step(id, relu, { x: 'in.x' }), step(id, relu, { x: 'in.x' })],
    reports: [['DuplicateStep', id]]
  }),
  'a step that takes the place of another': (id) => ({
    steps: [
      step(`${id}.a`, relu, { x: 'in.x' }),
      step(id, toNode(graph('g', record({ x: tensor('B H W C') }), ({ x }, d) => d.step('a', relu, { x }))), {
        x: 'in.x'
      })
    ],
    reports: [['DuplicateStep', `${id}.a`]]
  }),
  'another rank': (id) => ({
    steps: [step(id, clipMean, { mean: 'in.x' })],
    reports: [['RankConflict', `${id}.mean`]]
  }),
  'another dtype': (id) => ({
    steps: [step(id, whole, { x: 'in.x' })],
    reports: [['DtypeConflict', `${id}.x`]]
  }),
  'another number of channels': (id) => ({
    steps: [step(id, conv(5, 1), { x: 'in.x' })],
    reports: [['SizeConflict', `${id}.x[3]`]]
  }),
  'two sizes that differ': (id) => ({
    steps: [step(id, add, { a: 'in.x', b: 'in.y' })],
    reports: [['SizeConflict', `${id}.b[3]`]]
  }),
  'height in the place of width': (id) => ({
    steps: [
      step(
        id,
        node(
          'turn',
          { inputs: record({ x: tensor('B H W C'), z: tensor('B W H C') }), outputs: record({}) },
          () => ({})
        ),
        { x: 'in.x', z: 'in.x' }
      )
    ],
    reports: [
      ['SizeConflict', `${id}.z[1]`],
      ['SizeConflict', `${id}.z[2]`]
    ]
  }),
  'a sink without a source': (id) => ({
    steps: [step(id, writeFilm({ path: 'a', timing: 'film', audio: false }), { frames: 'in.y' })],
    reports: [
      ['BadDoor', 'sources'],
      ['BadDoor', 'in.x'],
      ['BadDoor', 'in.y'],
      ['BadDoor', `${id}.timing`]
    ]
  }),
  'weights of two shapes under one name': (id) => ({
    steps: [step(id, conv(2, 2), { x: 'in.x' }), step(`${id}other`, conv(3, 2), { x: 'in.y' }, id)],
    reports: [['WeightConflict', `${id}.weight`]]
  })
}
const kinds = Object.keys(mistakes)

const reported = (g: Graph<any, any>): ReadonlyArray<GraphError> => {
  const program = compile(g)
  return E.isLeft(program) ? program.left : []
}
/** A graph with mistakes among its steps. */
const spoilt = (g: Graph<any, any>, planted: ReadonlyArray<Mistake>, at: number): Graph<any, any> => {
  const place = at % (g.steps.length + 1)
  return {
    ...g,
    steps: [...g.steps.slice(0, place), ...planted.flatMap((m) => m.steps), ...g.steps.slice(place)],
    outputs: Object.assign({}, g.outputs, ...planted.map((m) => m.outputs ?? {})),
    taps: Object.assign({}, g.taps, ...planted.map((m) => m.taps ?? {}))
  }
}

describe('compile', () => {
  beforeAll(() => startEngine())

  it('reports every mistake at once, and nothing else', () =>
    fc.assert(
      fc.property(ops(6), fc.subarray(kinds, { minLength: 1 }), fc.nat(), (o, names, at) => {
        const planted = names.map((name, i) => mistakes[name]!(`bad${i}`))
        const errors = reported(spoilt(drawGraph(o), planted, at)).map((e) => `${e._tag} ${e.at}`)
        expect([...errors].sort()).toEqual(
          planted.flatMap(({ reports }) => reports.map(([tag, where]) => `${tag} ${where}`)).sort()
        )
      }),
      { numRuns: 200 }
    ))

  it('reports the mistakes of a nested graph by their path', () =>
    fc.assert(
      fc.property(fc.subarray(kinds, { minLength: 1 }), (names) => {
        const planted = names.map((name, i) => mistakes[name]!(`bad${i}`))
        const inner = spoilt(drawGraph([]), planted, 0)
        const outer = graph('outer', inner.inputs, (x, { step: draw }) => ({
          out: (draw('deep', toNode(inner), x as never) as unknown as Wires<Made>).out
        }))
        const errors = reported(outer).map((e) => `${e._tag} ${e.at}`)
        expect([...errors].sort()).toEqual(
          planted
            .flatMap(({ reports }) =>
              // doors are judged for the whole program
              reports.map(([tag, where]) => `${tag} ${/^(sources|in\.\w)$/.test(where) ? '' : 'deep.'}${where}`)
            )
            .sort()
        )
      })
    ))

  it('says what was due and what came in words', () => {
    const planted = kinds.map((name, i) => mistakes[name]!(`bad${i}`))
    for (const e of reported(spoilt(drawGraph([]), planted, 0)))
      expect(showGraphError(e)).toMatch(
        /: (two steps have this name|no step before it makes \S.*|expected \S.*, actual \S.*)$/
      )
  })

  it('never throws, whatever the wires', () =>
    fc.assert(
      fc.property(
        ops(6),
        fc.array(
          fc.tuple(fc.nat(), fc.constantFrom('in.x', 'in', '', 's0', 's1.y', 's2.image', '.', 'in.z', '__proto__'))
        ),
        (o, changes) => {
          const g = drawGraph(o)
          const steps = g.steps.map((s, i) => {
            const change = changes.find(([at]) => at % g.steps.length === i)
            return change === undefined ? s : { ...s, wires: wires({ x: change[1], a: change[1], image: change[1] }) }
          })
          for (const e of reported({ ...g, steps })) expect(e.at).not.toBe('')
        }
      )
    ))

  it('knows a step that hides an input, and two that write the same', () => {
    const x = record({ y: tensor('B H W 2') })
    const hidden = graph('g', x, ({ y }, d) => d.step('in', relu, { x: y }))
    expect(reported(hidden)).toEqual([{ _tag: 'DuplicateStep', at: 'in' }])
    const join = concat({ a: 2, b: 2 })
    const within = graph('g', x, ({ y }, d) => ({
      z: d.step('deep', toNode(hidden), { y }).y,
      w: d.step('j', join, { a: y, b: y }).y
    }))
    expect(reported(within)).toEqual([{ _tag: 'DuplicateStep', at: 'deep.in' }])
  })
})
