/**
 * Learning: a fold of the stream of batches over one state, with everything recorded that a run must leave behind.
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import type { Result } from '../../graphs/session.js'
import { advanced, learner, replacing, type TrainingState } from '../../graphs/training.js'
import type { Decays } from '../../nodes/adam.js'
import * as tf from '../../nodes/tf.js'
import type { Position } from '../dataset/index.js'
import { MediaFailure } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { attempt, problemFrom } from '../run/compute.js'
import { orThrow } from '../run/interruptible.js'
import type { Step } from './log.js'
import type { Recorder } from './recorder.js'

/** What every program that learns hands over. */
export interface Losing {
  readonly losses: Readonly<Record<string, tf.Scalar>>
}

/** The learning rate of an epoch, told by what hears of every step that was made. */
export interface Rates {
  readonly at: (epoch: number) => number
  readonly heard: (step: Step) => Rates
}

/** Rates that no loss changes. */
export const fixedRates = (at: (epoch: number) => number): Rates => {
  const rates: Rates = { at, heard: () => rates }
  return rates
}

/** All that learning needs: batches `B`, the tensors `I` that are made of them, the outputs `O` of the program. */
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
  /** Steps between checkpoints; 0 for one at the end alone. */
  readonly checkpoints: number
  readonly write: (state: TrainingState, to: string) => TaskEither<Problem, void>
  /** How good a state is, the lower the better. */
  readonly score?: (state: TrainingState) => number | undefined
  /** Borrows what a step was made of. */
  readonly seen?: (outputs: O, tensors: I, step: number) => Promise<void>
  /** The checkpoint that the run goes on from, if there is one. */
  readonly last: string | undefined
  readonly signal: AbortSignal
}

/** How training ended. */
export interface Trained {
  readonly steps: number
  readonly losses: Readonly<Record<string, number>>
  /** The newest checkpoint. */
  readonly path: string
}

/** The numbers of some scalars, in one reading. */
const numbersOf = (scalars: Readonly<Record<string, tf.Scalar>>): Readonly<Record<string, number>> => {
  const values = tf.tidy(() => tf.stack(Object.values(scalars)).dataSync())
  return Object.fromEntries(Object.keys(scalars).map((name, i) => [name, values[i]!]))
}

/** Where in a run a number was none, and the checkpoint before it. */
const diverged = (step: number, at: string, checkpoint: string): Problem => ({
  _tag: 'Failed',
  at: `step ${step}, ${at}`,
  cause: `a number that is none, or infinite; nothing of this step was kept; the last good checkpoint is ${checkpoint}`
})

/** Runs a step again and watches every node, to name the one where the first number was none. */
const culprit = <I extends object>(
  p: Program<any, Losing>,
  decays: { readonly decays?: Decays },
  [state, tensors, rate]: readonly [TrainingState, I, number]
): string => {
  try {
    const again = learner<Losing, I>(p, { watch: true, ...decays })(state, tensors, rate)
    tf.dispose([again.outputs, again.taps, again.updates] as unknown as tf.TensorContainer)
    return 'the losses'
  } catch (cause) {
    const problem = problemFrom(cause)
    return problem._tag === 'Failed' ? problem.at : 'an unknown node'
  }
}

/**
 * Learns from a state, which it takes over, until the last step, an interrupt, or a number that is none. Every step is
 * recorded; an interrupt ends with a checkpoint and the problem `Interrupted`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const fold = <B, I extends object, O extends Losing>(
  t: Fold<B, I, O>,
  p: Program<any, O>,
  from: TrainingState
): TaskEither<Problem, Trained> => {
  const { recorder, batches, total } = t
  const decays = t.decays === undefined ? {} : { decays: t.decays }
  const step = learner<O, I>(p, decays)
  let [state, rates] = [from, t.rates]
  let losses: Readonly<Record<string, number>> = {}
  let path = t.last ?? '(none)'

  const save = async (): Promise<void> => {
    path = await orThrow(recorder.checkpoint(state.iteration, (to) => t.write(state, to), t.score?.(state)))
  }
  const one = async (tensors: I, began: number, waiting: number): Promise<void> => {
    const rate = rates.at(state.epoch)
    const made: Result<O> = step(state, tensors, rate)
    try {
      const values = numbersOf({ ...made.outputs.losses, norm: made.taps['gradient.norm'] as tf.Scalar })
      const { norm, ...named } = values
      if (!Object.values(values).every(Number.isFinite)) {
        tf.dispose(made.updates as tf.TensorContainer)
        throw new MediaFailure(diverged(state.iteration + 1, culprit(p, decays, [state, tensors, rate]), path))
      }
      const { epoch } = state
      state = advanced(state, replacing(state.values, made.updates), batches.perEpoch)
      losses = named
      const line = { step: state.iteration, epoch, losses: named }
      rates = rates.heard(line)
      const seconds = (performance.now() - began) / 1000
      await orThrow(recorder.record({ ...line, seconds, waiting }))
      await t.seen?.(made.outputs, tensors, state.iteration)
    } finally {
      tf.dispose([made.outputs, made.taps] as unknown as tf.TensorContainer)
    }
    const due = t.checkpoints > 0 && state.iteration % t.checkpoints === 0
    if (due || state.iteration === total || t.signal.aborted) await save()
  }

  return attempt(async (): Promise<Trained> => {
    const heard = (): void => {}
    t.signal.addEventListener('abort', heard) // the step that is under way is finished
    try {
      if (t.last === undefined) await save()
      let asked = performance.now()
      for await (const { batch } of batches.from({ epoch: state.epoch, index: state.index })) {
        if (t.signal.aborted || state.iteration >= total) break
        const tensors = t.tensors(batch)
        try {
          await one(tensors, asked, (performance.now() - asked) / 1000)
        } finally {
          tf.dispose(tensors as unknown as tf.TensorContainer)
        }
        await new Promise(setImmediate) // the interrupt of a user is heard between steps
        asked = performance.now()
      }
      if (t.signal.aborted) throw new MediaFailure({ _tag: 'Interrupted', signal: String(t.signal.reason) })
      return { steps: state.iteration, losses, path }
    } finally {
      t.signal.removeEventListener('abort', heard)
      tf.dispose(state.values as tf.TensorContainer)
    }
  })
}
