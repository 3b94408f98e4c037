/**
 * Measures that look at two pictures: what a frame is due and what was made.
 *
 * @since 0.1.0
 */
import { frameDifference } from '../../nodes/displace.js'
import * as tf from '../../nodes/tf.js'
import { type Measure, measure, type PerFrame } from './report.js'

/**
 * A measure of frames, one by one. `compare` borrows both sides [T, H, W, 3], from 0 to 1, and gives a value for each frame [T]; it
 * is called inside a tidy.
 *
 * @category model
 * @since 0.1.0
 */
export interface FrameMeasure {
  readonly unit: string
  readonly definition: string
  readonly compare: (real: tf.Tensor4D, generated: tf.Tensor4D) => tf.Tensor
}

/**
 * Measures of frames by name.
 *
 * @since 0.1.0
 */
export type FrameMeasures = Readonly<Record<string, FrameMeasure>>

/**
 * The measures of frames that need no extension, by name.
 *
 * @category model
 * @since 0.1.0
 */
export const frameMeasures: Readonly<Record<'L1', FrameMeasure>> = {
  L1: {
    unit: 'of 0..1',
    definition: 'mean absolute difference of the frames, as bytes divided by 255',
    compare: (left, right) => frameDifference.run({ left, right }, {}).difference as tf.Tensor
  }
}

/** Values by the names of measures, a frame behind the other. */
export type Values = Readonly<Record<string, ReadonlyArray<number | null>>>

/**
 * What measures say of a batch of frames; throws where one does not give a value for each. No tensor is left.
 *
 * @category measures
 * @since 0.1.0
 */
export const measured = (measures: FrameMeasures, real: tf.Tensor4D, generated: tf.Tensor4D): Values =>
  Object.fromEntries(
    Object.entries(measures).map(([name, { compare }]) => {
      const values = tf.tidy(() => compare(real, generated).dataSync())
      if (values.length !== real.shape[0])
        throw new Error(`measure ${name}: expected ${real.shape[0]} values, one for each frame, got ${values.length}`)
      return [name, Array.from(values, (x) => (Number.isFinite(x) ? x : null))]
    })
  )

/** Values with those of the next frames behind them. */
export const appended = (before: Values, next: Values): Values =>
  Object.fromEntries(Object.entries(next).map(([name, xs]) => [name, [...(before[name] ?? []), ...xs]]))

/** The figures of measures of frames; `of` gives what one said of each video. */
export const frameFigures = (measures: FrameMeasures, of: (name: string) => PerFrame): ReadonlyArray<Measure> =>
  Object.entries(measures).map(([name, { unit, definition }]) => measure(name, unit, definition, of(name)))
