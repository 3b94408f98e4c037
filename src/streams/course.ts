/**
 * Where the motion of a session starts: at its first frame, at the next one when it is asked to, or at the best one so far.
 *
 * @since 0.1.0
 */
import type { Motion, Pose, Shown } from './live.js'

/**
 * The state of a session's motion, a value.
 *
 * @category model
 * @since 0.1.0
 */
export interface Course {
  readonly motion: Motion | undefined
  /** The pose that the motion is to start at from the next frame on, in the place of where it started. */
  readonly start: Pose | undefined
  /** The pose nearest to the source's that was seen, and how near it was. */
  readonly best: { readonly pose: Pose; readonly score: number } | undefined
  readonly aligning: boolean
}

/**
 * Nothing was seen yet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fresh: Course = { motion: undefined, start: undefined, best: undefined, aligning: false }

/**
 * The motion starts at the next frame; what was best is forgotten.
 *
 * @category steps
 * @since 0.1.0
 */
export const recalibrated = ({ aligning }: Course): Course => ({ ...fresh, aligning })

/**
 * From now on the motion starts at the best frame so far, or no longer moves its start.
 *
 * @category steps
 * @since 0.1.0
 */
export const aligned = (course: Course, on: boolean): Course =>
  on && course.best !== undefined ? { ...course, aligning: true, start: course.best.pose } : { ...course, aligning: on }

/**
 * After a frame: a better one moves the start where that is wanted.
 *
 * @category steps
 * @since 0.1.0
 */
export const after = (course: Course, { motion, seen, score }: Pick<Shown, 'motion' | 'seen' | 'score'>): Course => {
  const better = course.best === undefined || score < course.best.score
  const best = better ? { pose: seen, score } : course.best
  const start = course.aligning && better && course.best !== undefined ? seen : undefined
  return { ...course, best, motion, start }
}
