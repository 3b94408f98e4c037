/**
 * Training: a fold of the stream of batches over one state, with everything recorded that a run must leave behind.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { iteration, learning } from '../../graphs/iteration.js'
import type { Program } from '../../graphs/plan.js'
import { run as runProgram } from '../../graphs/run.js'
import type { Result } from '../../graphs/session.js'
import { advanced, learner, replacing, type Batch as Tensors, type TrainingState } from '../../graphs/training.js'
import { validate } from '../../graphs/validate.js'
import * as tf from '../../nodes/tf.js'
import type { Config } from '../config/config.js'
import { type Batch, type Batches, type Dataset, wholeClip } from '../dataset/index.js'
import { MediaFailure } from '../media/index.js'
import { readModel, writeModel } from '../model/model.js'
import { type Problem, showProblem } from '../problem/problem.js'
import { attempt, problemFrom, program } from '../run/compute.js'
import { orThrow } from '../run/interruptible.js'
import { newest } from './keep.js'
import type { Recorder } from './recorder.js'
import { modelOf, stateOf } from './state.js'

/** A configuration that says how to train. */
export type Trainable = Config & { readonly train_params: NonNullable<Config['train_params']> }

/** What an iteration hands over. */
interface Learned {
  readonly losses: Readonly<Record<string, tf.Scalar>>
  readonly keypoints: Readonly<Record<'from' | 'to', { readonly mean: tf.Tensor3D }>>
  readonly prediction: tf.Tensor4D
  readonly deformed: tf.Tensor4D
}

/** How often something is done, in steps; 0 for never but at the end. */
export interface Rhythm {
  readonly checkpoints: number
  readonly pictures: number
}

