/**
 * Networks that look at frames, independent of the model that is measured.
 *
 * @since 0.1.0
 */
import type * as tf from '../../nodes/tf.js'
import type { Pose } from './points.js'
import type { Witness } from './report.js'

/**
 * What was seen in a frame: keypoints in pixels, and where there is one, a description of who is seen.
 *
 * @since 0.1.0
 */
export interface Seen {
  readonly pose: Pose
  readonly identity: ReadonlyArray<number> | null
}

/**
 * A detector. `detect` borrows frames [T, H, W, 3] from 0 to 255, and tells places in pixels; after `close` it must not be
 * called. No tensor is left.
 *
 * @category model
 * @since 0.1.0
 */
export interface Detector {
  readonly witness: Witness
  /** Whether `identity` says who is seen. */
  readonly identifies: boolean
  readonly detect: (frames: tf.Tensor4D) => Promise<ReadonlyArray<Seen>>
  readonly close: () => void
}

/**
 * Features of whole frames: `features` borrows frames [T, H, W, 3] from 0 to 255 and gives a row for each.
 *
 * @since 0.1.0
 */
export interface Features {
  readonly witness: Witness
  readonly features: (frames: tf.Tensor4D) => ReadonlyArray<ReadonlyArray<number>>
  readonly close: () => void
}

/**
 * A frame of a batch [T, H, W, 3]: [H, W, 3], from 0 to 255 as it was.
 *
 * @since 0.1.0
 */
export const frameAt = (frames: tf.Tensor4D, t: number): tf.Tensor3D => {
  const [, height, width] = frames.shape
  return frames.slice([t, 0, 0, 0], [1, height, width, 3]).reshape([height, width, 3])
}
