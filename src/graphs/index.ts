/**
 * Graphs: how one is drawn, judged and run, and those that Keyflow is made of.
 *
 * @since 0.1.0
 */

// Whole commands
export { type Animation, align, animate, type Framing, watch } from './animate.js'
// The networks
export {
  type Depth,
  decoder,
  downBlock,
  encoder,
  groupBlock,
  hourglass,
  type Map4,
  resBlock,
  upBlock,
  width
} from './blocks.js'
// Judging it
export { type CompileOptions, compile } from './compile.js'
export { type DenseMotion, denseMotion } from './dense-motion.js'
export { detector } from './detector.js'
export { discriminator, type Judged } from './discriminator.js'
// Writing it down
export { toDot, toMermaid, toText } from './draw.js'
export { type GraphError, showGraphError } from './errors.js'
// Making it fast
export { explain } from './explain.js'
// Running it
export { Failure, type RunError, showRunError } from './failure.js'
export { fastForms } from './fast-forms.js'
export { type Appearance, appearance, generator, render } from './generator.js'
// Drawing one
export {
  type Carried,
  type Composite,
  type Draw,
  type Graph,
  graph,
  mapWires,
  type Node,
  type Step,
  toNode,
  type Wire,
  type Wires,
  wiresOf
} from './graph.js'
export { adamOf, iteration, type LossParams, learning, type Trained } from './iteration.js'
export {
  type Catalogue,
  fromJson,
  type JsonError,
  nodeOf,
  sameGraph,
  toJson,
  type WrittenGraph,
  type WrittenStep,
  type WrittenWires
} from './json.js'
// Learning
export { type Learned, type Learning, learn, type Optimiser, type Update } from './learning.js'
export { alone, detect, encode, type Followed, type Following, follow, paint } from './live.js'
export { type Motion, motion, movementEmbedding } from './movement-embedding.js'
export { type Named, named, networks, type Purpose } from './named.js'
export { type Driven, firstKeypoints, type Normalisation, needsInitial, normalise, type Strong } from './normalise.js'
export {
  type CommonParams,
  type DenseMotionParams,
  type DetectorParams,
  type DiscriminatorParams,
  Embedding,
  type GeneratorParams,
  ModelParams
} from './params/model.js'
export type { Door, Entry as Input, Instruction, Program } from './plan.js'
export { type Prediction, predict } from './predict.js'
export { type Foresight, foresee, type KeypointSequence, predictor, type RnnParams } from './predictor.js'
export {
  type PredictorInputs,
  type PredictorLosses,
  predictorIteration,
  predictorLearning
} from './predictor-iteration.js'
export { reconstructFrames, watchFrames } from './reconstruct.js'
export { type Rule, rewrite } from './rewrite.js'
export { gradient, initial, run } from './run.js'
export { type Options, open, type Result, type Session, stepper } from './session.js'
export { advanced, type Batch, learner, rateAt, replacing, type TrainingState } from './training.js'
export { trainingForms } from './training-forms.js'
export { trainingSheet } from './training-sheet.js'
export { type Pictures, transferFrames } from './transfer.js'
