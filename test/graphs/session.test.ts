import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { showRunError } from '../../src/graphs/failure.js'
import { graph, toNode } from '../../src/graphs/graph.js'
import { gradient, initial, run } from '../../src/graphs/run.js'
import { open, stepper } from '../../src/graphs/session.js'
import { filled } from '../../src/nodes/init.js'
import { node } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { alone, double, failure, lent, lies, map, must, program, scaled, throws } from './small.js'

describe('a session', () => {
  let before = 0
  beforeAll(() => tf.startEngine())
  beforeEach(() => {
    before = tf.memory().numTensors
  })
  afterEach(() => expect(tf.memory().numTensors).toBe(before))

  it('says at which node something was thrown, and what', () =>
    lent((x) => {
      const error = failure(() => run(alone(throws))({}, { x }))
      expect(error).toMatchObject({ _tag: 'NodeThrew', at: 'deep.it' })
      expect(showRunError(error)).toBe('NodeThrew at deep.it: boom')
      expect(() => run(alone(throws))({}, { x })).toThrow('NodeThrew at deep.it')
    }))

  it('says which output of a node is not what it promised', () =>
    lent((x) => {
      const error = failure(() => run(alone(lies))({}, { x }))
      expect(error).toMatchObject({ _tag: 'BadOutput', at: 'deep.it' })
      expect(showRunError(error)).toBe('BadOutput at deep.it: y[1]: expected size 3, got 6 (known: B=2 H=3)')
      // unchecked, it goes through, held or not, and so does an input of another rank
      tf.dispose(run(alone(lies), { check: false })({}, { x }).outputs as tf.TensorContainer)
      expect(() => open(alone(lies))({}, { x })).toThrow('BadOutput at deep.it')
      const session = open(alone(lies), { check: false })({}, { x })
      tf.dispose(session.tick({}).outputs)
      session.close()
      const flat = tf.ones([3])
      tf.dispose(run(alone(double), { check: false })({}, { x: flat }).outputs as tf.TensorContainer)
      flat.dispose()
    }))

  it('says which input of the graph does not fit', () => {
    const p = program(
      graph('g', record({ x: tensor('B H'), z: tensor('B') }), ({ x }, { step }) => step('d', double, { x }))
    )
    lent((x) => {
      const z = tf.zeros<tf.Rank.R1>([5])
      const error = failure(() => run(p)({}, { x, z }))
      expect(error).toMatchObject({ _tag: 'BadInput', at: '' })
      expect(showRunError(error)).toBe('BadInput at the graph: z[0]: expected size 2, got 5 (known: B=2 H=3)')
      expect(showRunError(failure(() => run(p)({}, { x } as never)))).toBe(
        'BadInput at the graph: z: expected a tensor, got undefined'
      )
      z.dispose()
    })
  })

  it('says which held input a node cannot take', () => {
    const sum = node(
      'sum',
      { inputs: record({ x: tensor('B H'), z: tensor('B') }), outputs: record({ y: tensor('B H') }) },
      ({ x }) => ({ y: tf.neg(x) })
    )
    const p = program(graph('g', record({ x: tensor('B H'), z: tensor('B') }), (g, { step }) => step('s', sum, g)))
    lent((x) => {
      const z = tf.zeros<tf.Rank.R1>([5])
      const session = open(p)({}, { z })
      expect(failure(() => session.tick({ x }))).toMatchObject({ _tag: 'BadInput', at: 's' })
      session.close()
      z.dispose()
    })
  })

  it('says which weight is missing or misshapen', () => {
    const p = alone(scaled)
    expect(Object.keys(p.weights)).toEqual(['deep.it.by'])
    lent((x) => {
      expect(showRunError(failure(() => run(p)({}, { x })))).toBe(
        'BadWeights at deep.it.by: expected a tensor, got undefined'
      )
      const by = tf.zeros([2])
      expect(failure(() => run(p)({ 'deep.it.by': by }, { x }))).toMatchObject({ _tag: 'BadWeights', at: 'deep.it.by' })
      by.dispose()
    })
  })

  it('checks the first tick, every one, or none', () => {
    let odd = false
    const sometimes = node('sometimes', { inputs: map, outputs: record({ y: tensor('B H') }) }, ({ x }) => ({
      y: odd ? tf.tile(x, [1, 2]) : tf.neg(x)
    }))
    lent((x) => {
      for (const [check, fails] of [
        [true, true],
        ['first', false],
        [false, false]
      ] as const) {
        const session = open(alone(sometimes), { check })({})
        odd = false
        tf.dispose(session.tick({ x }).outputs)
        odd = true
        if (fails) expect(() => session.tick({ x })).toThrow('BadOutput at deep.it')
        else tf.dispose(session.tick({ x }).outputs)
        session.close()
      }
    })
  })

  it('checks the first tick of any shapes, and not those that it has seen', () => {
    let odd = false
    const sometimes = node('sometimes', { inputs: map, outputs: record({ y: tensor('B H') }) }, ({ x }) => ({
      y: odd ? tf.tile(x, [1, 2]) : tf.neg(x)
    }))
    const session = open(alone(sometimes))({})
    const tick = (shape: [number, number]) => lent((x) => tf.dispose(session.tick({ x }).outputs), shape)
    tick([1, 11])
    odd = true
    tick([1, 11])
    expect(() => tick([11, 1])).toThrow('BadOutput at deep.it')
    expect(() => tick([1, 1])).toThrow('BadOutput at deep.it')
    expect(failure(() => session.tick({ x: 3 }))).toMatchObject({ _tag: 'BadInput', at: '' })
    session.close()
    const two = program(
      graph('g', record({ x: tensor('B H'), z: tensor('K') }), ({ x }, { step }) => step('it', sometimes, { x }))
    )
    const both = open(two)({})
    const pair = (shape: [number, number], k: number) =>
      lent((x) => {
        const z = tf.ones<tf.Rank.R1>([k])
        try {
          tf.dispose(both.tick({ x, z }).outputs as tf.TensorContainer)
        } finally {
          z.dispose()
        }
      }, shape)
    odd = false
    pair([1, 11], 1)
    odd = true
    expect(() => pair([1, 1], 11)).toThrow('BadOutput at it')
    both.close()
  })

  it('lets go of each tensor after its last reader', () => {
    const live: Array<number> = []
    const counts = node('counts', { inputs: map, outputs: record({ y: tensor('B H') }) }, ({ x }) => {
      live.push(tf.memory().numTensors)
      return { y: tf.mul(x, 2) }
    })
    const g = graph('g', map, ({ x }, { step }) => {
      const one = step('one', counts, { x }).y
      return step('three', counts, { x: step('two', counts, { x: one }).y })
    })
    lent((x) => tf.dispose(run(program(g))({}, { x }).outputs as tf.TensorContainer))
    expect(live.map((n) => n - live[0]!)).toEqual([0, 1, 1])
  })

  it('leaves nothing behind where what is held can not be computed', () =>
    lent((x) => {
      const g = graph('g', record({ x: tensor('B H'), z: tensor('B H') }), ({ x: held, z }, { step }) => {
        const y = step('first', double, { x: held }).y
        return { y: step('then', throws, { x: y }).y, z: step('last', double, { x: z }).y }
      })
      const before = tf.memory().numTensors
      expect(failure(() => open(program(g))({}, { x }))).toMatchObject({ _tag: 'NodeThrew', at: 'then' })
      expect(tf.memory().numTensors).toBe(before)
      expect(x.isDisposed).toBe(false)
    }))

  it('leaves nothing behind where a tick fails in the middle, and what is held stays', () =>
    lent((x) => {
      let fails = true
      const sometimes = node('sometimes', { inputs: map, outputs: record({ y: tensor('B H') }) }, ({ x: given }) => {
        if (fails) throw new Error('boom')
        return { y: tf.neg(given) }
      })
      const g = graph('g', record({ x: tensor('B H'), z: tensor('B H') }), ({ x: held, z }, { step }) => {
        const [once, each] = [step('once', double, { x: held }).y, step('each', double, { x: z }).y]
        return { once, y: step('then', sometimes, { x: each }).y }
      })
      const session = open(program(g))({}, { x })
      const before = tf.memory().numTensors
      expect(() => session.tick({ z: x })).toThrow('NodeThrew at then')
      expect(tf.memory().numTensors).toBe(before)
      fails = false
      const { outputs } = session.tick({ z: x })
      expect(Array.from((outputs as any).once.dataSync())).toEqual(Array(6).fill(2))
      tf.dispose(outputs as unknown as tf.TensorContainer)
      session.close()
    }))

  it('that steps checks its weights in the first call', () => {
    const p = alone(scaled)
    const w = initial(p, 1)
    lent((x) => {
      const step = stepper(p)
      tf.dispose(step(w, { x }).outputs as tf.TensorContainer)
      expect(() => step({}, { x })).toThrow('NodeThrew at deep.it')
      expect(() => stepper(p)({}, { x })).toThrow('BadWeights at deep.it.by')
    })
    tf.dispose(w as tf.TensorContainer)
  })

  it('computes what is held once, and lets go of it when it is closed', () => {
    const ran: Array<string> = []
    const p = program(
      graph('g', record({ x: tensor('B H'), z: tensor('B H') }), ({ x, z }, { step }) => {
        const y = step('once', double, { x }).y
        return { y, w: step('each', double, { x: z }).y, unused: step('never', double, { x: y }).y }
      })
    )
    lent((x) => {
      const session = open(p, { profile: (path, kind, ms) => ran.push(`${path} ${kind} ${ms >= 0}`) })({}, { x })
      for (let i = 0; i < 2; i++) {
        const { outputs } = session.tick({ z: x })
        expect(Array.from((outputs as any).unused.dataSync())).toEqual(Array(6).fill(4))
        tf.dispose(outputs as unknown as tf.TensorContainer)
      }
      session.close()
    })
    expect(ran).toEqual([...['once', 'never', 'each', 'each'].map((path) => `${path} double true`)])
  })

  it('keeps what is computed once for those that read it every time, whoever else reads it', () => {
    const sum = node(
      'sum',
      { inputs: record({ a: tensor('B H'), b: tensor('B H') }), outputs: record({ y: tensor('B H') }) },
      ({ a, b }) => ({ y: tf.add(a, b) })
    )
    const g = graph('g', record({ x: tensor('B H'), z: tensor('B H') }), ({ x, z }, { step }) => {
      const once = step('once', double, { x }).y
      const each = step('each', sum, { a: once, b: z }).y
      return { each, last: step('last', double, { x: once }).y }
    })
    lent((x) => {
      const session = open(program(g))({}, { x })
      for (let i = 0; i < 2; i++) {
        const { outputs } = session.tick({ z: x })
        expect([outputs.each, outputs.last].map((y) => y.dataSync()[0])).toEqual([3, 4])
        tf.dispose(outputs as unknown as tf.TensorContainer)
      }
      session.close()
    })
  })

  it('hands over tensors of its own, whatever they are', () => {
    const p = program(
      graph('g', map, ({ x }, { step, tap }) => {
        const { y } = step('d', double, { x })
        tap('same', y)
        return { x, y, again: y }
      }),
      { taps: true }
    )
    lent((x) => {
      const { outputs, taps } = run(p)({}, { x })
      const all = [outputs.x, outputs.y, outputs.again, taps.same!]
      expect(new Set([x, ...all].map((t) => t.id)).size).toBe(5)
      tf.dispose(all)
    })
  })

  it('watched, names the first node that gives NaN or infinity, also where only a gradient does', () => {
    const root = node(
      'root',
      { inputs: map, outputs: record({ y: tensor('B H') }), weights: { by: filled('', 0) } },
      ({ x }, { by }) => ({ y: tf.sqrt(tf.mul(x, by)) })
    )
    const total = node('total', { inputs: map, outputs: record({ loss: tensor('') }) }, ({ x }) => ({
      loss: tf.sum(x)
    }))
    const g = graph('steep', map, (given, { step }) => {
      const { y } = step('deep', toNode(graph('inner', map, (inside, draw) => draw.step('root', root, inside))), given)
      return step('sum', total, { x: y })
    })
    const w = initial(program(g), 1)
    lent((x) => {
      const loss = run(program(g), { watch: true })(w, { x }).outputs.loss
      expect(loss.dataSync()[0]).toBe(0)
      loss.dispose()
      const steep = failure(() => must(gradient(g, ['deep.root.by'], { watch: true }))(w, { x }))
      expect(showRunError(steep)).toBe('NotFinite at gradients.loss.deep.root: NaN or infinity')
      const bad = { 'deep.root.by': tf.scalar(-1) }
      expect(failure(() => run(program(g), { watch: true })(bad, { x }))).toEqual({
        _tag: 'NotFinite',
        at: 'deep.root'
      })
      const unwatched = run(program(g))(bad, { x }).outputs.loss
      expect(unwatched.dataSync()[0]).toBeNaN()
      const held = open(program(g))(bad, { x })
      const { loss: again } = held.tick({}).outputs
      expect(again.dataSync()[0]).toBeNaN()
      expect(() => open(program(g), { watch: true })(bad, { x })).toThrow('NotFinite at deep.root')
      held.close()
      tf.dispose([bad, unwatched, again] as unknown as tf.TensorContainer)
    })
    tf.dispose(w as tf.TensorContainer)
  })
})
