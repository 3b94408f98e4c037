/**
 * Programs that laws are tried on: compiled, with random weights, and what they make.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { type CompileOptions, compile } from '../../graphs/compile.js'
import { showGraphError } from '../../graphs/errors.js'
import { type Graph, wiresOf } from '../../graphs/graph.js'
import type { Program } from '../../graphs/plan.js'
import { initial } from '../../graphs/run.js'
import { get } from '../../nodes/match.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { equal } from '../due.js'
import { drawn, near } from '../tensors.js'

/** The program of a graph that is right. */
export const compiled = <I, O>(graph: Graph<I, O>, options: CompileOptions = {}): Program<I, O> => {
  const program = compile(graph, options)
  if (E.isLeft(program)) throw new Error(program.left.map(showGraphError).join('\n'))
  return program.right
}

/** Weights as a trained model has them: statistics too are not those of the start. */
export const trained = (program: Program<any, any>, seed: number): Values => {
  const start = initial(program, seed)
  return Object.fromEntries(
    Object.entries(start).map(([path, x], i) => {
      const positive = path.endsWith('running_var') || path.endsWith('weight')
      const isNorm = program.weights[path]!.role === 'statistic' || x.rank === 1
      if (!isNorm) return [path, x]
      x.dispose()
      return [path, positive ? drawn(x.shape, seed + i, 0.5, 1.5) : drawn(x.shape, seed + i, -0.5, 0.5)]
    })
  )
}

/** The tensors that a program makes, in the order of its outputs. */
export const leaves = (outputs: unknown, program: Program<any, any>): ReadonlyArray<tf.Tensor> =>
  wiresOf(program.outputs).map(([path]) => get(outputs, path) as tf.Tensor)

/** The numbers of all outputs, with their shapes; the tensors are let go. */
export const numbersOf = (outputs: unknown, program: Program<any, any>) => {
  const all = leaves(outputs, program).map((x) => [x.shape, Array.from(x.dataSync())])
  tf.dispose(outputs as tf.TensorContainer)
  return all
}

/** Lets go of every tensor in a value. */
export const free = (x: unknown): void => tf.dispose(x as tf.TensorContainer)

/** How many tensors there are. */
export const count = (): number => tf.memory().numTensors

/** Holds two sets of outputs equal up to rounding. */
export const sameOutputs = (
  program: Program<any, any>,
  actual: unknown,
  expected: unknown,
  tolerance: number
): void => {
  const [a, e] = [leaves(actual, program), leaves(expected, program)]
  a.forEach((x, i) => near(x, e[i]!, tolerance))
}

/** Every tensor in a value. */
const tensorsIn = (u: unknown): ReadonlyArray<tf.Tensor> =>
  u instanceof tf.Tensor ? [u] : typeof u === 'object' && u !== null ? Object.values(u).flatMap(tensorsIn) : []

/** Holds a run to what it borrows: weights and held inputs are as they were. */
export const stillThere = (lent: unknown): void =>
  equal(tensorsIn(lent).filter((x) => x.isDisposed).length, 0, 'borrowed tensors that were let go')

/** The message of what a function throws; nothing where it throws nothing. */
export const messageOf = (f: () => unknown): string => {
  try {
    free(f())
    return ''
  } catch (e) {
    return e instanceof Error ? e.message : String(e)
  }
}
