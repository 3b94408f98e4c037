import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { match, showSpecError } from '../../src/nodes/match.js'
import { define, node, positive, real, reals, whole } from '../../src/nodes/node.js'
import { build, join, record, type Spec, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'

const pair = record({ x: tensor('B C'), kp: record({ mean: tensor('B K 2'), on: tensor('B', 'bool') }) })
const value = (shape: { x?: number[]; mean?: number[]; on?: number[] } = {}) => ({
  x: tf.zeros(shape.x ?? [2, 3]),
  kp: { mean: tf.zeros(shape.mean ?? [2, 4, 2]), on: tf.cast(tf.zeros(shape.on ?? [2]), 'bool') }
})
const said = (spec: Spec<any>, u: unknown): ReadonlyArray<string> => {
  const result = match(spec.leaves, u)
  return E.isLeft(result) ? result.left.map(showSpecError) : []
}

describe('a spec', () => {
  beforeAll(() => tf.startEngine())

  it('has the rank of its dims as a type', () => {
    expectTypeOf(tensor('B H W 3')).toExtend<t.Type<tf.Tensor4D>>()
    expectTypeOf(tensor('')).toExtend<t.Type<tf.Scalar>>()
    expectTypeOf<t.TypeOf<ReturnType<typeof tensor<'B T K 2 2'>>>>().toEqualTypeOf<tf.Tensor5D>()
    expectTypeOf<t.TypeOf<typeof pair>>().toEqualTypeOf<{
      readonly x: tf.Tensor2D
      readonly kp: { readonly mean: tf.Tensor3D; readonly on: tf.Tensor1D }
    }>()
    const dims: string = 'B H'
    expectTypeOf<t.TypeOf<ReturnType<typeof tensor<typeof dims>>>>().toEqualTypeOf<tf.Tensor>()
    // @ts-expect-error a tensor of rank 2 is none of rank 3
    const wrong: t.Type<tf.Tensor3D> = tensor('B H')
    expect(wrong.name).toBe('float32[B H]')
  })

  it('is an io-ts codec', () => {
    expect(pair.name).toBe('{ x: float32[B C], kp: { mean: float32[B K 2], on: bool[B] } }')
    const good = value()
    expect(pair.is(good)).toBe(true)
    expect(pair.decode(good)).toEqual(E.right(good))
    expect(pair.encode(good as never)).toBe(good)
    const bad = pair.decode(value({ on: [3] }))
    expect(E.isLeft(bad) && bad.left.map((e) => e.message)).toEqual([
      'kp.on[0]: expected size 2, got 3 (known: B=2 C=3 K=4)'
    ])
    expect(pair.is(3)).toBe(false)
  })

  it('has settings that are numbers of some kind, and says of which', () => {
    expect([whole.name, positive.name, real.name]).toEqual(['a whole number', 'a whole number from 1 on', 'number'])
    expect(reals.name).toBe('a list of numbers')
    expect(Object.is(real.encode(-0), 0)).toBe(true)
    for (const u of ['1', Number.NaN, 1 / 0, null]) expect(E.isLeft(real.decode(u))).toBe(true)
    expect(E.isLeft(positive.decode(0)) && E.isRight(whole.decode(0))).toBe(true)
  })

  it('says of everything that does not fit what was due and what came', () => {
    expect(said(pair, value())).toEqual([])
    expect(said(pair, {})).toEqual([
      'x: expected a tensor, got undefined',
      'kp.mean: expected a tensor, got undefined',
      'kp.on: expected a tensor, got undefined'
    ])
    expect(said(pair, { x: null, kp: { mean: 'text', on: tf.zeros([2]) } })).toEqual([
      'x: expected a tensor, got null',
      'kp.mean: expected a tensor, got string',
      'kp.on: expected dtype bool, got float32'
    ])
    expect(said(pair, value({ x: [2], mean: [2, 4, 3] }))).toEqual([
      'x: expected dims [B C], got shape [2]',
      'kp.mean[2]: expected size 2, got 3 (known: B=2 K=4)'
    ])
    expect(said(tensor('H/2 H'), tf.zeros([3, 7]))).toEqual(['[1]: expected size 6, got 7 (known: H=6)'])
    expect(said(tensor('2*K+1'), tf.zeros([4]))).toEqual(['[0]: expected size 2*K+1, got 4'])
    expect(said(tensor('K'), tf.zeros([0]))).toEqual([])
    expect(said(tensor('K'), tf.zeros([2, 3]))).toEqual(['expected dims [K], got shape [2 3]'])
    expect(said(tensor('K-3'), tf.zeros([0]))).toEqual([])
    expect(said(tensor('K+3'), tf.zeros([2]))).toEqual(['[0]: expected size K+3, got 2'])
  })

  it('lets one stand for a whole batch', () => {
    const shared = record({ one: tensor('1|B 2'), each: tensor('B 2') })
    const of = (one: number, each: number) => said(shared, { one: tf.zeros([one, 2]), each: tf.zeros([each, 2]) })
    expect(of(1, 3)).toEqual([])
    expect(of(3, 3)).toEqual([])
    expect(of(2, 3)).toEqual(['1|B: expected size 1|B, got 2 (known: 1|B=2 B=3)'])
  })

  it('takes names from inputs on to outputs', () => {
    const known = match(tensor('B H').leaves, tf.zeros([2, 6]))
    if (E.isLeft(known)) throw new Error('does not fit')
    expect(E.isRight(match(tensor('B H/2').leaves, tf.zeros([2, 3]), known.right))).toBe(true)
    const bad = match(tensor('B H/2').leaves, tf.zeros([2, 4]), known.right)
    expect(E.isLeft(bad) && bad.left).toEqual([
      { _tag: 'WrongSize', at: '[1]', expected: '3', actual: '4', known: 'B=2 H=6' }
    ])
  })

  it('builds a value from its leaves, and joins paths', () => {
    expect(build(pair, (l) => l.path)).toEqual({ x: 'x', kp: { mean: 'kp.mean', on: 'kp.on' } })
    expect(build(tensor('B'), (l) => l.dims)).toEqual(['B'])
    expect([join('a', 'b.c'), join('', 'b'), join('a', ''), join('', '')]).toEqual(['a.b.c', 'b', 'a', ''])
  })
})

describe('a kind of node', () => {
  const scale = define('scale', t.strict({ by: t.number, times: whole }), ({ by, times }) => ({
    inputs: tensor('B H'),
    outputs: tensor('B H'),
    run: (x: tf.Tensor2D) => tf.mul(x, by ** times)
  }))

  it('has a name, and makes nodes whose settings are plain data', () => {
    expect([scale.name, scale.kind]).toEqual(['scale', 'scale'])
    const made = scale({ by: 2, times: 3, more: true } as never)
    expect(made).toMatchObject({ _tag: 'Primitive', kind: 'scale', settings: { by: 2, times: 3 }, weights: {} })
    expect(made.settings).not.toHaveProperty('more')
    expect(tf.tidy(() => made.run(tf.ones([1, 1]), {}).dataSync()[0])).toBe(8)
    // @ts-expect-error settings have types
    scale({ by: '2', times: 3 })
  })

  it('refuses settings that are not whole where whole is due', () => {
    expect(E.isRight(scale.codec.decode({ by: 0.5, times: 2 }))).toBe(true)
    expect(E.isLeft(scale.codec.decode({ by: 0.5, times: 2.5 }))).toBe(true)
    expect(E.isLeft(scale.codec.decode({ by: 0.5, times: '2' }))).toBe(true)
    expect(whole.is(Number.NaN)).toBe(false)
  })

  it('without settings is a node', () => {
    const same = node('same', { inputs: tensor('B'), outputs: tensor('B') }, (x) => tf.clone(x))
    expect(same).toMatchObject({ _tag: 'Primitive', kind: 'same', settings: {}, weights: {} })
    // @ts-expect-error a node of rank 1 is given rank 1
    const wrong = () => same.run(tf.zeros([1, 1]) as tf.Tensor2D, {})
    expect(wrong).toBeTypeOf('function')
  })
})
