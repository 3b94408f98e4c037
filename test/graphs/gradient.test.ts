import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { graph } from '../../src/graphs/graph.js'
import { gradient, initial, run } from '../../src/graphs/run.js'
import { detach } from '../../src/nodes/detach.js'
import { filled } from '../../src/nodes/init.js'
import { node } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { alone, double, lent, map, must, program, scaled } from './small.js'

describe('a gradient', () => {
  let before = 0
  beforeAll(() => tf.startEngine())
  beforeEach(() => {
    before = tf.memory().numTensors
  })
  afterEach(() => expect(tf.memory().numTensors).toBe(before))

  it('gives a weight the sum of what its uses and its losses say, each by a path of its own', () => {
    const total = node('total', { inputs: map, outputs: record({ loss: tensor('') }) }, ({ x }) => ({
      loss: tf.sum(x)
    }))
    const g = graph('g', map, ({ x }, { step }) => {
      const y = step('a', scaled, { x }, 'shared').y
      const z = step('b', scaled, { x: y }, 'shared').y
      return {
        one: step('l1', total, { x: y }).loss,
        two: step('l2', total, { x: z }).loss,
        more: step('l3', total, { x: step('c', scaled, { x: z }).y }).loss
      }
    })
    const of = (path: string) => path === 'shared.by'
    const objectives = [
      { loss: 'one', of },
      { loss: 'two', name: 'same', of },
      { loss: 'more', name: 'same', of }
    ]
    const p = program(g, { learning: { objectives } })
    const heads = p.plan.map(({ path }) => path).filter((path) => path.startsWith('gradients.'))
    expect(heads.filter((path) => path.endsWith('.a'))).toEqual([
      'gradients.one.a',
      'gradients.same.a',
      'gradients.same.2.a'
    ])
    expect(new Set(heads).size).toBe(heads.length)
    expect(p.gradients).toEqual({ 'shared.by': 'gradients.shared.by.sum.y' })
    const w = initial(p, 1)
    lent((x) => {
      const { outputs, gradients } = run(p)(w, { x })
      // with by = 3 and six ones: d(6 by) + d(6 by^2) + d(6 by^2 3) = 6 + 36 + 108
      expect(gradients['shared.by']!.dataSync()[0]).toBe(150)
      expect([outputs.one, outputs.two, outputs.more].map((y) => y.dataSync()[0])).toEqual([18, 54, 162])
      tf.dispose([outputs, gradients] as unknown as tf.TensorContainer)
    })
    tf.dispose(w as tf.TensorContainer)
  })

  it('differentiates no more than the wanted weights reach a loss through', () => {
    const total = node('total', { inputs: map, outputs: record({ loss: tensor('') }) }, ({ x }) => ({
      loss: tf.sum(x)
    }))
    const pairs = record({ a: tensor('B H'), b: tensor('B H') })
    const times = node('times', { inputs: pairs, outputs: record({ y: tensor('B H') }) }, ({ a, b }) => ({
      y: tf.mul(a, b)
    }))
    const by5 = node(
      'by5',
      { inputs: map, outputs: record({ y: tensor('B H') }), weights: { by: filled('', 5) } },
      ({ x }, { by }) => ({ y: tf.mul(x, by) })
    )
    const g = graph('g', map, ({ x }, { step }) => {
      const before = step('before', double, { x }).y
      const cut = step('cut', detach({ dims: 'B H' }), { x: step('never', scaled, { x }, 'never').y } as never) as any
      const [p, q] = [step('p', scaled, { x: before }, 'w').y, step('q', by5, { x: before }).y]
      const product = step('product', times, { a: p, b: q }).y
      const again = step('again', scaled, { x: step('mixed', times, { a: product, b: cut.y }).y }, 'w').y
      return step('sum', total, { x: again })
    })
    const made = program(g, { learning: { objectives: [{ loss: 'loss', of: () => true }] } })
    const back = made.plan.filter(({ path }) => path.startsWith('gradients.'))
    const paths = ['sum', 'again', 'mixed', 'product', 'q', 'p', 'by.w.by.sum'].map((path) => `gradients.loss.${path}`)
    expect(back.map(({ path }) => path)).toEqual(['gradients.loss#seed', ...paths])
    const writes = (step: string) => back.find(({ path }) => path === `gradients.loss.${step}`)?.writes
    expect(writes('p')).toEqual({ 'dw.0': 'gradients.loss.p.dw.by' })
    expect(writes('mixed')).toEqual({ 'dx.0': 'gradients.loss.mixed.dx.a' })
    expect(writes('product')).toEqual({ 'dx.0': 'gradients.loss.product.dx.a', 'dx.1': 'gradients.loss.product.dx.b' })
    expect(made.gradients).toEqual({ 'q.by': 'gradients.loss.q.dw.by', 'w.by': 'gradients.loss.by.w.by.sum.y' })
    const w = initial(made, 1)
    lent((x) => {
      const { outputs, gradients } = run(made)(w, { x })
      // six times w * (2 w) * (2 q) * n of w = 3, q = 5, n = 3, where n is not learned
      expect(outputs.loss.dataSync()[0]).toBe(6 * 4 * 3 * 3 * 5 * 3)
      expect(gradients['q.by']!.dataSync()[0]).toBe(6 * 4 * 3 * 3 * 3)
      expect(gradients['w.by']!.dataSync()[0]).toBe(6 * 4 * 2 * 3 * 5 * 3)
      tf.dispose([outputs, gradients] as unknown as tf.TensorContainer)
    })
    tf.dispose(w as tf.TensorContainer)
  })

  it('is told of in a profile by a path of its own for every line, whatever steps are called', () => {
    const total = node('total', { inputs: map, outputs: record({ loss: tensor('') }) }, ({ x }) => ({
      loss: tf.sum(x)
    }))
    const g = graph('g', map, ({ x }, { step }) =>
      step('', total, { x: step('one', scaled, { x: step('seed', scaled, { x }).y }).y })
    )
    const p = program(g, { learning: { objectives: [{ loss: 'loss', of: () => true }] } })
    const told: Array<string> = []
    const w = initial(p, 1)
    lent((x) => {
      const { outputs, gradients } = run(p, { profile: (path) => told.push(path) })(w, { x })
      tf.dispose([outputs, gradients] as unknown as tf.TensorContainer)
    })
    tf.dispose(w as tf.TensorContainer)
    expect(told).toEqual(expect.arrayContaining(['one', 'seed', 'gradients.loss.one', 'gradients.loss.seed']))
    expect(new Set(told).size).toBe(told.length)
  })

  it('computes equal derivatives once, and no two that are asked for different things, or are of different nodes', () => {
    const total = node(
      'total',
      { inputs: map, outputs: record({ loss: tensor('') }) },
      ({ x }) => ({ loss: tf.sum(x) }),
      {
        pullback: {
          inputs: ['x'],
          outputs: [],
          shapes: ['x'],
          run: ({ inputs: { x }, cotangents }) => ({ inputs: { x: tf.fill(x.shape, cotangents.loss!.dataSync()[0]!) } })
        }
      }
    )
    const tripled = node('tripled', { inputs: map, outputs: record({ y: tensor('B H') }) }, ({ x }) => ({
      y: tf.mul(x, 3)
    }))
    const g = graph('g', map, ({ x }, { step }) => {
      const a = step('a', scaled, { x }).y
      const b = step('b', scaled, { x: a }).y
      return {
        two: step('l2', total, { x: step('two', double, { x: b }).y }).loss,
        three: step('l3', total, { x: step('three', tripled, { x: b }).y }).loss
      }
    })
    const of = (wanted: string) => (path: string) => path === wanted
    const objectives = [
      { loss: 'two', name: 'a', of: of('a.by') },
      { loss: 'two', name: 'b', of: of('b.by') },
      { loss: 'three', name: 'c', of: of('a.by') },
      { loss: 'three', name: 'd', of: of('b.by') }
    ]
    const p = program(g, { learning: { objectives } })
    const kinds = p.plan.map(({ node: { kind } }) => kind)
    expect(kinds.filter((kind) => kind === 'totalPullback').length).toBe(1)
    const w = initial(p, 1)
    lent((x) => {
      const { outputs, gradients } = run(p)(w, { x })
      // a = b = 3 and six ones: d(2 * 6 a b) + d(3 * 6 a b), by a and by b
      expect(gradients['a.by']!.dataSync()[0]).toBe(36 + 54)
      expect(gradients['b.by']!.dataSync()[0]).toBe(36 + 54)
      tf.dispose([outputs, gradients] as unknown as tf.TensorContainer)
    })
    tf.dispose(w as tf.TensorContainer)
  })

  it('differentiates the loss by the weights that are asked for', () => {
    const loss = node('loss', { inputs: map, outputs: record({ loss: tensor('') }) }, ({ x }) => ({ loss: tf.sum(x) }))
    const p = program(
      graph('g', map, ({ x }, { step, tap }) => {
        const y = step('a', scaled, { x }).y
        const z = step('b', scaled, { x: y }).y
        tap('z', z)
        return { ...step('l', loss, { x: z }), y }
      }),
      { taps: true }
    )
    const w = initial(p, 1)
    lent((x) => {
      const made = must(gradient(p.graph, ['b.by'], { taps: true }))(w, { x })
      expectTypeOf(made.outputs.loss).toEqualTypeOf<tf.Scalar>()
      expect(Object.keys(made.gradients)).toEqual(['b.by'])
      expect([made.outputs.loss.dataSync()[0], made.gradients['b.by']!.dataSync()[0]]).toEqual([54, 18])
      expect(Array.from(made.taps.z!.dataSync())).toEqual(Array(6).fill(9))
      tf.dispose([made.outputs, made.taps, made.gradients] as unknown as tf.TensorContainer)
    })
    tf.dispose(w as tf.TensorContainer)
    // @ts-expect-error there is no loss to differentiate
    const without = gradient(alone<{ x: tf.Tensor2D }, { y: tf.Tensor2D }>(double).graph, [])
    expect(without).toEqual(E.left([{ _tag: 'UnknownWire', at: 'learning', wire: 'out.loss' }]))
  })
})
