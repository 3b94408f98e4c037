import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { type Graph, graph, type Wire } from '../../src/graphs/graph.js'
import type { Instruction } from '../../src/graphs/plan.js'
import type { Rule } from '../../src/graphs/rewrite.js'
import { leakyRelu, relu, sigmoid } from '../../src/nodes/activations.js'
import { add } from '../../src/nodes/add.js'
import { batchNorm } from '../../src/nodes/batch-norm.js'
import { conv2d } from '../../src/nodes/conv2d.js'
import { node, type Weight } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'
import type * as tf from '../../src/nodes/tf.js'

type Map = Wire<tf.Tensor4D>
const map = record({ x: tensor('B H W C') })
const leaky = leakyRelu({ slope: 0.5 })

/** What a chain is to become: one activation with another slope, so that it can be told apart. */
const becomes = (name: string, chain: ReadonlyArray<string>, slope: number): Rule => ({
  name,
  chain,
  to: () => graph(name, map, ({ x }, { step }) => step('it', leakyRelu({ slope }), { x }))
})
const planOf = (g: Graph<any, any>, ...rules: ReadonlyArray<Rule>): ReadonlyArray<Instruction> => {
  const made = compile(g, { rules })
  if (E.isLeft(made)) throw new Error('a graph that does not compile')
  return made.right.plan
}
const kinds = (g: Graph<any, any>, ...rules: ReadonlyArray<Rule>): ReadonlyArray<string> =>
  planOf(g, ...rules).map(({ node: { kind, settings } }) => `${kind}${settings.slope ?? ''}`)
/** Activations one after the other. */
const chain = (...nodes: ReadonlyArray<typeof relu>): Graph<any, any> =>
  graph('chain', map, ({ x }, { step }) => ({
    y: nodes.reduce<Map>((y, made, i) => step(`s${i}`, made, { x: y }).y, x)
  }))

