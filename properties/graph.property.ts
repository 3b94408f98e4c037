import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../src/graphs/failure.js'
import { fastForms } from '../src/graphs/fast-forms.js'
import type { Graph } from '../src/graphs/graph.js'
import { run } from '../src/graphs/run.js'
import type { Values } from '../src/nodes/node.js'
import * as tf from '../src/nodes/tf.js'
import { drawGraph, graphs, lossOf, ops, type Pair } from '../src/properties/arbitrary/graphs.js'
import * as laws from '../src/properties/index.js'
import { compiled, messageOf, trained } from '../src/properties/laws/programs.js'
import { trainedAlike } from '../src/properties/laws/training.js'
import { stream } from '../src/streams/stream.js'
import { onEveryBackend } from './backends.js'
import { tests } from './held.js'

const { backend } = await tf.startEngine()
const some = graphs(12, 19)
const seed = fc.integer({ min: 1, max: 2 ** 30 })

describe('a random graph', () => {
  tests(laws.graphLaws(), some, undefined)
  tests(laws.batchLaws(), some, undefined)
  tests(laws.gradientLaws(), graphs(8, 19, { smooth: true }).map(lossOf), undefined, backend)
})

/** What a random graph borrows as an operator. */
interface Lent {
  readonly weights: Values
  readonly fixed: Pair
}

/** A random graph as an operator, with its weights and perhaps an input held; a step of it may throw. */
const operators = fc
  .record({
    ops: ops(10, 19),
    fail: fc.integer({ min: -1, max: 9 }),
    hold: fc.boolean(),
    options: fc.constantFrom({}, { rules: fastForms }),
    seed
  })
  .map(({ ops: drawn, fail, hold, options, seed: n }): laws.Operator => {
    const graph: Graph<Pair, any> = drawGraph(drawn, { fail })
    const program = compiled(graph, options)
    const sizes = { B: 1 + (n % 3), H: 4, W: 8 }
    const broken = program.plan.find(({ node }) => node.kind === 'broken')
    return {
      name: `a random graph of ${drawn.length} steps`,
      lend: (): Lent => ({ weights: trained(program, n), fixed: laws.inputsOf(program, n, sizes) }),
      make: ({ weights, fixed }: Lent) => stream(program)(weights, hold ? { x: fixed.x } : {}) as never,
      value: (tick) => {
        const { x, y } = laws.inputsOf(program, n + tick, sizes)
        if (hold) x.dispose()
        return (hold ? { y } : { x, y }) as unknown as tf.TensorContainer
      },
      fails: broken !== undefined,
      told: (e, { weights, fixed }: Lent) => {
        laws.isTrue(e instanceof Failure, 'an error is a Failure')
        const { error } = e as Failure<{ readonly _tag: string; readonly at: string }>
        laws.equal([error._tag, error.at], ['NodeThrew', broken?.path])
        const before = tf.memory().numTensors
        laws.equal(
          messageOf(() => run(program)(weights, fixed)),
          `NodeThrew at ${broken?.path}`
        )
        laws.equal(tf.memory().numTensors, before, 'tensors left by a run that throws')
      }
    }
  })

describe('a random graph that is streamed', () => tests(laws.operatorLaws, operators, undefined))

onEveryBackend('a random graph', (runs, which) => {
  tests(laws.rewriteLaws(), graphs(10, 19), runs, which)
  tests(laws.trainingLaws(), graphs(10, 21).map(lossOf), runs, which)
})

it.skipIf(backend === 'wasm')('a random graph has the forms of training among its lines', () => {
  const formed = new Set<string>()
  const learners = graphs(10, 21).map(lossOf)
  for (const learner of fc.sample(learners, 25))
    for (const kind of trainedAlike(learner, { B: 2, H: 16, W: 16 }, 1)) formed.add(kind)
  expect([...formed]).toEqual(expect.arrayContaining(['normed', 'bareConvolution', 'barePhases']))
})
