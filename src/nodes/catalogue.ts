/**
 * Every kind of node by name: what a graph that was written down is read back with.
 *
 * @since 0.1.0
 */
import { leakyRelu, relu, sigmoid } from './activations.js'
import { adaptVariance } from './adapt-variance.js'
import { add } from './add.js'
import { alignment } from './alignment.js'
import { avgPool } from './avg-pool.js'
import { batchNorm } from './batch-norm.js'
import { concat } from './concat.js'
import { conv2d } from './conv2d.js'
import { affineRelu, convolve, convolveOnto, convolvePhases } from './convolve.js'
import { deformedSource } from './deformed-source.js'
import { detach } from './detach.js'
import { frameDifference, mirror, shiftRight } from './displace.js'
import { absoluteFlow, correction, identityFlow, maskedMotion, motionMask } from './flow.js'
import { foldAffine, foldNorm, foldPhases, ownKernel } from './folded.js'
import { gaussian2kp } from './gaussian2kp.js'
import { gru } from './gru.js'
import { heatmapDifference, normaliseHeatmap } from './heatmaps.js'
import { instanceNorm } from './instance-norm.js'
import { interleave } from './interleave.js'
import { keypointDifference } from './keypoint-difference.js'
import { kp2gaussian } from './kp2gaussian.js'
import { absoluteLoss, sequenceLoss, squaredLoss } from './losses.js'
import {
  countFrames,
  readBeginning,
  readFilm,
  readFrame,
  readMotion,
  readPicture,
  readPose,
  readStream,
  readStreamStart,
  writeFilm
} from './media.js'
import { frameTimes, recall, remember, renewed, resumeFilter } from './memory.js'
import { movementScale } from './movement-scale.js'
import type { Entry } from './node.js'
import { oneEuro } from './one-euro.js'
import { halves, pair } from './pair.js'
import { beside, cut, drawKeypoints, outline, toSize } from './picture.js'
import { clipMean, constantScale, relativeMotion, strengthen } from './relative-motion.js'
import { rescale, resize } from './resize.js'
import { asBatch, extend, first } from './select.js'
import { flattenMatrices, flattenMeans, linear, readKeypoints } from './sequences.js'
import { spatialSoftmax } from './spatial-softmax.js'
import { sum } from './sum.js'
import { asSequence, beginWith, framesAt, holdStep, masked } from './timeline.js'
import { upsample } from './upsample.js'
import { warp } from './warp.js'

const entries: ReadonlyArray<Entry> = [
  ...[leakyRelu, relu, sigmoid, adaptVariance, add, alignment, avgPool, batchNorm, concat, conv2d],
  ...[affineRelu, convolve, convolveOnto, convolvePhases, foldAffine, foldNorm, foldPhases, ownKernel, deformedSource],
  ...[absoluteFlow, correction, identityFlow, maskedMotion, motionMask, gaussian2kp, gru],
  ...[heatmapDifference, normaliseHeatmap, instanceNorm, interleave, keypointDifference, kp2gaussian],
  ...[countFrames, readBeginning, asSequence, beginWith, framesAt, holdStep],
  ...[
    readStream,
    readStreamStart,
    readMotion,
    readPose,
    frameTimes,
    renewed,
    resumeFilter,
    recall,
    remember,
    readFilm,
    readFrame,
    readPicture,
    writeFilm,
    movementScale,
    beside,
    cut,
    drawKeypoints,
    outline,
    toSize
  ],
  ...[clipMean, constantScale, oneEuro, relativeMotion, strengthen, rescale, resize, asBatch, extend, first],
  ...[frameDifference, mirror, shiftRight],
  ...[detach, pair, halves, sum, absoluteLoss, squaredLoss, masked, sequenceLoss],
  ...[flattenMatrices, flattenMeans, linear, readKeypoints, spatialSoftmax, upsample, warp]
] as ReadonlyArray<Entry>

/**
 * The kinds by their names.
 *
 * @category model
 * @since 0.1.0
 */
export const catalogue: Readonly<Record<string, Entry>> = Object.fromEntries(entries.map((e) => [e.kind, e]))