/** All that a run of training needs. */
export interface Training {
  readonly config: Trainable
  /** The learning rate at an epoch. */
  readonly rate: (epoch: number) => number
  readonly batches: Batches
  /** Pairs that the state of training is judged by at every checkpoint; nothing where there are none. */
  readonly judged: Tensors | undefined
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

/** How training ended. */
export interface Trained {
  readonly steps: number
  readonly losses: Readonly<Record<string, number>>
  /** The newest checkpoint. */
  readonly path: string
}

/** The program of one iteration, or what is wrong with its graph. */
export const iterationProgram = ({ model_params, train_params }: Trainable): E.Either<Problem, Program<any, Learned>> =>
  program(iteration(model_params, train_params), { learning: learning(train_params) }) as E.Either<
    Problem,
    Program<any, Learned>
  >

const tensorsOf = ({ source, driving, shape }: Batch): Tensors => ({
  source: tf.tensor4d(source, [...shape]),
  driving: tf.tensor4d(driving, [...shape])
})

/** The numbers of some scalars, in one reading. */
const numbersOf = (scalars: Readonly<Record<string, tf.Scalar>>): Readonly<Record<string, number>> => {
  const values = tf.tidy(() => tf.stack(Object.values(scalars)).dataSync())
  return Object.fromEntries(Object.keys(scalars).map((name, i) => [name, values[i]!]))
}

/** The first frame and one of the middle of some clips, as pairs of one size; the clips are spread over all that there are. */
export const judgedPairs = (
  dataset: Dataset,
  shape: readonly [number, number],
  most = 32
): TE.TaskEither<Problem, Tensors | undefined> =>
  attempt(async () => {
    const fitting = dataset.clips.filter((c) => c.height === shape[0] && c.width === shape[1] && c.frames > 1)
    const count = Math.min(most, fitting.length)
    if (count === 0) return undefined
    const chosen = Array.from({ length: count }, (_, i) => fitting[Math.floor((i * fitting.length) / count)]!)
    const films = await Promise.all(chosen.map((clip) => wholeClip(clip)))
    const picture = (n: (frames: number) => number) =>
      tf.tidy(() =>
        tf.stack(
          films.map(({ data, shape: [frames, h, w, c] }) => {
            const each = h * w * c
            return tf.tensor3d(data.slice(n(frames) * each, (n(frames) + 1) * each), [h, w, c])
          })
        )
      ) as tf.Tensor4D
    return { source: picture(() => 0), driving: picture((frames) => Math.floor(frames / 2)) }
  })

/** Where in a run a number was none, and the checkpoint before it. */
const diverged = (step: number, at: string, checkpoint: string): Problem => ({
  _tag: 'Failed',
  at: `step ${step}, ${at}`,
  cause: `a number that is none, or infinite; nothing of this step was kept; the last good checkpoint is ${checkpoint}`
})

/** Runs a step again and watches every node, to name the one where the first number was none. */
const culprit = (p: Program<any, Learned>, state: TrainingState, batch: Tensors, rate: number): string => {
  try {
    const again = learner(p, { watch: true })(state, batch, rate)
    tf.dispose([again.outputs, again.taps, again.updates] as unknown as tf.TensorContainer)
    return 'the losses'
  } catch (cause) {
    const problem = problemFrom(cause)
    return problem._tag === 'Failed' ? problem.at : 'an unknown node'
  }
}

/**
 * Trains from a state, which it takes over, until the last step, an interrupt, or a number that is none. Every step is
 * recorded; an interrupt ends with a checkpoint and the problem `Interrupted`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const train = (t: Training, p: Program<any, Learned>, from: TrainingState): TE.TaskEither<Problem, Trained> => {
  const { config, recorder, batches, judged, rhythm, total } = t
  const judge = program(validate(config.model_params))
  const step = learner(p)
  let state = from
  let losses: Readonly<Record<string, number>> = {}
  let path = t.last ?? '(none)'

  const score = (): number | undefined => {
    if (judged === undefined || E.isLeft(judge)) return undefined
    const { outputs } = runProgram(judge.right)(state.values, judged)
    try {
      return outputs.loss.dataSync()[0]
    } finally {
      tf.dispose(outputs.loss)
    }
  }
  const save = async (): Promise<void> => {
    const write = (to: string) => writeModel(to, modelOf(state, config, t.origin))
    path = await orThrow(recorder.checkpoint(state.iteration, write, score()))
  }
  const draw = ({ keypoints, prediction, deformed }: Learned, batch: Tensors) =>
    orThrow(
      recorder.picture(state.iteration, {
        ...batch,
        prediction,
        deformed,
        sourcePoints: keypoints.from.mean,
        drivingPoints: keypoints.to.mean,
        more: {}
      })
    )
  const due = (every: number): boolean => every > 0 && state.iteration % every === 0

  const one = async (batch: Tensors, began: number, waiting: number): Promise<void> => {
    const rate = t.rate(state.epoch)
    const made: Result<Learned> = step(state, batch, rate)
    try {
      const values = numbersOf({ ...made.outputs.losses, norm: made.taps['gradient.norm'] as tf.Scalar })
      const { norm, ...named } = values
      if (!Object.values(values).every(Number.isFinite)) {
        tf.dispose(made.updates as tf.TensorContainer)
        throw new MediaFailure(diverged(state.iteration + 1, culprit(p, state, batch, rate), path))
      }
      const { epoch } = state
      state = advanced(state, replacing(state.values, made.updates), batches.perEpoch)
      losses = named
      const seconds = (performance.now() - began) / 1000
      await orThrow(recorder.record({ step: state.iteration, epoch, losses: named, seconds, waiting }))
      if (due(rhythm.pictures) || state.iteration === total) await draw(made.outputs, batch)
    } finally {
      tf.dispose([made.outputs, made.taps] as unknown as tf.TensorContainer)
    }
    if (due(rhythm.checkpoints) || state.iteration === total || t.signal.aborted) await save()
  }

  const work = attempt(async (): Promise<Trained> => {
    const heard = (): void => {}
    t.signal.addEventListener('abort', heard) // the step that is under way is finished
    try {
      if (t.last === undefined) await save()
      let asked = performance.now()
      for await (const { batch } of batches.from({ epoch: state.epoch, index: state.index })) {
        if (t.signal.aborted || state.iteration >= total) break
        const tensors = tensorsOf(batch)
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
  return work
}

/** The state that a run goes on from: its newest whole checkpoint; those that could not be read are told. */
export const resumed = (
  checkpoints: string,
  paths: ReadonlyArray<string>,
  say: (line: string) => void
): TE.TaskEither<Problem, { readonly state: TrainingState; readonly path: string } | undefined> =>
  pipe(
    newest(checkpoints, readModel),
    TE.map(({ found, broken }) => {
      for (const problem of broken) say(`passed over a checkpoint: ${showProblem(problem)}`)
      return found === undefined ? undefined : { state: stateOf(found.value, paths), path: found.path }
    })
  )
