/**
 * Numbers that cases of laws are made of.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

/** What random tensors are drawn from. */
export const seed: fc.Arbitrary<number> = fc.nat()

/** A seed that is no zero, for what starts from one. */
export const start: fc.Arbitrary<number> = fc.integer({ min: 1, max: 2 ** 30 })

/** A whole number from `least` to `most`. */
export const between = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least, max: most })

/** How many there are of something: from 1 to `most`. */
export const count = (most: number): fc.Arbitrary<number> => between(1, most)

/** A number from `least` to `most`. */
export const real = (least: number, most: number): fc.Arbitrary<number> =>
  fc.double({ min: least, max: most, noNaN: true })

/** A number from -1 to 1. */
export const unit: fc.Arbitrary<number> = real(-1, 1)

/** One of a few values. */
export const oneOf = <const A>(...values: ReadonlyArray<A>): fc.Arbitrary<A> => fc.constantFrom(...values)

/** How keypoints may vary: with a covariance, with one variance, or by a number that is settled. */
export const variance = (settled: number): fc.Arbitrary<'matrix' | 'single' | number> =>
  fc.constantFrom<'matrix' | 'single' | number>('matrix', 'single', settled)
