/**
 * Keypoints as plain numbers, which outlive tensors and go from one process to another.
 *
 * @since 0.1.0
 */
import type { Keypoints } from '../nodes/keypoints.js'
import * as tf from '../nodes/tf.js'

/**
 * Keypoints of one frame as plain numbers: `mean` (x, y) in [-1, 1], 2K of them; `var` 4K or K, none for a constant.
 * @since 0.1.0
 */
export interface Pose {
  readonly mean: Float32Array
  readonly var?: Float32Array
}

/** Keypoints [1, K, 2] from numbers. */
export const toKeypoints = ({ mean, var: spread }: Pose): Keypoints => {
  const k = mean.length / 2
  const side = spread === undefined ? 0 : spread.length === 4 * k ? 2 : 1
  return {
    mean: tf.tensor3d(mean, [1, k, 2]),
    ...(spread === undefined ? {} : { var: tf.tensor4d(spread, [1, k, side, side]) })
  }
}

/** The numbers of a tensor, a copy. */
export const numbers = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync<'float32'>())

/** Keypoints as numbers. */
export const toPose = ({ mean, var: spread }: Keypoints): Pose => ({
  mean: numbers(mean),
  ...(spread === undefined ? {} : { var: numbers(spread) })
})

/** Keypoints of several frames as a batch. */
export const join = (poses: ReadonlyArray<Pose>): Keypoints => {
  const all = poses.map(toKeypoints)
  const mean = tf.concat(
    all.map((p) => p.mean),
    0
  ) as tf.Tensor3D
  return all[0]?.var === undefined
    ? { mean }
    : {
        mean,
        var: tf.concat(
          all.map((p) => p.var!),
          0
        ) as tf.Tensor4D
      }
}
