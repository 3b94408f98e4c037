/**
 * A program as a function, its gradient, and its first weights.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { get } from '../nodes/match.js'
import type { Values } from '../nodes/node.js'
import * as tf from '../nodes/tf.js'
import { wiresOf } from './graph.js'
import type { Program } from './plan.js'
import type { Options, Result } from './session.js'
import { open } from './session.js'

/**
 * The program as a function: borrows its inputs, hands over its outputs, differentiable by the tfjs tape.
 * Throws a `Failure<RunError>`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const run =
  <I, O>(program: Program<I, O>, options: Options = {}) =>
  (values: Values, inputs: I): Result<O> => {
    const session = open(program, options)(values)
    try {
      return session.tick(inputs)
    } finally {
      session.close()
    }
  }

/**
 * Value and gradients of the output `loss` by the named weights; everything in the result is the receiver's.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const gradient =
  <I, O extends { readonly loss: tf.Scalar }>(program: Program<I, O>, options: Options = {}) =>
  (values: Values, trainable: ReadonlyArray<string>, inputs: I): Result<O> & { readonly gradients: Values } => {
    let result: Result<O> | undefined
    const { value, grads } = tf.valueAndGrads((...ws: Array<tf.Tensor>) => {
      const moved = Object.fromEntries(trainable.map((k, n) => [k, ws[n]!]))
      result = run(program, options)({ ...values, ...moved }, inputs)
      for (const [p] of wiresOf(program.outputs)) if (p !== 'loss') tf.keep(get(result.outputs, p) as tf.Tensor)
      Object.values(result.taps).forEach(tf.keep)
      return result.outputs.loss
    })(trainable.map((k) => values[k]!))
    return {
      ...result!,
      outputs: { ...result!.outputs, loss: value as tf.Scalar },
      gradients: Object.fromEntries(trainable.map((k, n) => [k, grads[n]!]))
    }
  }

/** A seed of its own for each path, so that adding a weight changes no other. */
const seedAt = (seed: number, path: string): number =>
  createHash('sha256').update(`${seed}:${path}`).digest().readUInt32LE(0)

/**
 * First values for every weight of a program; the same seed gives the same values.
 *
 * @category constructors
 * @since 0.1.0
 */
export const initial = (program: Program<any, any>, seed: number): Values =>
  Object.fromEntries(
    Object.entries(program.weights).map(([path, w]) => [path, w.init(seedAt(seed, path)) as tf.Tensor])
  )
