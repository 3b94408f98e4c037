/**
 * Training as a fold: one value, and a function from it and a batch to the next.
 *
 * @since 0.1.0
 */
import { adamSize, type Decays } from '../nodes/adam.js'
import type { Values } from '../nodes/node.js'
import * as tf from '../nodes/tf.js'
import type { Program } from './plan.js'
import { type Options, type Result, stepper } from './session.js'

/**
 * All that training goes on from: weights, statistics and moments by path, how often each network was stepped, and where in
 * the data it is. Each value has the shape of its weight; a moment that of the weight it belongs to.
 *
 * @category model
 * @since 0.1.0
 */
export interface TrainingState {
  readonly values: Values
  readonly adam: Readonly<Record<string, number>>
  readonly iteration: number
  readonly epoch: number
  /** Batches of the epoch that are done. */
  readonly index: number
}

/**
 * Pictures to learn from, [B, H, W, C] in 0..1.
 *
 * @since 0.1.0
 */
export interface Batch {
  readonly source: tf.Tensor4D
  readonly driving: tf.Tensor4D
}

/**
 * The learning rate of each epoch: a tenth after each milestone, one epoch late, as the original's scheduler has it.
 *
 * @since 0.1.0
 */
export const rateAt = (lr: number, milestones: ReadonlyArray<number>, epoch: number): number =>
  lr * 0.1 ** milestones.filter((m) => m < epoch).length

/**
 * The values of `next` where it has them, else those of `before`; those that are replaced are let go. Both are by path; the
 * shapes must be the same.
 *
 * @since 0.1.0
 */
export const replacing = (before: Values, next: Values): Values => {
  tf.dispose(Object.keys(next).flatMap((path) => before[path] ?? []))
  return { ...before, ...next }
}

/**
 * One iteration: borrows the state and the batch, hands over outputs and next values. Throws a `Failure<RunError>`.
 * `decays` are those of the program's Adam, where they are not the usual ones.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const learner = <O, I extends object = Batch>(
  program: Program<any, O>,
  options: Options & { readonly decays?: Decays } = {}
) => {
  const step = stepper(program, options)
  return (state: TrainingState, batch: I, rate: number): Result<O> => {
    const sizes = Object.fromEntries(
      Object.entries(state.adam).map(([name, steps]) => [name, tf.scalar(adamSize(rate, steps + 1, options.decays))])
    )
    try {
      return step(state.values, { ...batch, sizes })
    } finally {
      tf.dispose(sizes)
    }
  }
}

/**
 * The state after an iteration whose values are in place; the data has `perEpoch` batches. No shape changes; nothing is copied
 * or let go.
 *
 * @since 0.1.0
 */
export const advanced = (state: TrainingState, values: Values, perEpoch = Number.POSITIVE_INFINITY): TrainingState => ({
  ...state,
  values,
  ...(state.index + 1 < perEpoch ? { index: state.index + 1 } : { epoch: state.epoch + 1, index: 0 }),
  adam: Object.fromEntries(Object.entries(state.adam).map(([name, steps]) => [name, steps + 1])),
  iteration: state.iteration + 1
})
