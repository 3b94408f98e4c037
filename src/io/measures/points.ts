/**
 * Keypoints as measures see them: places in pixels, some of them missing.
 *
 * @since 0.1.0
 */
import type { Shape } from '../media/index.js'

/**
 * A place (x, y) in pixels, from the centre of the first pixel on; null where nothing was found.
 *
 * @since 0.1.0
 */
export type Point = readonly [number, number] | null

/**
 * The keypoints of one frame, in an order that is the same for all frames.
 *
 * @category model
 * @since 0.1.0
 */
export type Pose = ReadonlyArray<Point>

/** A coordinate from -1 at the centre of the first of `size` pixels to 1 at that of the last, in pixels. */
const toPixel = (u: number, size: number): number => ((u + 1) / 2) * (size - 1)

/** Poses of frames from means [T, K, 2] in [-1, 1], rows of which follow one another. */
export const posesOf = (means: ArrayLike<number>, keypoints: number, { height, width }: Shape): ReadonlyArray<Pose> =>
  Array.from({ length: means.length / (2 * keypoints) }, (_, t) =>
    Array.from({ length: keypoints }, (_, k): Point => {
      const at = 2 * (t * keypoints + k)
      return [toPixel(means[at]!, width), toPixel(means[at + 1]!, height)]
    })
  )

/** The mean of some numbers; nothing where there are none. */
export const mean = (numbers: ReadonlyArray<number>): number | null =>
  numbers.length === 0 ? null : numbers.reduce((a, b) => a + b, 0) / numbers.length

/**
 * Mean distance in pixels of keypoints that are in both poses; nothing where no keypoint is.
 *
 * @category measures
 * @since 0.1.0
 */
export const distance = (a: Pose, b: Pose): number | null =>
  mean(
    a.flatMap((p, k) => {
      const q = b[k]
      return p === null || q === null || q === undefined ? [] : [Math.hypot(p[0] - q[0], p[1] - q[1])]
    })
  )

/**
 * The share of keypoints of the real pose that the generated one lacks; nothing where the real one has none.
 *
 * @category measures
 * @since 0.1.0
 */
export const missing = (real: Pose, generated: Pose): number | null =>
  mean(real.flatMap((p, k) => (p === null ? [] : [generated[k] === null || generated[k] === undefined ? 1 : 0])))

/** Where the keypoints of a mirrored picture are due. */
export const mirroredPose = (pose: Pose, width: number): Pose => pose.map((p) => p && [width - 1 - p[0], p[1]])

/** Where the keypoints of a picture moved to the right are due; those that leave it are missing. */
export const shiftedPose = (pose: Pose, pixels: number, width: number): Pose =>
  pose.map((p) => (p === null || p[0] + pixels > width - 1 ? null : [p[0] + pixels, p[1]]))
