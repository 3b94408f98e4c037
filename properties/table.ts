/**
 * Which laws hold which nodes. Every kind of the catalogue stands here; one that does not fails a test. What any node is held
 * to, whatever its kind, is in `nodes.property.ts`.
 */
import { leakyRelu, relu, sigmoid } from '../src/nodes/activations.js'
import { adam } from '../src/nodes/adam.js'
import { adaptVariance } from '../src/nodes/adapt-variance.js'
import { add } from '../src/nodes/add.js'
import { alignment } from '../src/nodes/alignment.js'
import { avgPool } from '../src/nodes/avg-pool.js'
import { batchNorm } from '../src/nodes/batch-norm.js'
import { batchNormTraining } from '../src/nodes/batch-norm-training.js'
import { concat } from '../src/nodes/concat.js'
import { conv2d } from '../src/nodes/conv2d.js'
import { deformedSource } from '../src/nodes/deformed-source.js'
import { detach } from '../src/nodes/detach.js'
import { frameDifference, mirror, shiftRight } from '../src/nodes/displace.js'
import { absoluteFlow, correction, identityFlow, maskedMotion, motionMask } from '../src/nodes/flow.js'
import { gaussian2kp } from '../src/nodes/gaussian2kp.js'
import { grid } from '../src/nodes/grid.js'
import { gru } from '../src/nodes/gru.js'
import { heatmapDifference, normaliseHeatmap } from '../src/nodes/heatmaps.js'
import { instanceNorm } from '../src/nodes/instance-norm.js'
import { interleave } from '../src/nodes/interleave.js'
import { inverse } from '../src/nodes/inverse.js'
import { keypointDifference } from '../src/nodes/keypoint-difference.js'
import { kp2gaussian } from '../src/nodes/kp2gaussian.js'
import { absoluteLoss, sequenceLoss, squaredLoss } from '../src/nodes/losses.js'
import { movementScale } from '../src/nodes/movement-scale.js'
import { normed } from '../src/nodes/normed.js'
import { oneEuro } from '../src/nodes/one-euro.js'
import { halves, pair } from '../src/nodes/pair.js'
import { beside, cut, drawKeypoints, outline, toSize } from '../src/nodes/picture.js'
import { clipMean, constantScale, relativeMotion, strengthen } from '../src/nodes/relative-motion.js'
import { every, rescale, resize } from '../src/nodes/resize.js'
import { asBatch, extend, first } from '../src/nodes/select.js'
import { flattenMatrices, flattenMeans, linear, readKeypoints } from '../src/nodes/sequences.js'
import { spatialSoftmax } from '../src/nodes/spatial-softmax.js'
import { sum } from '../src/nodes/sum.js'
import { asSequence, beginWith, framesAt, holdStep, masked } from '../src/nodes/timeline.js'
import { upsample } from '../src/nodes/upsample.js'
import { warp } from '../src/nodes/warp.js'
import * as laws from '../src/properties/index.js'
import { type Row, row } from './held.js'

const single = gaussian2kp({ variance: 'single', clip: 0 })
const matrix = gaussian2kp({ variance: 'matrix', clip: 0 })

export const warps: ReadonlyArray<Row> = [row('a warp', warp, laws.warpLaws, laws.bilinearWarpLaws)]

export const keypoints: ReadonlyArray<Row> = [
  row('a heatmap', spatialSoftmax, laws.heatmapLaws, laws.softmaxLaws),
  row('a keypoint', gaussian2kp, laws.momentLaws),
  row('a keypoint with a covariance', matrix, laws.extractorLaws),
  row('a keypoint with one variance', single, laws.extractorLaws),
  row('a bump', kp2gaussian, laws.bumpLaws),
  row('a keypoint of a bump', { kp2gaussian, gaussian2kp }, laws.bumpAndMomentLaws),
  row('the inverse', inverse, laws.inverseLaws),
  row('a one-euro filter', oneEuro, laws.filterLaws)
]

