import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { graph, toNode } from '../../src/graphs/graph.js'
import { fromJson, sameGraph, toJson } from '../../src/graphs/json.js'
import { leakyRelu, relu } from '../../src/nodes/activations.js'
import { catalogue } from '../../src/nodes/catalogue.js'
import { conv2d } from '../../src/nodes/conv2d.js'
import { readPicture, writeFilm } from '../../src/nodes/media.js'
import { frameTimes, recall, remember } from '../../src/nodes/memory.js'
import { record, tensor } from '../../src/nodes/spec.js'
import { startEngine } from '../../src/nodes/tf.js'

const small = graph('small', record({ x: tensor('B H W 3') }), ({ x }, { step, tap }) => {
  const inner = graph('inner', tensor('B H W C'), (y, draw) => draw.step('r', relu, { x: y }).y)
  const settings = { from: 3, to: 2, kernel: 1, groups: 1, padding: 'same' as const, start: [0, 1] }
  const y = step('c', conv2d(settings), { x: step('deep', toNode(inner), x) }, 'net').y
  tap('conv', y)
  return { out: step('l', leakyRelu({ slope: 0.2 }), { x: y }).y, x }
})

const written = {
  name: 'small',
  inputs: { x: 'float32[B H W 3]' },
  steps: [
    {
      id: 'deep',
      scope: 'deep',
      node: {
        graph: {
          name: 'inner',
          inputs: { '': 'float32[B H W C]' },
          steps: [{ id: 'r', scope: 'r', node: { kind: 'relu', settings: {} }, wires: { x: 'in' } }],
          outputs: 'r.y',
          taps: {}
        }
      },
      wires: 'in.x'
    },
    {
      id: 'c',
      scope: 'net',
      node: {
        kind: 'conv2d',
        settings: { from: 3, to: 2, kernel: 1, groups: 1, padding: 'same', start: [0, 1] }
      },
      wires: { x: 'deep' }
    },
    { id: 'l', scope: 'l', node: { kind: 'leakyRelu', settings: { slope: 0.2 } }, wires: { x: 'c.y' } }
  ],
  outputs: { out: 'l.y', x: 'in.x' },
  taps: { conv: 'c.y' }
}

const refused = (u: unknown): ReadonlyArray<string> => {
  const read = fromJson(catalogue, u)
  return E.isLeft(read) ? read.left.map((e) => `${e.at}: expected ${e.expected}, actual ${e.actual}`) : []
}
const withStep = (i: number, change: object) => ({
  ...written,
  steps: written.steps.map((s, j) => (i === j ? { ...s, ...change } : s))
})

describe('a graph as JSON', () => {
  beforeAll(() => startEngine())

  it('is its steps by kind and settings, and its wires', () => expect(toJson(small)).toEqual(written))

  it('reads back the same', () => {
    const read = fromJson(catalogue, JSON.parse(JSON.stringify(written)))
    if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
    expect(sameGraph(read.right, small)).toBe(true)
    expect(sameGraph({ ...read.right, name: 'other' }, small)).toBe(false)
  })

  it('keeps sources and sinks as what they are', () => {
    const picture = { path: 'a', height: 2, width: 3, fit: 'pad', strip: { height: 1, width: 2 } } as const
    const g = graph('film', record({}), (_, { step }) => {
      const { image } = step('in put', readPicture(picture), {})
      const { seconds } = step('times', frameTimes({ starts: [0.5, 2] }), {})
      const { x } = step('before', recall({ name: 'picture', dims: '1 2 3 3' }), {})
      step('after', remember({ name: 'picture', dims: '1 2 3 3' }), { x: image })
      step('out put', writeFilm({ path: 'b', timing: 'in put', audio: false }), { frames: image })
      return { seconds, x }
    })
    const read = fromJson(catalogue, JSON.parse(JSON.stringify(toJson(g))))
    if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
    expect(read.right.steps.map((s) => s.node._tag)).toEqual(['Source', 'Source', 'Source', 'Sink', 'Sink'])
    expect(toJson(read.right)).toEqual(toJson(g))
  })

  it('is refused with the place, what was due and what came', () => {
    expect(refused(3)).toEqual(['graph: expected graph, actual 3'])
    expect(refused({ ...written, name: 3 })).toEqual(['graph.name: expected string, actual 3'])
    expect(refused(withStep(2, { node: { kind: 'nobody', settings: {} } }))[0]).toMatch(
      /^graph.steps.2\(l\).node.kind: expected a node kind: one of leakyRelu, relu, .* and \d+ more, actual nobody$/
    )
    expect(refused(withStep(2, { node: { kind: 'leakyrelu', settings: {} } }))).toEqual([
      'graph.steps.2(l).node.kind: expected a node kind: leakyRelu, perhaps, actual leakyrelu'
    ])
    expect(refused(withStep(2, { node: { kind: 'leakyRelu', settings: { slope: 'steep' } } }))).toEqual([
      'graph.steps.2(l).node.settings.slope: expected number, actual "steep"'
    ])
    expect(refused(withStep(2, { node: { kind: 'leakyRelu', settings: {} } }))).toEqual([
      'graph.steps.2(l).node.settings.slope: expected number, actual nothing'
    ])
    expect(refused({ ...written, inputs: { x: 'float64[B]', y: 'float32[B/K]' } })).toEqual([
      'graph.inputs.x: expected a dtype and dims, such as float32[B H W 3], actual float64[B]',
      'graph.inputs.y: expected a dtype and dims, such as float32[B H W 3], actual float32[B/K]'
    ])
  })

  it('is refused where a node cannot be made of its settings', () => {
    const conv = (change: object) =>
      refused(withStep(1, { node: { kind: 'conv2d', settings: { ...written.steps[1]!.node.settings, ...change } } }))
    expect(conv({ groups: 2 })).toEqual([
      'graph.steps.1(c).node.settings: expected settings that make a node, actual Error: a weight of size 3/2'
    ])
    expect(conv({ groups: 0 })[0]).toContain('a weight of size Infinity')
    expect(conv({ to: -1 })[0]).toContain('whole number')
    expect(conv({ to: 1.5 })).toEqual(['graph.steps.1(c).node.settings.to: expected a whole number, actual 1.5'])
    const first = withStep(2, { node: { kind: 'first', settings: { dims: 'K )' } } })
    expect(refused(first)[0]).toContain('settings that make a node')
  })

  it('cannot reach what all objects have, nor hide one input behind another', () => {
    const names = ['constructor.keys', '__proto__.x', 'toString', 'a..b', '.']
    for (const name of names)
      expect(refused({ ...written, inputs: { [name]: 'float32[B]' } })).toEqual([
        `graph.inputs.${name}: expected a path of plain names, actual float32[B]`
      ])
    expect(Object.keys({ a: 1 })).toEqual(['a'])
    expect(refused({ ...written, inputs: { a: 'float32[B]', 'a.b': 'float32[B]' } })).toEqual([
      'graph.inputs.a.b: expected a path of its own, actual float32[B]'
    ])
    expect(refused({ ...written, inputs: { 'a.b': 'float32[B]', a: 'float32[B]' } })).toEqual([
      'graph.inputs.a: expected a path of its own, actual float32[B]'
    ])
    expect(refused({ ...written, inputs: { '': 'float32[B]', a: 'float32[B]' } })).toEqual([
      'graph.inputs: expected one input without a path, or all with one, actual both'
    ])
    expect(refused({ ...written, inputs: { x: 'float32[#0.B]' } }).length).toBe(1)
  })
})
