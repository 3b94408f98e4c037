import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { showGraphError } from '../../src/graphs/errors.js'
import { fastForms } from '../../src/graphs/fast-forms.js'
import { type Graph, graph, toNode, type Wire } from '../../src/graphs/graph.js'
import type { Rule } from '../../src/graphs/rewrite.js'
import { initial, run } from '../../src/graphs/run.js'
import { relu } from '../../src/nodes/activations.js'
import { add } from '../../src/nodes/add.js'
import { avgPool } from '../../src/nodes/avg-pool.js'
import { batchNorm } from '../../src/nodes/batch-norm.js'
import { conv2d } from '../../src/nodes/conv2d.js'
import { filled } from '../../src/nodes/init.js'
import { countFrames, readFilm, readPicture, writeFilm } from '../../src/nodes/media.js'
import { frameTimes, remember } from '../../src/nodes/memory.js'
import { node } from '../../src/nodes/node.js'
import { clipMean } from '../../src/nodes/relative-motion.js'
import { resize } from '../../src/nodes/resize.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { upsample } from '../../src/nodes/upsample.js'

const picture = record({ x: tensor('B H W 3') })
const conv = (from: number, to: number) => conv2d({ from, to, kernel: 3, groups: 1, padding: 'same', start: 'uniform' })

const errors = (g: Graph<any, any>): ReadonlyArray<string> => {
  const program = compile(g)
  return E.isLeft(program) ? program.left.map(showGraphError) : []
}
const program = <I, O>(g: Graph<I, O>, options = {}) => {
  const made = compile(g, options)
  if (E.isLeft(made)) throw new Error(made.left.map(showGraphError).join('\n'))
  return made.right
}

