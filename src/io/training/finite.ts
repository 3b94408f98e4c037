/**
 * Where training ran into NaN or infinity.
 *
 * @since 0.1.0
 */
import type { Result } from '../../graphs/session.js'
import type { TrainingState } from '../../graphs/training.js'
import { allFinite } from '../../nodes/finite.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import type { Problem } from '../problem/problem.js'
import { problemFrom } from '../run/compute.js'

/**
 * Says where NaN or infinity came up, and which checkpoint is the last without.
 *
 * @category errors
 * @since 0.1.0
 */
export const diverged = (step: number, at: string, checkpoint: string | undefined): Problem => ({
  _tag: 'Failed',
  at: `step ${step}, ${at}`,
  cause: `NaN or infinity; the last good checkpoint is ${checkpoint ?? 'none'}`
})

/**
 * Runs a step again with a learner that watches every node, to name the one that gave NaN or infinity first. Borrows state
 * and batch.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const culprit = <I>(
  watched: (state: TrainingState, batch: I, rate: number) => Result<unknown>,
  state: TrainingState,
  batch: I,
  rate: number
): string => {
  try {
    const { outputs, taps, updates } = watched(state, batch, rate)
    tf.dispose([outputs, taps, updates] as unknown as tf.TensorContainer)
    return 'the losses'
  } catch (cause) {
    const problem = problemFrom(cause)
    return problem._tag === 'Failed' ? problem.at : 'an unknown node'
  }
}

/**
 * The path of a weight, statistic or moment that holds NaN or infinity. Borrows the values.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const unsound = (values: Values): string | undefined =>
  Object.keys(values).find((path) => !allFinite([values[path]!]))
