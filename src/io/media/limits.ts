/**
 * Inputs that are sound but too large: refused by what their headers say, before they are decoded.
 *
 * @since 0.1.0
 */
import { MediaFailure } from './failure.js'
import { defaultLimits, type Limits, type Shape } from './model.js'

/**
 * The default limits with those that were given instead.
 *
 * @category limits
 * @since 0.1.0
 */
export const limitsOf = (given: Partial<Limits> = {}): Limits => ({ ...defaultLimits, ...given })

const over =
  (what: string, raise: string) =>
  (file: string, actual: number, limit: number): void => {
    if (actual > limit) throw new MediaFailure({ _tag: 'OverLimit', file, what, limit, actual, raise })
  }

const pixels = over('number of pixels', '--max-pixels')
const frames = over('number of frames', '--max-frames')
const seconds = over('number of seconds', '--max-seconds')

/**
 * Throws an `OverLimit` problem for a picture of too many pixels.
 *
 * @category limits
 * @since 0.1.0
 */
export const overPixels = (file: string, shape: Shape, limit: number): void =>
  pixels(file, shape.height * shape.width, limit)

/**
 * Throws an `OverLimit` problem for a clip of too many frames.
 *
 * @category limits
 * @since 0.1.0
 */
export const overFrames = (file: string, count: number, limits: Limits): void => frames(file, count, limits.frames)

/**
 * Throws an `OverLimit` problem for a clip that is too long.
 *
 * @category limits
 * @since 0.1.0
 */
export const overSeconds = (file: string, length: number, limits: Limits): void =>
  seconds(file, Math.round(length * 100) / 100, limits.seconds)
