/**
 * Training of the predictor: a recurrent network learns how keypoints move on.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import type { Masked } from '../../graphs/predictor.js'
import {
  type PredictorLosses,
  predictorDecays,
  predictorIteration,
  predictorLearning
} from '../../graphs/predictor-iteration.js'
import { initial } from '../../graphs/run.js'
import type { TrainingState } from '../../graphs/training.js'
import type { Config } from '../config/config.js'
import { type Model, writeModel } from '../model/model.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { program } from '../run/compute.js'
import { fold, type Rates, type Trained } from './fold.js'
import type { Step } from './log.js'
import { plateauRates } from './plateau.js'
import type { Recorder } from './recorder.js'
import { type Drawing, type SequenceBatches, type Sequences, sequenceTensors } from './sequences.js'
import { modelOf } from './state.js'

/**
 * A configuration that says how to train the predictor.
 *
 * @since 0.1.0
 */
export type Predictable = Config & { readonly prediction_params: NonNullable<Config['prediction_params']> }

/**
 * A configuration that says how to train the predictor, or `BadData` that tells what it lacks.
 *
 * @since 0.1.0
 */
export const predictable = (
  file: string,
  { prediction_params: p, ...config }: Config
): E.Either<Problem, Predictable> => {
  const bad = complaint(file)
  if (p === null) return E.left(bad('prediction_params', 'how to train the predictor', 'nothing'))
  return p.init_frames < p.num_frames
    ? E.right({ ...config, prediction_params: p })
    : E.left(bad('prediction_params.init_frames', `fewer than the ${p.num_frames} of num_frames`, `${p.init_frames}`))
}

/**
 * How sequences are drawn for a configuration.
 *
 * @since 0.1.0
 */
export const drawingOf = ({ model_params, prediction_params: p }: Predictable, seed: number): Drawing => ({
  seed,
  batchSize: p.batch_size,
  span: { keep: p.init_frames, frames: p.num_frames },
  rnn: p.rnn_params,
  keypoints: model_params.common_params.num_kp,
  matrices: model_params.common_params.kp_variance === 'matrix'
})

/**
 * The program of one iteration, or `Failed` for each mistake of its graph.
 *
 * @since 0.1.0
 */
export const predictorProgram = (config: Predictable): E.Either<Problem, Program<any, PredictorLosses>> => {
  const { rnn, span } = drawingOf(config, 0)
  return program(predictorIteration(config.model_params.common_params, rnn, span), { learning: predictorLearning })
}

/**
 * Where a new run starts: at chance.
 *
 * @since 0.1.0
 */
export const untaught = (p: Program<any, any>, seed: number): TrainingState => ({
  values: initial(p, seed),
  adam: { predictor: 0 },
  iteration: 0,
  epoch: 0,
  index: 0
})

/**
 * All that a run of the predictor's training needs.
 *
 * @since 0.1.0
 */
export interface PredictorTraining {
  readonly config: Predictable
  /** The model whose keypoints are learned. */
  readonly model: Model
  readonly drawing: Drawing
  readonly batches: SequenceBatches
  readonly recorder: Recorder
  readonly total: number
  /** Checkpoints are written at every multiple of one of these numbers. */
  readonly checkpoints: ReadonlyArray<number>
  /** The steps that were made before. */
  readonly log: ReadonlyArray<Step>
  readonly last: string | undefined
  readonly signal: AbortSignal
}

const isPredictor = (name: string): boolean => name.startsWith('predictor.')

/**
 * A model with the predictor of another beside its own networks. No tensor changes its shape; none is copied.
 *
 * @category constructors
 * @since 0.1.0
 */
export const withPredictor = (model: Model, { prediction_params }: Predictable, tensors: Model['tensors']): Model => {
  const part = (from: Model['tensors'], which: boolean) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => isPredictor(name) === which))
  return {
    ...model,
    config: { ...model.config, prediction_params },
    tensors: { ...part(model.tensors, false), ...part(tensors, true) }
  }
}

/** A state of training as a model: all networks, and the training state of the predictor alone. */
const checkpointOf = ({ model, config }: PredictorTraining, state: TrainingState): Model => {
  const own = modelOf(state, config, model.origin)
  return { ...withPredictor(model, config, own.tensors), training: own.training! }
}

/** The schedule after the steps of a log. */
const ratesAfter = (lr: number, log: ReadonlyArray<Step>): Rates =>
  log.reduce((rates, step) => rates.heard(step), plateauRates(lr))

/**
 * Trains the predictor from a state, which it takes over.
 *
 * Fails as `fold`: with `Interrupted`, `Failed` or `FileTrouble`.
 *
 * Source: `prediction` in the reference `prediction.py`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const trainPredictor = (
  t: PredictorTraining,
  p: Program<any, PredictorLosses>,
  from: TrainingState
): TE.TaskEither<Problem, Trained> =>
  fold<Sequences, Masked, PredictorLosses>(
    {
      ...t,
      tensors: (batch) => sequenceTensors(t.drawing, batch),
      rates: ratesAfter(t.config.prediction_params.lr, t.log),
      decays: predictorDecays,
      write: (state, to) => writeModel(to, checkpointOf(t, state))
    },
    p,
    from
  )
