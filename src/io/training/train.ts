/**
 * Training: a fold of the stream of batches over one state, with everything recorded that a run must leave behind.
 *
 * @since 0.1.0
 */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import { advanced, type Batch, learner, replacing, type TrainingState } from '../../graphs/training.js'
import * as tf from '../../nodes/tf.js'
import type { Config } from '../config/config.js'
import type { Batches } from '../dataset/index.js'
import { MediaFailure } from '../media/index.js'
import { writeModel } from '../model/model.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import { orThrow } from '../run/interruptible.js'
import { culprit, diverged, unsound } from './finite.js'
import { type Learned, numbersOf, tensorsOf } from './iteration.js'
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
 * How training ended: after how many steps, with which losses (none without a step), and at which checkpoint.
 *
 * @category model
 * @since 0.1.0
 */
export interface Trained {
  readonly steps: number
  readonly losses: Readonly<Record<string, number>>
  readonly path: string
}

/**
 * Trains from a state, which it takes over, until the last step, an interrupt, NaN or infinity. Every step is recorded. An
 * interrupt lets the step finish, and ends with a checkpoint and the problem `Interrupted`. A checkpoint with NaN or infinity
 * is never written.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const train = (t: Training, p: Program<any, Learned>, from: TrainingState): TE.TaskEither<Problem, Trained> => {
  const { config, recorder, batches, judge, rhythm, total, signal } = t
  const step = learner(p)
  let state = from
  let losses: Trained['losses'] = {}
  let saved = t.last === undefined ? undefined : { path: t.last, iteration: from.iteration }

  const due = (rhythm: ReadonlyArray<number>): boolean =>
    state.iteration === total || rhythm.some((every) => state.iteration % every === 0)
  const stop = (iteration: number, at: string): never => {
    throw new MediaFailure(diverged(iteration, at, saved?.path))
  }

  const save = async (score?: number): Promise<void> => {
    const { iteration, values } = state
    const odd = unsound(values)
    if (odd !== undefined) stop(iteration, odd)
    const write = (to: string) => writeModel(to, modelOf(state, config, t.origin))
    saved = { path: await orThrow(recorder.checkpoint(iteration, write, score)), iteration }
  }
  const draw = ({ keypoints, prediction, deformed }: Learned, batch: Batch) => {
    const points = { sourcePoints: keypoints.from.mean, drivingPoints: keypoints.to.mean }
    return orThrow(recorder.picture(state.iteration, { ...batch, prediction, deformed, ...points, more: {} }))
  }

  /** One step, from the moment that its batch was asked for; `waiting` are seconds until it came. */
  const one = async (batch: Batch, asked: number, waiting: number): Promise<void> => {
    const { epoch, iteration } = state
    const rate = t.rate(epoch)
    const { outputs, taps, updates } = step(state, batch, rate)
    try {
      const { norm, ...named } = numbersOf({ ...outputs.losses, norm: taps['gradient.norm'] as tf.Scalar })
      if (![norm, ...Object.values(named)].every(Number.isFinite)) {
        tf.dispose(updates as tf.TensorContainer)
        stop(iteration + 1, culprit(p, state, batch, rate))
      }
      state = advanced(state, replacing(state.values, updates), batches.perEpoch)
      losses = named
      const seconds = (performance.now() - asked) / 1000
      await orThrow(recorder.record({ step: state.iteration, epoch, losses, seconds, waiting }))
      if (due(rhythm.pictures)) await draw(outputs, batch)
    } finally {
      tf.dispose([outputs, taps] as unknown as tf.TensorContainer)
    }
    if (due(rhythm.checkpoints)) await save(judge.score(state.values))
  }

  const steps = async (): Promise<void> => {
    let asked = performance.now()
    for await (const { batch } of batches.from({ epoch: state.epoch, index: state.index })) {
      if (signal.aborted || state.iteration >= total) return
      const tensors = tensorsOf(batch)
      try {
        await one(tensors, asked, (performance.now() - asked) / 1000)
      } finally {
        tf.dispose(tensors as unknown as tf.TensorContainer)
      }
      await new Promise(setImmediate) // an interrupt is heard between steps
      asked = performance.now()
    }
  }

  return attempt(async () => {
    const heard = (): void => {}
    signal.addEventListener('abort', heard) // so that the step that is under way is finished
    try {
      if (saved === undefined) await save(judge.score(state.values))
      if (state.iteration < total) await steps()
      if (state.iteration < total) {
        if (saved?.iteration !== state.iteration) await save()
        throw new MediaFailure({ _tag: 'Interrupted', signal: String(signal.reason) })
      }
      return { steps: state.iteration, losses, path: saved!.path }
    } finally {
      signal.removeEventListener('abort', heard)
      tf.dispose(state.values as tf.TensorContainer)
    }
  })
}
