/**
 * What films are measured by, and who looks.
 *
 * @since 0.1.0
 */
export {
  type Ablated,
  ablate,
  ablationTable,
  type Curve,
  curvesOf,
  type Judge,
  type Train
} from './ablation.js'
export { bodyDetector } from './body.js'
export { chart } from './chart.js'
export { type Detector, type Features, frameAt, type Seen } from './detector.js'
export { type Drawing, drawing } from './drawn.js'
export { type Compared, comparePair, type Looking, type Onlooker, type Pair, type Sight } from './evaluate.js'
export { type Evaluated, evaluation } from './evaluation.js'
export { faceDetector } from './face.js'
export { type Film, filmsIn, filmsOf, type Parts, pairsOf } from './films.js'
export { type FrameMeasure, type FrameMeasures, frameMeasures } from './frame-measure.js'
export { frechet, frechetOfSets, type Gaussian, gaussianOf } from './frechet.js'
export { inceptionFeatures } from './inception.js'
export type { Point, Pose } from './points.js'
export type { Reading } from './reconstruct.js'
export { type Reconstruction, reconstruction } from './reconstruction.js'
export { type Input, type Measure, type Measured, measure, type PerFrame, table, type Witness } from './report.js'
