/**
 * Nodes: how one is made, and all that Keyflow has.
 *
 * @since 0.1.0
 */

// Arithmetic and shapes
export { leakyRelu, relu, sigmoid } from './activations.js'
// Learning
export { adam, adamConstants, adamSize, type Decays } from './adam.js'
// Keypoints
export { adaptVariance } from './adapt-variance.js'
export { add } from './add.js'
export { alignment } from './alignment.js'
// Layers
export { avgPool } from './avg-pool.js'
export { batchNorm } from './batch-norm.js'
export { batchNormTraining } from './batch-norm-training.js'
// Every kind by its name
export { catalogue } from './catalogue.js'
export { concat } from './concat.js'
export { Convolution, conv2d } from './conv2d.js'
export { affineRelu, convolve, convolveOnto, convolvePhases } from './convolve.js'
// Flows and warps
export { deformedSource } from './deformed-source.js'
export { detach } from './detach.js'
export { frameDifference, mirror, shiftRight } from './displace.js'
// What a codec finds wrong, and what it takes
export { type Fault, type Field, faults, fields, type Surplus, surplus } from './faults.js'
export { allFinite } from './finite.js'
export { absoluteFlow, correction, identityFlow, maskedMotion, motionMask } from './flow.js'
export { foldAffine, foldNorm, foldPhases, ownKernel } from './folded.js'
export { gaussian2kp } from './gaussian2kp.js'
export { grid } from './grid.js'
export { gru } from './gru.js'
export { heatmapDifference, NormConst, normaliseHeatmap } from './heatmaps.js'
export { filled, uniform } from './init.js'
export { instanceNorm } from './instance-norm.js'
export { interleave } from './interleave.js'
export { inverse } from './inverse.js'
export { keypointDifference } from './keypoint-difference.js'
// What nodes of one's own are made from
export { type Keypoints, keypoints, Variance } from './keypoints.js'
export { kp2gaussian } from './kp2gaussian.js'
export { absoluteLoss, sequenceLoss, squaredLoss } from './losses.js'
// What a node is
export { get, type Leaf, match, type SpecError, showSpecError } from './match.js'
// Pictures, and where films come from and go
export { countFrames, readBeginning, readFilm, readFrame, readPicture, writeFilm } from './media.js'
export { movementScale } from './movement-scale.js'
export {
  type AnyRank,
  type Body,
  body,
  define,
  type Entry,
  type Extras,
  family,
  type Kind,
  type Leafnode,
  node,
  type Primitive,
  type Pullback,
  type Pulled,
  positive,
  type Run,
  real,
  reals,
  type Settings,
  type Signature,
  type Sink,
  type Some,
  type Source,
  type Values,
  type Weight,
  whole
} from './node.js'
export { type FilterState, filterState, oneEuro, Smoothing } from './one-euro.js'
export { halves, pair } from './pair.js'
export { beside, cut, drawKeypoints, outline, toSize } from './picture.js'
export { clipMean, constantScale, relativeMotion, strengthen } from './relative-motion.js'
export { Interpolation, rescale, resize } from './resize.js'
export { asBatch, extend, first } from './select.js'
export { flattenMatrices, flattenMeans, linear, readKeypoints } from './sequences.js'
export { spatialSoftmax } from './spatial-softmax.js'
export { build, join, record, Spec, type TensorOf, tensor } from './spec.js'
export { one, sum } from './sum.js'
// The engine
export * as tf from './tf.js'
// Time
export { asSequence, beginWith, framesAt, holdStep, masked } from './timeline.js'
export { upsample } from './upsample.js'
export { warp } from './warp.js'