describe('a drawn graph', () => {
  beforeAll(() => tf.startEngine())

  it('has wires with the types of what they carry', () => {
    const g = graph('g', picture, ({ x }, { step }) => {
      expectTypeOf(x).toEqualTypeOf<Wire<tf.Tensor4D>>()
      const { y } = step('r', relu, { x })
      // @ts-expect-error a map is no list of keypoints
      step('bad', clipMean, { mean: y })
      // @ts-expect-error `a` and `b` are both due
      step('half', add, { a: y })
      return { z: y }
    })
    expectTypeOf(g).toEqualTypeOf<Graph<{ readonly x: tf.Tensor4D }, { readonly z: tf.Tensor4D }>>()
    expectTypeOf(toNode(g).graph).toEqualTypeOf(g)
  })

  it('says where a size is another than is due, and which', () => {
    expect(errors(graph('g', picture, ({ x }, { step }) => step('c', conv(5, 2), { x })))).toEqual([
      'SizeConflict c.x[3]: expected 5, actual 3'
    ])
    const sum = graph('g', picture, ({ x }, { step }) => {
      const half = step('pool', avgPool({ even: true }), { x }).y
      return step('sum', add, { a: x, b: half })
    })
    expect(errors(sum)).toEqual([
      'SizeConflict sum.b[1]: expected H, actual H/2',
      'SizeConflict sum.b[2]: expected W, actual W/2'
    ])
    const undone = graph('g', picture, ({ x }, { step }) => {
      const y = step('up', upsample, { x: step('pool', avgPool({ even: true }), { x }).y }).y
      return step('sum', add, { a: x, b: y })
    })
    expect(errors(undone)).toEqual([])
    const odd = graph('g', picture, ({ x }, { step }) => {
      const y = step('up', upsample, { x: step('pool', avgPool({ even: false }), { x }).y }).y
      return step('sum', add, { a: x, b: y })
    })
    expect(errors(odd)).toEqual([
      'SizeConflict sum.b[1]: expected H, actual 2*floor(H/2)',
      'SizeConflict sum.b[2]: expected W, actual 2*floor(W/2)'
    ])
  })

  it('takes a graph whose only step has no name wherever a node can stand', () => {
    const bare = graph('bare', picture, ({ x }, { step }) => step('', relu, { x }))
    const twice = graph('twice', picture, ({ x }, { step }) => step('', toNode(bare), { x }))
    const g = graph('g', picture, ({ x }, { step }) => {
      const one = step('one', toNode(bare), { x })
      return step('two', toNode(twice), { x: one.y as never })
    })
    expect(program(g).plan.map(({ path }) => path)).toEqual(['one', 'two'])
    const both = graph('both', picture, ({ x }, { step }) => {
      step('', relu, { x })
      return step('', toNode(graph('other', picture, (y, draw) => ({ z: draw.step('r', relu, y).y }))), { x })
    })
    expect(errors(both)).toEqual(['DuplicateStep : two steps have this name'])
  })

  it('says what else is wrong, in the words of its kind', () => {
    const int = node('int', { inputs: record({ x: tensor('B H W C', 'int32') }), outputs: record({}) }, () => ({}))
    const g = graph('g', picture, ({ x }, { step, tap }) => {
      step('a', clipMean, { mean: x as never })
      step('b', int, { x })
      step('c', conv(3, 2), { x }, 'w')
      step('d', conv(3, 4), { x }, 'w')
      step('d', relu, { x: 'q.y' as never })
      tap('t', 'q.z' as never)
      return { out: 'c.z' as Wire<tf.Tensor4D>, d: step('e', relu, {} as never).y }
    })
    expect(errors(g)).toEqual([
      'DtypeConflict b.x: expected int32, actual float32',
      'WeightConflict w.weight: expected float32[3 3 3 2], actual float32[3 3 3 4]',
      'WeightConflict w.bias: expected float32[2], actual float32[4]',
      'DuplicateStep d: two steps have this name',
      'UnknownWire d.x: no step before it makes q.y',
      'UnknownWire e.x: no step before it makes (nothing)',
      'UnknownWire tap.t: no step before it makes q.z',
      'UnknownWire out.out: no step before it makes c.z',
      'RankConflict a.mean: expected B K 2, actual B H W 3'
    ])
  })

  it('says that a graph in the place of a step makes what is there already', () => {
    const inner = graph('inner', picture, ({ x }, { step }) => ({ x: step('r', relu, { x }).y }))
    const g = graph('g', picture, ({ x }, { step }) => step('in', toNode(inner), { x }))
    expect(errors(g)).toEqual(['DuplicateStep in: two steps have this name'])
  })

  it('becomes a straight line with what is let go after each of its lines', () => {
    const p = program(
      graph('g', picture, ({ x }, { step }) => {
        const inner = graph('i', picture, (given, draw) => draw.step('c', conv(3, 2), given))
        const y = step('deep', toNode(inner), { x }, 'net').y
        const z = step('r', relu, { x: y }).y
        return { sum: step('s', add, { a: z, b: y }).y, x }
      })
    )
    expect(p.plan.map(({ path, reads, writes, drops, weights }) => ({ path, reads, writes, drops, weights }))).toEqual([
      {
        path: 'deep.c',
        reads: { x: 'in.x' },
        writes: { y: 'deep.c.y' },
        drops: [],
        weights: { weight: 'net.c.weight', bias: 'net.c.bias' }
      },
      { path: 'r', reads: { x: 'deep.c.y' }, writes: { y: 'r.y' }, drops: [], weights: {} },
      { path: 's', reads: { a: 'r.y', b: 'deep.c.y' }, writes: { y: 's.y' }, drops: ['deep.c.y', 'r.y'], weights: {} }
    ])
    expect(p.sizes).toEqual({ 'in.x': 'B H W 3', 'deep.c.y': 'B H W 2', 'r.y': 'B H W 2', 's.y': 'B H W 2' })
    expect(p.outputs).toEqual({ sum: 's.y', x: 'in.x' })
    expect(Object.keys(p.weights)).toEqual(['net.c.weight', 'net.c.bias'])
  })

  it('shares the weights of steps of one scope, and draws each from a seed of its own', () => {
    const p = program(
      graph('g', record({ x: tensor('B H W 2') }), ({ x }, { step }) => {
        const y = step('one', conv(2, 2), { x }, 'shared').y
        return step('other', conv(2, 2), { x: step('two', conv(2, 2), { x: y }, 'shared').y })
      })
    )
    const w = initial(p, 5)
    expect(Object.keys(w)).toEqual(['shared.weight', 'shared.bias', 'other.weight', 'other.bias'])
    const numbers = (x: tf.Tensor | undefined) => Array.from(x!.dataSync())
    expect(numbers(w['shared.weight'])).not.toEqual(numbers(w['other.weight']))
    const again = initial(p, 5)
    expect(numbers(again['other.weight'])).toEqual(numbers(w['other.weight']))
    const another = initial(p, 6)
    expect(numbers(another['other.weight'])).not.toEqual(numbers(w['other.weight']))
    tf.dispose([w, again, another] as unknown as tf.TensorContainer)
  })

  it('keeps its side outputs when asked, and no fast form crosses one', () => {
    const g = graph('g', picture, ({ x }, { step, tap }) => {
      const c = step('c', conv(3, 2), { x }).y
      const n = step('n', batchNorm({ features: 2 }), { x: c }).y
      tap('norm', n)
      return step('r', relu, { x: n })
    })
    const kinds = (options: object) => program(g, options).plan.map((l) => l.node.kind)
    expect(kinds({})).toEqual(['conv2d', 'batchNorm', 'relu'])
    expect(kinds({ rules: fastForms })).toEqual(['foldNorm', 'convolve'])
    expect(kinds({ rules: fastForms, taps: true })).toEqual(['ownKernel', 'convolve', 'batchNorm', 'relu'])
    expect(program(g).taps).toEqual({})
    expect(program(g, { taps: true }).taps).toEqual({ norm: 'n.y' })
    expect(Object.keys(program(g, { rules: fastForms }).weights)).toEqual(Object.keys(program(g).weights))
  })

  it('takes two sinks of one path for one name', () => {
    const keep = remember({ name: 'a', dims: '1 4 4 3' })
    const inner = graph('inner', picture, ({ x }, { step }) => {
      step('b', keep, { x })
      return {}
    })
    const g = graph('g', picture, ({ x }, { step }) => {
      step('a', toNode(inner), { x })
      step('a.b', keep, { x })
      return {}
    })
    expect(errors(g)).toContain('DuplicateStep a.b: two steps have this name')
  })

  it('takes as many frames as a source says, and what is kept as large as what it is wired to', () => {
    const film = readFilm({ path: 'a.mp4', height: 4, width: 4, fit: 'crop', strip: null, batch: 2 })
    const play = (dims: string) =>
      graph('g', record({}), (_, { step }) => {
        const { frames } = step('film', film, {})
        const { seconds } = step('times', frameTimes({ starts: [] }), {})
        const both = node(
          'both',
          { inputs: record({ frames: tensor(dims as 'T H W C'), seconds: tensor('T') }), outputs: record({}) },
          () => ({})
        )
        step('both', both, { frames, seconds })
        return {}
      })
    expect(E.isRight(compile(play('T H W C')))).toBe(true)
    expect(errors(play('2 H W C'))).toEqual(['SizeConflict both.frames[0]: expected 2, actual T'])
  })

  it('says what is wrong with sources and sinks, in words', () => {
    const still = readPicture({ path: 'a.png', height: 4, width: 4, fit: 'crop', strip: null })
    const film = writeFilm({ path: 'a.mp4', timing: 'second', audio: false })
    const g = graph('g', picture, ({ x }, { step }) => {
      step('first', still, {})
      step('other', still, {})
      step('film', film, { frames: x })
      return {}
    })
    expect(errors(g)).toEqual([
      'BadDoor sources: expected one that ticks, actual none',
      'BadDoor in.x: expected no inputs beside sources, actual x',
      'BadDoor film.timing: expected a source: first, other, actual second'
    ])
    const one = graph('g', record({}), (_, { step }) => {
      step('film', film, { frames: step('still', still, {}).image })
      return {}
    })
    expect(errors(one)).toEqual([
      'BadDoor sources: expected one that ticks, actual none',
      'BadDoor film.timing: expected a source: still, actual second'
    ])
    const count = countFrames({ frames: 3, batch: 1, rate: { num: 25, den: 1 } })
    const two = graph('g', record({}), (_, { step }) => ({
      a: step('a', count, {}),
      b: step('b', count, {})
    }))
    expect(errors(two)).toEqual(['BadDoor sources: expected one that ticks, actual a, b'])
  })

  it('computes once what differs only in inputs of which the shape counts, where the shapes are equal', () => {
    const g = graph('g', picture, ({ x }, { step }) => {
      const half = (id: string, of: Wire<tf.Tensor4D>) => step(id, avgPool({ even: true }), { x: of }).y
      const as = (id: string, like: Wire<tf.Tensor4D>) => step(id, resize({ mode: 'nearest' }), { x, like }).y
      const [one, two] = [half('one', x), half('two', step('r', relu, { x }).y)]
      return { a: as('a', one), b: as('b', two), c: as('c', x) }
    })
    const { plan, outputs } = program(g)
    expect(plan.filter(({ node: { kind } }) => kind === 'resize').map(({ path }) => path)).toEqual(['a', 'b', 'c'])
    expect(plan.filter(({ reads }) => reads.like === 'one.y').map(({ path }) => path)).toEqual(['a', 'b'])
    expect(outputs).toEqual({ a: 'a.y', b: 'b.y', c: 'c.y' })
  })

  it('tells shapes apart that have the same digits', () => {
    const like = node(
      'like',
      { inputs: record({ z: tensor('M N') }), outputs: record({ y: tensor('M N') }) },
      ({ z }) => ({ y: tf.zeros<tf.Rank.R2>(z.shape) }),
      { shapes: ['z'] }
    )
    const g = graph('g', record({ p: tensor('1 11'), q: tensor('11 1') }), ({ p, q }, { step }) => ({
      a: step('a', like, { z: p }).y,
      b: step('b', like, { z: q }).y
    }))
    expect(program(g).plan.map(({ reads }) => reads)).toEqual([{ z: 'in.p' }, { z: 'in.q' }])
  })

  it('lets a fast form read the shape of what it makes itself', () => {
    const rule: Rule = {
      name: 'tripled',
      chain: ['relu'],
      to: () =>
        graph('tripled', record({ x: tensor('B H W C') }), ({ x }, { step }) => {
          const pooled = step('pool', avgPool({ even: true }), { x }).y
          const small = step('small', resize({ mode: 'nearest' }), { x, like: pooled }).y
          const large = step('large', upsample, { x }).y
          return step('resize', resize({ mode: 'nearest' }), { x: small, like: large })
        })
    }
    const g = graph('g', picture, ({ x }, { step }) => step('r', relu, { x }))
    expect(program(g, { rules: [rule] }).plan.map(({ path, reads }) => [path, reads])).toEqual([
      ['r.pool', { x: 'in.x' }],
      ['r.small', { x: 'in.x', like: 'r.pool.y' }],
      ['r.large', { x: 'in.x' }],
      ['r.resize', { x: 'r.small.y', like: 'r.large.y' }]
    ])
  })

  it('that learns gives the next values of the weights that its losses reach, and the norm of their gradients', () => {
    const scaled = node(
      'scaled',
      { inputs: record({ x: tensor('') }), outputs: record({ y: tensor('') }), weights: { by: filled('', 3) } },
      ({ x }, { by }) => ({ y: tf.mul(x, by) as tf.Scalar })
    )
    const descent = node(
      'descent',
      {
        inputs: record({ gradient: tensor(''), rate: tensor('') }),
        outputs: record({ next: tensor(''), norm: tensor('') }),
        weights: { value: filled('', 0), moment: filled('', 7) }
      },
      ({ gradient, rate }, { value }) => ({
        next: tf.sub(value, tf.mul(gradient, rate)),
        norm: tf.square(gradient)
      }),
      { updates: { next: 'value' } }
    )
    const g = graph('g', record({ x: tensor(''), rate: tensor('') }), ({ x }, { step }) => ({
      a: step('a', scaled, { x }).y,
      b: step('b', scaled, { x }).y,
      c: step('c', scaled, { x }).y
    }))
    const optimiser = (weight: string, dims: string) => {
      expect(dims).toBe('')
      return { node: descent, weights: { value: weight, moment: `moments.${weight}` }, reads: { rate: 'in.rate' } }
    }
    const all = { of: () => true }
    const p = program(g, {
      learning: {
        objectives: [
          { loss: 'a', ...all },
          { loss: 'b', ...all }
        ],
        optimiser
      }
    })
    expect(p.updates).toEqual({ 'a.by': 'update.a.by.next', 'b.by': 'update.b.by.next' })
    expect([p.taps, p.gradients]).toEqual([{ 'gradient.norm': 'update.norm' }, {}])
    expect(Object.keys(p.weights).sort()).toEqual(['a.by', 'b.by', 'c.by', 'moments.a.by', 'moments.b.by'])
    const w = initial(p, 1)
    const inputs = { x: tf.scalar(5), rate: tf.scalar(0.1) }
    const { updates, taps, outputs } = run(p)(w, inputs)
    const numbers = [updates['a.by'], updates['b.by'], taps['gradient.norm'], outputs.c].map((x) => x!.dataSync()[0])
    expect(numbers).toEqual([2.5, 2.5, 50, 15]) // 3 - 0.1 * 5; 5 squared, twice
    expect(
      program(g, { learning: { objectives: [{ loss: 'a', of: (path: string) => path === 'b.by' }] } }).gradients
    ).toEqual({})
    tf.dispose([w, inputs, updates, taps, outputs] as unknown as tf.TensorContainer)
  })
})
