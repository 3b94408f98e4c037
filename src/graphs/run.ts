/**
 * A program as a function, its gradient, and its first weights.
 *
 * @since 0.1.0
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import type { Values } from '../nodes/node.js'
import type * as tf from '../nodes/tf.js'
import { type CompileOptions, compile } from './compile.js'
import type { GraphError } from './errors.js'
import type { Graph } from './graph.js'
import type { Program } from './plan.js'
import type { Options, Result } from './session.js'
import { stepper } from './session.js'

/**
 * The program as a function: borrows weights and inputs, hands over its outputs. Throws a `Failure<RunError>`. Inputs have the
 * shapes of the graph's specs; weights come by path.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const run =
  <I, O>(program: Program<I, O>, options: Options = {}) =>
  (values: Values, inputs: I): Result<O> =>
    stepper(program, options)(values, inputs)

/**
 * Outputs, and gradients of the output `loss` by the named weights; everything in the result is the receiver's. A weight that
 * the loss does not depend on has none. Each gradient has the shape of its weight.
 *
 * Fails with every `GraphError` of the graph, an `UnknownWire` where it has no output `loss`. The function throws a
 * `Failure<RunError>`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const gradient = <I, O extends { readonly loss: tf.Scalar }>(
  graph: Graph<I, O>,
  trainable: ReadonlyArray<string>,
  options: Options & Pick<CompileOptions, 'rules' | 'taps'> = {}
): E.Either<NonEmptyArray<GraphError>, (values: Values, inputs: I) => Result<O>> => {
  const wanted = new Set(trainable)
  const learning = { objectives: [{ loss: 'loss', of: (path: string) => wanted.has(path) }] }
  return pipe(
    compile(graph, { ...options, learning }),
    E.map((program) => stepper(program, options))
  )
}

/** A seed of its own for each path, so that adding a weight changes no other. */
const seedAt = (seed: number, path: string): number =>
  new DataView(sha256(utf8ToBytes(`${seed}:${path}`)).buffer).getUint32(0, true)

/**
 * First values for every weight of a program; the same seed gives the same values. Each has the shape of its spec and is the
 * caller's to dispose of.
 *
 * @category constructors
 * @since 0.1.0
 */
export const initial = (program: Program<any, any>, seed: number): Values =>
  Object.fromEntries(
    Object.entries(program.weights).map(([path, w]) => [path, w.init(seedAt(seed, path)) as tf.Tensor])
  )
