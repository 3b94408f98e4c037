/**
 * A training run and its folder: the fold of steps, logs, checkpoints, resumption.
 *
 * @since 0.1.0
 */
export { type Chart as LineChart, lines as lineChart, type Point as ChartPoint, type Series } from './chart.js'
export { type Fold, fixedRates, fold, type Losing, type Rates, type Trained } from './fold.js'
export { openRun, type RunFolder, standing } from './folder.js'
export { infoOf } from './info.js'
export { keypointsOf, type Track } from './keypoints.js'
export { type Line, type Log, openLog, readLog, readTimes, Step, Time } from './log.js'
export type { Moment, StepProgress, Teller } from './progress.js'
export { openRecorder, type Recorder, type Recording } from './recorder.js'
export { type Drawing as DrawnSequence, type SequenceBatches, type Sequences, sequences } from './sequences.js'
export { type Beginning, standingAt } from './start.js'
export { RunInfo, type Start, startedWith } from './started.js'
export { modelOf, stateOf } from './state.js'
export { type Rhythm, type Training, train } from './train.js'
export {
  drawingOf,
  type Predictable,
  type PredictorTraining,
  predictable,
  predictorProgram,
  trainPredictor,
  untaught,
  withPredictor
} from './train-predictor.js'
export { trainInto } from './whole.js'
