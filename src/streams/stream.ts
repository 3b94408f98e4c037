/**
 * A program as an operator on streams of tensors.
 *
 * @since 0.1.0
 */
import type { OperatorFunction } from 'rxjs'
import { defer, finalize, map } from 'rxjs'
import type { Program } from '../graphs/plan.js'
import type { Options } from '../graphs/session.js'
import { open } from '../graphs/session.js'
import type { Values } from '../nodes/node.js'
import * as tf from '../nodes/tf.js'

/**
 * The program as a stream operator: one tick per value, by the same instructions that `run` follows.
 *
 * `held` fixes some inputs: the nodes that need nothing else run once per subscription, not once per tick. The operator
 * borrows `held` and the weights, takes over every value it receives and hands over every value it emits.
 *
 * Weights and inputs have the shapes of their specs. Fails with a `Failure<RunError>`, or as its source.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const stream =
  <I, O>(program: Program<I, O>, options: Options = {}) =>
  <H extends Partial<I>>(values: Values, held: H): OperatorFunction<Omit<I, keyof H>, O> =>
  (source) =>
    defer(() => {
      const session = open(program, options)(values, held)
      return source.pipe(
        map((inputs) => {
          try {
            const { outputs, taps, sinks } = session.tick(inputs)
            tf.dispose([taps, sinks] as tf.TensorContainer)
            return outputs
          } finally {
            tf.dispose(inputs as tf.TensorContainer)
          }
        }),
        finalize(session.close)
      )
    })
