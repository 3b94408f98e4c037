/**
 * Learning: a fold of the stream of batches over one state, with everything recorded that a run must leave behind.
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import { advanced, learner, replacing, type TrainingState } from '../../graphs/training.js'
import type { Decays } from '../../nodes/adam.js'
import * as tf from '../../nodes/tf.js'
import type { Position } from '../dataset/index.js'
import { orThrow } from '../media/failure.js'
import { MediaFailure } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import { culprit, diverged, unsound } from './finite.js'
import type { Step } from './log.js'
import { numbersOf } from './numbers.js'
import type { Recorder } from './recorder.js'

/**
 * What every program that learns hands over. Each loss is a scalar.
 *
 * @since 0.1.0
 */
export interface Losing {
  readonly losses: Readonly<Record<string, tf.Scalar>>
}

/**
 * The learning rate of an epoch, told by what hears of every step that was made.
 *
 * @category model
 * @since 0.1.0
 */
export interface Rates {
  readonly at: (epoch: number) => number
  readonly heard: (step: Step) => Rates
}

/**
 * Rates that no loss changes.
 *
 * @since 0.1.0
 */
export const fixedRates = (at: (epoch: number) => number): Rates => {
  const rates: Rates = { at, heard: () => rates }
  return rates
}

/**
 * All that learning needs: batches `B`, the tensors `I` that are made of them, the outputs `O` of the program. A `Problem` of
 * `write` ends it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Fold<B, I, O> {
  readonly batches: {
    readonly perEpoch: number
    readonly from: (position: Position) => AsyncIterable<{ readonly batch: B }>
  }
  readonly tensors: (batch: B) => I
  readonly rates: Rates
  /** Decays of the program's Adam, where they are not the usual ones. */
  readonly decays?: Decays
  readonly recorder: Recorder
  /** The step that ends the run. */
  readonly total: number
  /** Checkpoints are written at every multiple of one of these numbers, and at the end. */
  readonly checkpoints: ReadonlyArray<number>
  readonly write: (state: TrainingState, to: string) => TaskEither<Problem, void>
  /** How good a state is, the lower the better. */
  readonly score?: (state: TrainingState) => number | undefined
  /** Borrows what a step was made of and what it gave. */
  readonly seen?: (outputs: O, tensors: I, step: number) => Promise<void>
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

/** Whether a step is the last, or a multiple of one of some numbers. */
export const due = (step: number, total: number, rhythm: ReadonlyArray<number>): boolean =>
  step === total || rhythm.some((every) => step % every === 0)

/**
 * Learns from a state, which it takes over, until the last step, an interrupt, NaN or infinity. Every step is recorded. An
 * interrupt lets the step finish, and ends with a checkpoint and the problem `Interrupted`. A checkpoint with NaN or infinity
 * is never written.
 *
 * Fails with `Interrupted`, with `Failed` where a loss or a weight is NaN or infinite, `FileTrouble` where nothing can be
 * written, `BadData` where the data is no longer what it was.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const fold = <B, I extends object, O extends Losing>(
  t: Fold<B, I, O>,
  p: Program<any, O>,
  from: TrainingState
): TaskEither<Problem, Trained> => {
  const { recorder, batches, total, signal } = t
  const decays = t.decays === undefined ? {} : { decays: t.decays }
  const step = learner<O, I>(p, decays)
  let [state, rates] = [from, t.rates]
  let losses: Trained['losses'] = {}
  let saved = t.last === undefined ? undefined : { path: t.last, iteration: from.iteration }

  const stop = (iteration: number, at: string): never => {
    throw new MediaFailure(diverged(iteration, at, saved?.path))
  }
  const save = async (score?: number): Promise<void> => {
    const { iteration, values } = state
    const odd = unsound(values)
    if (odd !== undefined) stop(iteration, odd)
    saved = { path: await orThrow(recorder.checkpoint(iteration, (to) => t.write(state, to), score)), iteration }
  }

  /** One step, from the moment that its batch was asked for; `waiting` are seconds until it came. */
  const one = async (tensors: I, asked: number, waiting: number): Promise<void> => {
    const { epoch, iteration } = state
    const rate = rates.at(epoch)
    const { outputs, taps, updates } = step(state, tensors, rate)
    try {
      const { norm, ...named } = numbersOf({ ...outputs.losses, norm: taps['gradient.norm'] as tf.Scalar })
      if (![norm, ...Object.values(named)].every(Number.isFinite)) {
        tf.dispose(updates as tf.TensorContainer)
        stop(iteration + 1, culprit(learner<O, I>(p, { watch: true, ...decays }), state, tensors, rate))
      }
      state = advanced(state, replacing(state.values, updates), batches.perEpoch)
      losses = named
      const line = { step: state.iteration, epoch, losses }
      rates = rates.heard(line)
      const seconds = (performance.now() - asked) / 1000
      await orThrow(recorder.record({ ...line, seconds, waiting }))
      await t.seen?.(outputs, tensors, state.iteration)
    } finally {
      tf.dispose([outputs, taps] as unknown as tf.TensorContainer)
    }
    if (due(state.iteration, total, t.checkpoints)) await save(t.score?.(state))
  }

  const steps = async (): Promise<void> => {
    let asked = performance.now()
    for await (const { batch } of batches.from({ epoch: state.epoch, index: state.index })) {
      if (signal.aborted || state.iteration >= total) return
      const tensors = t.tensors(batch)
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
      if (saved === undefined) await save(t.score?.(state))
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
