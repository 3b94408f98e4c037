/**
 * Training of the three networks: `fold` over batches of pairs, with pictures.
 *
 * @since 0.1.0
 */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import type { Batch as Tensors, TrainingState } from '../../graphs/training.js'
import type { Config } from '../config/config.js'
import type { Batch, Batches } from '../dataset/index.js'
import { orThrow } from '../media/failure.js'
import { writeModel } from '../model/model.js'
import type { Problem } from '../problem/problem.js'
import { due, fixedRates, fold, type Trained } from './fold.js'
import { type Learned, tensorsOf } from './iteration.js'
import type { Judge } from './judge.js'
import type { Recorder } from './recorder.js'
import { modelOf } from './state.js'

/**
 * How often something is done, in steps: at every multiple of one of these numbers.
 *
 * @category model
 * @since 0.1.0
 */
export type Rhythm = Readonly<Record<'checkpoints' | 'pictures', ReadonlyArray<number>>>

/**
 * All that a run of training needs beside its program.
 *
 * @category model
 * @since 0.1.0
 */
export interface Training {
  readonly config: Config
  /** The learning rate at an epoch. */
  readonly rate: (epoch: number) => number
  readonly batches: Batches
  /** What the state is judged by at every checkpoint. */
  readonly judge: Judge
  readonly recorder: Recorder
  /** The step that ends the run. */
  readonly total: number
  readonly rhythm: Rhythm
  /** Where the model came from, for those that are written. */
  readonly origin: { readonly file: string; readonly sha256: string }
  /** The checkpoint that the run goes on from, if there is one. */
  readonly last: string | undefined
  readonly signal: AbortSignal
}

/**
 * Trains from a state, which it takes over.
 *
 * Fails as `fold`: with `Interrupted`, `Failed` or `FileTrouble`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const train = (t: Training, p: Program<any, Learned>, from: TrainingState): TE.TaskEither<Problem, Trained> => {
  const { config, recorder, judge, rhythm, total } = t
  return fold<Batch, Tensors, Learned>(
    {
      ...t,
      rates: fixedRates(t.rate),
      tensors: tensorsOf,
      checkpoints: rhythm.checkpoints,
      write: (state, to) => writeModel(to, modelOf(state, config, t.origin)),
      score: ({ values }) => judge.score(values),
      seen: async ({ keypoints, prediction, deformed }, batch, step) => {
        if (!due(step, total, rhythm.pictures)) return
        const points = { sourcePoints: keypoints.from.mean, drivingPoints: keypoints.to.mean }
        await orThrow(recorder.picture(step, { ...batch, prediction, deformed, ...points, more: {} }))
      }
    },
    p,
    from
  )
}
