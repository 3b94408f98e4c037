/**
 * The measures of a reconstruction: how near the pictures come, and how dependable the keypoints are.
 *
 * @since 0.1.0
 */
import type { Shape } from '../media/index.js'
import { distance, mirroredPose, type Pose, posesOf, shiftedPose } from './points.js'
import type { Reconstructed } from './reconstruct.js'
import { type Measure, measure, type PerFrame } from './report.js'
import { type Truth, truthPoses } from './truth.js'

/** By how many pixels pictures are moved to see whether keypoints go along: a sixteenth of the width. */
export const shiftOf = ({ width }: Shape): number => Math.max(1, Math.round(width / 16))

/** A value for each frame of each video. */
export const perFrame = (
  videos: ReadonlyArray<Reconstructed>,
  values: (video: Reconstructed) => ReadonlyArray<number | null>
): PerFrame => Object.fromEntries(videos.map((v) => [v.film.name, values(v)]))

const apart = (a: ReadonlyArray<Pose>, b: ReadonlyArray<Pose>): ReadonlyArray<number | null> =>
  a.map((pose, t) => distance(pose, b[t]!))

/**
 * L1 and keypoint consistency, for data without ground truth.
 *
 * - consistency: distance between the model's keypoints of a frame and of its prediction.
 * - shift equivariance: distance between the keypoints of a frame moved to the right by `shiftOf` pixels (its left border
 *   repeated) and those of the frame, moved as much; keypoints that would leave the picture are not counted.
 * - flip equivariance: distance between the keypoints of a mirrored frame and the mirrored keypoints of the frame, each to
 *   that of its own number. A model may well use a keypoint for another part there.
 *
 * @category measures
 * @since 0.1.0
 */
export const selfMeasures = (
  videos: ReadonlyArray<Reconstructed>,
  keypoints: number,
  size: Shape
): ReadonlyArray<Measure> => {
  const shift = shiftOf(size)
  const poses = (means: Float32Array): ReadonlyArray<Pose> => posesOf(means, keypoints, size)
  const compared = (due: (v: Reconstructed) => ReadonlyArray<Pose>, came: (v: Reconstructed) => Float32Array) =>
    perFrame(videos, (v) => apart(due(v), poses(came(v))))
  const moved = (f: (pose: Pose) => Pose) => (v: Reconstructed) => poses(v.driving).map(f)
  return [
    measure(
      'L1',
      'of 0..1',
      'mean absolute difference of prediction and frame, before rounding to bytes',
      perFrame(videos, (v) => v.l1)
    ),
    measure(
      'L1 of the first frame',
      'of 0..1',
      'mean absolute difference of the first frame and frame: what no motion at all would give',
      perFrame(videos, (v) => v.still)
    ),
    measure(
      'keypoint consistency',
      'pixels',
      'mean distance of the keypoints of a frame and of its prediction',
      compared(
        (v) => poses(v.driving),
        (v) => v.predicted
      )
    ),
    measure(
      'shift equivariance',
      'pixels',
      `mean distance of keypoints from where they are due when the frame moves ${shift} pixels to the right`,
      compared(
        moved((p) => shiftedPose(p, shift, size.width)),
        (v) => v.shifted
      )
    ),
    measure(
      'flip equivariance',
      'pixels',
      'mean distance of keypoints from where they are due when left and right are exchanged',
      compared(
        moved((p) => mirroredPose(p, size.width)),
        (v) => v.mirrored
      )
    )
  ]
}

/** A video with its ground truth and the joints that its keypoints, and those of its prediction, lead to. */
export interface Judged {
  readonly video: Reconstructed
  readonly truth: Truth
  readonly seen: Truth
  readonly made: Truth
}

/**
 * Average keypoint distances against ground truth, through joints that follow from keypoints by ridge regression.
 *
 * @category measures
 * @since 0.1.0
 */
export const truthMeasures = (judged: ReadonlyArray<Judged>, size: Shape): ReadonlyArray<Measure> => {
  const against = (joints: (j: Judged) => Truth): PerFrame =>
    Object.fromEntries(
      judged.map((j) => [j.video.film.name, apart(truthPoses(j.truth, size), truthPoses(joints(j), size))])
    )
  const how = 'joints by ridge regression from keypoints, learned on the train part'
  return [
    measure(
      'AKD of keypoints',
      'pixels',
      `mean distance of true joints from those of the frame (${how})`,
      against((j) => j.seen)
    ),
    measure(
      'AKD of prediction',
      'pixels',
      'mean distance of true joints from those of the prediction (the same regression)',
      against((j) => j.made)
    )
  ]
}