describe('a fast form', () => {
  it('takes the place of its chain, and of nothing else', () => {
    const rule = becomes('both', ['relu', 'sigmoid'], 0.1)
    expect(kinds(chain(relu, sigmoid), rule)).toEqual(['leakyRelu0.1'])
    expect(kinds(chain(sigmoid, relu), rule)).toEqual(['sigmoid', 'relu'])
    expect(kinds(chain(relu, relu, sigmoid, relu), rule)).toEqual(['relu', 'leakyRelu0.1', 'relu'])
    expect(kinds(chain(relu), rule)).toEqual(['relu'])
    const [line] = planOf(chain(relu, sigmoid), rule)
    expect(line).toMatchObject({ path: 's1.it', reads: { x: 'in.x' }, writes: { y: 's1.y' } })
  })

  it('is the first that fits', () => {
    const [short, long] = [becomes('short', ['relu'], 0.1), becomes('long', ['relu', 'sigmoid'], 0.2)]
    expect(kinds(chain(relu, sigmoid), short, long)).toEqual(['leakyRelu0.1', 'sigmoid'])
    expect(kinds(chain(relu, sigmoid), long, short)).toEqual(['leakyRelu0.2'])
    expect(kinds(chain(relu, relu), long, short)).toEqual(['leakyRelu0.1', 'leakyRelu0.1'])
  })

  it('may decline, and another takes its place', () => {
    const declines: Rule = { name: 'declines', chain: ['relu'], to: () => undefined }
    expect(kinds(chain(relu), declines, becomes('other', ['relu'], 0.1))).toEqual(['leakyRelu0.1'])
    expect(kinds(chain(relu), declines)).toEqual(['relu'])
  })

  it('is told the nodes of its chain', () => {
    const seen: Array<unknown> = []
    const rule: Rule = {
      name: 'sees',
      chain: ['leakyRelu', 'relu'],
      to: (nodes) => {
        seen.push(nodes)
        return undefined
      }
    }
    kinds(chain(leaky, relu), rule)
    expect(seen).toEqual([[leaky, relu]])
  })

  it('takes no line twice', () => {
    const rule = becomes('pair', ['relu', 'relu'], 0.1)
    expect(kinds(chain(relu, relu, relu), rule)).toEqual(['leakyRelu0.1', 'relu'])
    expect(kinds(chain(relu, relu, relu, relu), rule)).toEqual(['leakyRelu0.1', 'leakyRelu0.1'])
    // the second begins where the first ends
    const [one, two] = [becomes('one', ['sigmoid', 'relu'], 0.1), becomes('two', ['relu', 'leakyRelu'], 0.2)]
    expect(kinds(chain(sigmoid, relu, leaky), two, one)).toEqual(['leakyRelu0.1', 'leakyRelu0.5'])
  })

  it('takes no line that another chain has taken already', () => {
    const onto: Rule = {
      name: 'onto',
      chain: ['relu', 'add'],
      to: () =>
        graph('onto', record({ x: tensor('B H W C'), other: tensor('B H W C') }), ({ x, other }, { step }) =>
          step('sum', add, { a: x, b: other })
        )
    }
    const g = graph('g', record({ x: tensor('B H W C'), z: tensor('B H W C') }), ({ x, z }, { step }) =>
      step('s', add, { a: step('one', relu, { x }).y, b: step('two', relu, { x: z }).y })
    )
    expect(planOf(g, onto).map(({ path, reads, writes }) => ({ path, reads, writes }))).toEqual([
      { path: 'two', reads: { x: 'in.z' }, writes: { y: 'two.y' } },
      { path: 's.sum', reads: { a: 'in.x', b: 'two.y' }, writes: { y: 's.y' } }
    ])
  })

  it('leaves a link that something else reads, or that is handed over', () => {
    const rule = becomes('both', ['relu', 'sigmoid'], 0.1)
    const read = graph('read', map, ({ x }, { step }) => {
      const y = step('r', relu, { x }).y
      return { sum: step('sum', add, { a: step('s', sigmoid, { x: y }).y, b: y }).y }
    })
    expect(kinds(read, rule)).toEqual(['relu', 'sigmoid', 'add'])
    const handed = graph('handed', map, ({ x }, { step }) => {
      const y = step('r', relu, { x }).y
      return { y, z: step('s', sigmoid, { x: y }).y }
    })
    expect(kinds(handed, rule)).toEqual(['relu', 'sigmoid'])
    const twice = graph('twice', map, ({ x }, { step }) => {
      const y = step('r', relu, { x }).y
      return { sum: step('sum', add, { a: y, b: y }).y }
    })
    expect(kinds(twice, becomes('sum', ['relu', 'add'], 0.1))).toEqual(['relu', 'add'])
    const two = node(
      'two',
      { inputs: map, outputs: record({ y: tensor('B H W C'), z: tensor('B H W C') }) },
      ({ x }) => ({
        y: x,
        z: x
      })
    )
    const many = graph('many', map, ({ x }, { step }) => step('s', sigmoid, { x: step('t', two, { x }).y }))
    expect(kinds(many, becomes('many', ['two', 'sigmoid'], 0.1))).toEqual(['two', 'sigmoid'])
  })

  it('reads what the last of its chain reads beside it, on either side', () => {
    const rule: Rule = {
      name: 'onto',
      chain: ['relu', 'add'],
      to: () =>
        graph('onto', record({ x: tensor('B H W C'), other: tensor('B H W C') }), ({ x, other }, { step }) => {
          const half = step('half', leaky, { x }).y
          return step('sum', add, { a: half, b: other })
        })
    }
    for (const side of ['a', 'b'] as const) {
      const g = graph('g', record({ x: tensor('B H W C'), z: tensor('B H W C') }), ({ x, z }, { step }) => {
        const y = step('r', relu, { x }).y
        return step('s', add, side === 'a' ? { a: y, b: z } : { a: z, b: y })
      })
      expect(planOf(g, rule).map(({ path, reads, writes }) => ({ path, reads, writes }))).toEqual([
        { path: 's.half', reads: { x: 'in.x' }, writes: { y: 's.half.y' } },
        { path: 's.sum', reads: { a: 's.half.y', b: 'in.z' }, writes: { y: 's.y' } }
      ])
    }
  })

  it('takes its weights from the chain by position, from the first where none is said', () => {
    const conv = conv2d({ from: 2, to: 2, kernel: 1, groups: 1, padding: 'same', start: 'uniform' })
    const { weight, bias } = conv.weights
    const names = ['bias', '0.weight', '1.running_mean', 'v1.scale'] as const
    const mixed = node(
      'mixed',
      {
        inputs: map,
        outputs: record({ y: tensor('B H W C') }),
        weights: Object.fromEntries(names.map((name) => [name, (name === '0.weight' ? weight : bias) as Weight<any>]))
      },
      ({ x }) => ({ y: x })
    )
    const first = { ...conv, kind: 'first', weights: { weight, bias, 'v1.scale': bias } } as typeof conv
    const rule: Rule = {
      name: 'mixed',
      chain: ['first', 'batchNorm'],
      to: () => graph('mixed', map, ({ x }, { step }) => step('it', mixed, { x }))
    }
    const g = graph('g', record({ x: tensor('B H W 2') }), ({ x }, { step }) =>
      step('n', batchNorm({ features: 2 }), { x: step('c', first, { x }).y })
    )
    expect(planOf(g, rule).map(({ weights }) => weights)).toEqual([
      { bias: 'c.bias', '0.weight': 'c.weight', '1.running_mean': 'n.running_mean', 'v1.scale': 'c.v1.scale' }
    ])
  })

  it('may be of more than ten', () => {
    const conv = conv2d({ from: 2, to: 2, kernel: 1, groups: 1, padding: 'same', start: 'uniform' })
    const last = node(
      'last',
      { inputs: map, outputs: record({ y: tensor('B H W C') }), weights: { '10.bias': conv.weights.bias! } },
      ({ x }) => ({ y: x })
    )
    const rule: Rule = {
      name: 'eleven',
      chain: Array(11).fill('conv2d'),
      to: () => graph('eleven', map, ({ x }, { step }) => step('it', last, { x }))
    }
    const g = graph('g', record({ x: tensor('B H W 2') }), ({ x }, { step }) => ({
      y: Array.from({ length: 11 }).reduce<Map>((y, _, i) => step(`c${i}`, conv, { x: y }).y, x as Map)
    }))
    expect(planOf(g, rule).map(({ weights }) => weights)).toEqual([{ '10.bias': 'c10.bias' }])
  })
})
