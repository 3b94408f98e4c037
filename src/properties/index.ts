/**
 * The laws that our nodes, graphs and operators keep, for holding your own to them: needs `fast-check`.
 *
 * ```ts
 * import { holds, warpLaws } from 'keyflow/properties'
 *
 * for (const law of warpLaws) it(law.name, () => holds(law, myWarp))
 * ```
 *
 * @since 0.1.0
 */
export { models, purposes } from './arbitrary/configs.js'
export { type Drawing, graphs, lossOf, type Made, type Pair } from './arbitrary/graphs.js'
export { inputsOf, type Numbers } from './arbitrary/inputs.js'
export { nodes } from './arbitrary/settings.js'
export {
  type FlowSketch,
  flows,
  type KeypointsSketch,
  keypoints,
  type Sketch,
  type TensorSketch,
  tensors,
  type Video,
  type VideoSketch,
  videos
} from './arbitrary/sketches.js'
export { above, atLeast, atMost, below, bounded, close, equal, isTrue, Mismatch } from './due.js'
export { type About, type Cases, holds, holdsForAll, type Law, LawBroken, law, type Trial, tidied } from './law.js'
export { adamLaws } from './laws/adam.js'
export { type Bumps, bumpAndMomentLaws, bumpLaws, inverseLaws } from './laws/bumps.js'
export {
  displacementLaws,
  handingLaws,
  lossLaws,
  relativeMotionLaws,
  timelineLaws
} from './laws/definitions.js'
export { deformationLaws, embeddingLaws } from './laws/deformation.js'
export { denseMotionLaws, generatorLaws } from './laws/dense-motion.js'
export { backendLaws, derivativeLaws, sequenceDerivativeLaws, shapeLaws } from './laws/derivatives.js'
export { type Arithmetic, sizeLaws } from './laws/dims.js'
export { equationLaws } from './laws/equations.js'
export { type Extractor, extractorLaws } from './laws/extractors.js'
export { filterLaws } from './laws/filters.js'
export { batchLaws, graphLaws, rewriteLaws, type Tried } from './laws/graphs.js'
export { heatmapLaws, type Softmax, softmaxLaws } from './laws/heatmaps.js'
export { inFlightLaws } from './laws/in-flight.js'
export { activationLaws, batchNormLaws, convolutionLaws, instanceNormLaws, joinLaws } from './laws/layers.js'
export { type Moments, momentLaws } from './laws/moments.js'
export {
  differenceLaws,
  flowLaws,
  gridLaws,
  heatmapDifferenceLaws,
  maskLaws,
  normalisedHeatmapLaws
} from './laws/motion.js'
export { movementScaleLaws } from './laws/movement-scale.js'
export {
  detectorLaws,
  discriminatorLaws,
  movementEmbeddingLaws,
  predictorLaws,
  transferLaws
} from './laws/networks.js'
export { nodeLaws } from './laws/nodes.js'
export {
  adaptedVarianceLaws,
  alignmentLaws,
  clippedMeanLaws,
  normalisationLaws
} from './laws/normalise.js'
export { batchNormTrainingLaws, normedLaws } from './laws/normed.js'
export { type Operator, operatorLaws } from './laws/operators.js'
export { besideLaws, discLaws } from './laws/pictures.js'
export { playLaws } from './laws/play.js'
export { foreseenLaws } from './laws/predictor.js'
export { enlargeLaws, everyPixelLaws, resizeLaws, upsampleLaws } from './laws/resize.js'
export { type Schedule, scheduleLaws } from './laws/schedules.js'
export { linearLaws, pickLaws, recurrenceLaws, vectorLaws } from './laws/sequences.js'
export { codecLaws, matchLaws, specLaws } from './laws/specs.js'
export { gradientLaws, type Learner, trainingLaws } from './laws/training.js'
export { bilinearWarpLaws, type Warp, warpLaws } from './laws/warps.js'
export { readingLaws, writtenLaws, writtenNodeLaws } from './laws/written.js'
export { drawn, every, near, numbers, reader, tabulated } from './tensors.js'
