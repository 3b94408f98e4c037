/**
 * The program that training repeats, and what goes in and comes out of it.
 *
 * @since 0.1.0
 */
import type * as E from 'fp-ts/lib/Either.js'
import { iteration, learning } from '../../graphs/iteration.js'
import type { Program } from '../../graphs/plan.js'
import type { Batch as Tensors } from '../../graphs/training.js'
import * as tf from '../../nodes/tf.js'
import type { Config } from '../config/config.js'
import type { Batch } from '../dataset/index.js'
import type { Problem } from '../problem/problem.js'
import { program } from '../run/compute.js'

/**
 * A configuration that says how to train.
 *
 * @category config
 * @since 0.1.0
 */
export type Trainable = Config & { readonly train_params: NonNullable<Config['train_params']> }

/**
 * What an iteration hands over.
 *
 * @category model
 * @since 0.1.0
 */
export interface Learned {
  readonly losses: Readonly<Record<string, tf.Scalar>>
  readonly keypoints: Readonly<Record<'from' | 'to', { readonly mean: tf.Tensor3D }>>
  readonly prediction: tf.Tensor4D
  readonly deformed: tf.Tensor4D
}

/**
 * The program of one iteration, or what is wrong with its graph.
 *
 * @category constructors
 * @since 0.1.0
 */
export const iterationProgram = ({ model_params, train_params }: Trainable): E.Either<Problem, Program<any, Learned>> =>
  program(iteration(model_params, train_params), { learning: learning(train_params) }) as E.Either<
    Problem,
    Program<any, Learned>
  >

/**
 * A batch as tensors, which the receiver owns.
 *
 * @category conversion
 * @since 0.1.0
 */
export const tensorsOf = ({ source, driving, shape }: Batch): Tensors => ({
  source: tf.tensor4d(source, [...shape]),
  driving: tf.tensor4d(driving, [...shape])
})