export const motions: ReadonlyArray<Row> = [
  row('a grid', grid, laws.gridLaws),
  row('a mask', motionMask, laws.maskLaws),
  row('a flow', { maskedMotion, absoluteFlow, identityFlow, correction }, laws.flowLaws),
  row('a difference', keypointDifference, laws.differenceLaws),
  row('a difference', heatmapDifference, laws.heatmapDifferenceLaws),
  row('a heatmap', normaliseHeatmap, laws.normalisedHeatmapLaws),
  row('a deformed source', deformedSource, laws.deformationLaws),
  row('an embedding', interleave, laws.embeddingLaws),
  row('the scale of a movement', movementScale, laws.movementScaleLaws),
  row('an adapted variance', adaptVariance, laws.adaptedVarianceLaws),
  row('a clipped mean', clipMean, laws.clippedMeanLaws),
  row('alignment', alignment, laws.alignmentLaws),
  row('relative motion', { relativeMotion, constantScale, strengthen }, laws.relativeMotionLaws)
]

export const layers: ReadonlyArray<Row> = [
  row('a convolution', conv2d, laws.convolutionLaws),
  row('batch norm', batchNorm, laws.batchNormLaws),
  row('batch norm in training', batchNormTraining, laws.batchNormTrainingLaws),
  row('a normalisation in training', normed, laws.normedLaws),
  row('instance norm', instanceNorm, laws.instanceNormLaws),
  row('an activation', { relu, leakyRelu, sigmoid }, laws.activationLaws),
  row('what joins maps', { add, concat, sum }, laws.joinLaws),
  row('a recurrence', gru, laws.recurrenceLaws),
  row('a layer of matrices', linear, laws.linearLaws),
  row('a step of Adam', adam, laws.adamLaws),
  row('a loss', { absoluteLoss, squaredLoss, sequenceLoss }, laws.lossLaws),
  row('what is handed on', { detach, pair, halves }, laws.handingLaws)
]

export const sequences: ReadonlyArray<Row> = [
  row('a sequence', { flattenMatrices, flattenMeans, readKeypoints }, laws.vectorLaws),
  row('a sequence', { first, asBatch, extend }, laws.pickLaws),
  row('a sequence in time', { asSequence, beginWith, holdStep, framesAt }, laws.timelineLaws),
  row('what is learned from a sequence', { gru, sequenceLoss, masked }, laws.sequenceDerivativeLaws)
]

export const pictures: ReadonlyArray<Row> = [
  row('resizing', { resize, rescale }, laws.resizeLaws),
  row('resizing', every, laws.everyPixelLaws),
  row('upsampling', { upsample, avgPool, resize, rescale }, laws.upsampleLaws),
  row('a picture for people', { toSize, resize }, laws.enlargeLaws),
  row('a picture', { beside, cut }, laws.besideLaws),
  row('a picture', drawKeypoints, laws.discLaws),
  row('a picture that is displaced', { mirror, shiftRight, frameDifference, outline }, laws.displacementLaws)
]

/** All of it. */
export const table: ReadonlyArray<Row> = [...warps, ...keypoints, ...motions, ...layers, ...sequences, ...pictures]

/** Kinds that are the same function as a chain of others, which `fast-forms.property.ts` holds them to by the rules. */
export const formed: ReadonlyArray<string> = [
  ...['affineRelu', 'convolve', 'convolveOnto', 'convolvePhases'],
  ...['foldAffine', 'foldNorm', 'foldPhases', 'ownKernel']
]

/** Kinds of state across ticks, which `steady.property.ts` holds to its law all together. */
export const stateful: ReadonlyArray<string> = ['renewed', 'resumeFilter']

/** Kinds that compute nothing: sources and sinks. */
export const doors: ReadonlyArray<string> = [
  ...['countFrames', 'frameTimes', 'readBeginning', 'readFilm', 'readFrame', 'readMotion', 'readPicture', 'readPose'],
  ...['readStream', 'readStreamStart', 'recall', 'remember', 'writeFilm']
]
