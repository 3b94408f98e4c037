/**
 * Training of the three networks: what the fold of `fold.ts` learns from, is judged by and shows.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { iteration, learning } from '../../graphs/iteration.js'
import type { Program } from '../../graphs/plan.js'
import { run as runProgram } from '../../graphs/run.js'
import type { Batch as Tensors, TrainingState } from '../../graphs/training.js'
import { validate } from '../../graphs/validate.js'
import * as tf from '../../nodes/tf.js'
import type { Config } from '../config/config.js'
import { type Batch, type Batches, type Dataset, wholeClip } from '../dataset/index.js'
import { readModel, writeModel } from '../model/model.js'
import { type Problem, showProblem } from '../problem/problem.js'
import { attempt, program } from '../run/compute.js'
import { orThrow } from '../run/interruptible.js'
import { fixedRates, fold, type Trained } from './fold.js'
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

/**
 * Trains from a state, which it takes over, until the last step, an interrupt, or a number that is none. Every step is
 * recorded; an interrupt ends with a checkpoint and the problem `Interrupted`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const train = (t: Training, p: Program<any, Learned>, from: TrainingState): TE.TaskEither<Problem, Trained> => {
  const { config, recorder, judged, rhythm, total } = t
  const judge = program(validate(config.model_params))
  const score = ({ values }: TrainingState): number | undefined => {
    if (judged === undefined || E.isLeft(judge)) return undefined
    const { outputs } = runProgram(judge.right)(values, judged)
    try {
      return outputs.loss.dataSync()[0]
    } finally {
      tf.dispose(outputs.loss)
    }
  }
  const draw = ({ keypoints, prediction, deformed }: Learned, batch: Tensors, step: number) =>
    orThrow(
      recorder.picture(step, {
        ...batch,
        prediction,
        deformed,
        sourcePoints: keypoints.from.mean,
        drivingPoints: keypoints.to.mean,
        more: {}
      })
    )
  return fold(
    {
      ...t,
      rates: fixedRates(t.rate),
      tensors: tensorsOf,
      checkpoints: rhythm.checkpoints,
      write: (state, to) => writeModel(to, modelOf(state, config, t.origin)),
      score,
      seen: async (outputs, batch, step) => {
        if ((rhythm.pictures > 0 && step % rhythm.pictures === 0) || step === total) await draw(outputs, batch, step)
      }
    },
    p,
    from
  )
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
