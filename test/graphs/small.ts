/** Small nodes and graphs that sessions and gradients are tried on. */
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../../src/graphs/compile.js'
import { Failure, type RunError } from '../../src/graphs/failure.js'
import { type Graph, graph, type Node, toNode } from '../../src/graphs/graph.js'
import { filled } from '../../src/nodes/init.js'
import { node } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'

/** What the nodes here read. */
export const map = record({ x: tensor('B H') })
export const double = node('double', { inputs: map, outputs: record({ y: tensor('B H') }) }, ({ x }) => ({
  y: tf.mul(x, 2)
}))
export const throws = node('throws', { inputs: map, outputs: record({ y: tensor('B H') }) }, () => {
  throw new Error('boom')
})
export const lies = node('lies', { inputs: map, outputs: record({ y: tensor('B H') }) }, ({ x }) => ({
  y: tf.tile(x, [1, 2])
}))
export const scaled = node(
  'scaled',
  { inputs: map, outputs: record({ y: tensor('B H') }), weights: { by: filled('', 3) } },
  ({ x }, { by }) => ({ y: tf.mul(x, by) })
)
export const must = <A>(made: E.Either<unknown, A>): A => {
  if (E.isLeft(made)) throw new Error('a graph that does not compile')
  return made.right
}
export const program = <I, O>(g: Graph<I, O>, options = {}) => must(compile(g, options))
/** A node as the only step of a graph within a graph. */
export const alone = <I = any, O = any>(n: Node<any, any>) => {
  const inner = graph('inner', map, (given, { step }) => step('it', n, given))
  return program(
    graph('outer', map, (given, { step }) => step('deep', toNode(inner), given)) as Graph<any, any> as Graph<I, O>
  )
}

export const failure = (f: () => unknown): RunError => {
  try {
    f()
  } catch (e) {
    if (e instanceof Failure) return e.error as RunError
    throw e
  }
  throw new Error('nothing failed')
}

/** What comes of a tensor of ones that is lent for the time. */
export const lent = <A>(f: (x: tf.Tensor2D) => A, shape: [number, number] = [2, 3]): A => {
  const x = tf.ones<tf.Rank.R2>(shape)
  try {
    return f(x)
  } finally {
    x.dispose()
  }
}
