import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { explain } from '../../src/graphs/explain.js'
import { graph } from '../../src/graphs/graph.js'
import { toJson } from '../../src/graphs/json.js'
import { relu } from '../../src/nodes/activations.js'
import { catalogue } from '../../src/nodes/catalogue.js'
import { record, tensor } from '../../src/nodes/spec.js'

const step = (id: string, kind: string, wires: unknown, settings?: object) => ({
  id,
  node: settings === undefined ? { kind } : { kind, settings },
  wires
})
const written = (steps: ReadonlyArray<unknown>, more: object = {}) => ({
  name: 'g',
  inputs: { x: 'float32[B H W 3]' },
  steps,
  outputs: { y: 'in.x' },
  ...more
})
const told = (u: unknown): ReadonlyArray<string> => {
  const read = explain(catalogue, u)
  return E.isLeft(read) ? read.left.map((e) => `${e.at}: expected ${e.expected}, got ${e.actual}`) : []
}

describe('a written graph explained', () => {
  it('may leave out what can be left out', () => {
    const read = explain(catalogue, written([step('r', 'relu', { x: 'in.x' })], { outputs: { y: 'r.y' } }))
    if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
    expect(read.right.steps[0]).toMatchObject({ id: 'r', scope: 'r' })
    expect(read.right.taps).toEqual({})
  })

  it('tells mistakes of every sort at once, each with its place', () => {
    const wrong = written(
      [
        step('grey', 'rellu', { x: 'in.x' }),
        step('after', 'relu', { x: 'grey.y' }),
        step('leak', 'leakyRelu', { x: 'in.x' }, { slop: 0.2 }),
        step('half', 'avgPool', { x: 'in.z' }, { even: true }),
        step('pool', 'upsample', { y: 'in.x' }),
        step('more', 'concat', { a: 'in.x', b: 'pool.y' }, { dims: 'B H W' }),
        'relu'
      ],
      { output: {}, outputs: { y: 'pol.y', z: 3 } }
    )
    const all = told(wrong)
    expect(all).toContain('graph.steps.0(grey).node.kind: expected a node kind: relu, perhaps, got rellu')
    expect(all).toContain('graph.steps.2(leak).node.settings.slope: expected number, got nothing')
    expect(all).toContain('graph.steps.3(half).wires.x: expected a wire made before it: in.x, perhaps, got in.z')
    expect(all).toContain('graph.steps.4(pool).wires.x: expected a wire with a tensor [B H W C], got nothing, but y')
    expect(all).toContain('graph.steps.6: expected a step: id, node and wires, got "relu"')
    expect(all).toContain('graph.outputs.z: expected a wire, such as in.x, or wires by name, got 3')
    expect(all.some((line) => line.includes('after'))).toBe(false)
  })

  it('judges sizes where what comes before can be read, inside graphs too', () => {
    const inner = written([step('sum', 'add', { a: 'in.x', b: 'small.y' }), step('small', 'relu', { x: 'in.x' })], {
      outputs: { y: 'sum.y' }
    })
    const outer = written(
      [
        step('bad', 'nobody', {}),
        step('half', 'avgPool', { x: 'in.x' }, { even: true }),
        step('sum', 'frameDifference', { left: 'in.x', right: 'half.y' }),
        { id: 'inner', node: { graph: inner }, wires: { x: 'in.x' } },
        step('inner', 'relu', { x: 'in.x' })
      ],
      { outputs: { y: 'iner.y' } }
    )
    const all = told(outer)
    expect(all.find((line) => line.startsWith('graph.steps.0(bad).node.kind'))).toContain('one of')
    expect(all.filter((line) => line.startsWith('graph.steps.2(sum).wires.right[')).length).toBe(2)
    expect(all).toContain('graph.steps.4(inner).id: expected a name that no other step has, got inner')
    expect(all).toContain('graph.outputs.y: expected a wire made before it: inner.y, perhaps, got iner.y')
    const deep = 'graph.steps.3(inner).node.graph.steps.0(sum).wires.'
    expect(all.some((line) => line.startsWith(deep) && line.includes('small.y'))).toBe(true)
  })

  it('tells sizes by the names of the graph', () => {
    const clip = step('clip', 'clipMean', { mean: 'r.y' })
    expect(told(written([step('r', 'relu', { x: 'in.x' }), clip]))).toContain(
      'graph.steps.1(clip).wires.mean: expected B K 2, got B H W 3'
    )
  })

  it('tells every mistake of the settings of a step at once, where each stands', () => {
    const settings = { from: 3, to: 1.5, kernel: 3, groups: 1, padding: 'some', start: [0, 'b'], bias: true }
    expect(told(written([step('c', 'conv2d', { x: 'in.x' }, settings)]))).toEqual([
      'graph.steps.0(c).node.settings.to: expected a whole number, got 1.5',
      'graph.steps.0(c).node.settings.padding: expected "same" or "valid", got "some"',
      'graph.steps.0(c).node.settings.start.1: expected number, got "b"',
      'graph.steps.0(c).node.settings.bias: expected one of from, to, kernel, groups, padding, start, got bias'
    ])
    const film = { path: 'a', height: 2, width: 2, fit: 'fill', strip: { height: 2 }, batch: 4, strts: [1] }
    expect(told(written([step('f', 'readFilm', {}, film)]))).toEqual([
      'graph.steps.0(f).node.settings.fit: expected "crop" or "pad" or "stretch", got "fill"',
      'graph.steps.0(f).node.settings.strip.width: expected a whole number from 1 on, got nothing',
      'graph.steps.0(f).node.settings.strts: expected starts, perhaps, got strts'
    ])
  })

  it('refuses wires that a node has no input for, which a program may hand on', () => {
    const read = explain(catalogue, written([step('r', 'relu', { x: 'in.x', z: 'in.x' })]))
    expect(E.isLeft(read) && read.left).toEqual([
      { _tag: 'BadGraph', at: 'graph.steps.0(r).wires.z', expected: 'x, perhaps', actual: 'z' }
    ])
    const drawn = graph('g', record({ x: tensor('B H W 3') }), (input, { step }) => {
      const wider = { x: input.x, z: input.x }
      return step('r', relu, wider)
    })
    expect(toJson(drawn).steps[0]?.wires).toEqual({ x: 'in.x' })
  })

  it('names the key that was meant', () => {
    expect(told({ name: 'g', inputs: {}, steps: [], output: {} })).toEqual([
      'graph.outputs: expected wires by the names of outputs, got nothing, but output'
    ])
  })

  it('blames the source that should tick and the timing that is no source', () => {
    const film = { path: 'a', height: 2, width: 2, fit: 'pad', strip: null }
    const steps = [
      step('picture', 'readPicture', {}, film),
      step('out', 'writeFilm', { frames: 'picture.image' }, { path: 'b', timing: 'film', audio: false })
    ]
    const all = told(written(steps, { inputs: {}, outputs: {} }))
    expect(all).toContain('graph.sources: expected one that ticks, got none')
    expect(all).toContain('graph.steps.1(out).node.settings.timing: expected a source: picture, got film')
  })

  it('says nothing of what comes from a step without a name that could not be read', () => {
    const steps = [step('', 'nobody', { x: 'in.x' }), step('after', 'relu', { x: 'prediction.y' })]
    const all = told(written(steps, { outputs: { y: 'after.y' } }))
    expect(all.length).toBe(1)
    expect(all[0]).toContain('.node.kind: expected ')
  })

  it('refuses names that mean nothing there, and says which may have been meant', () => {
    const pool = { ...step('a', 'avgPool', { x: 'in.x' }, { even: true }), scop: 'z' }
    const node = { kind: 'avgPool', setings: {}, settings: { even: true, evn: 1 } }
    const all = (...steps: ReadonlyArray<unknown>) =>
      told({ ...(written([], { outputs: { y: 'in.x' } }) as object), steps })
    expect(all(pool)).toEqual(['graph.steps.0(a).scop: expected scope, perhaps, got scop'])
    expect(all({ id: 'a', node, wires: { x: 'in.x' } })).toEqual([
      'graph.steps.0(a).node.setings: expected settings, perhaps, got setings',
      'graph.steps.0(a).node.settings.evn: expected even, perhaps, got evn'
    ])
    expect(all(step('in', 'relu', { x: 'in.x' }))[0]).toContain('graph.steps.0(in).id: expected another name')
    expect(told({ ...(written([], { outputs: { y: 'in.x' } }) as object), tap: {} })).toEqual([
      'graph.tap: expected taps, perhaps, got tap'
    ])
  })
})
