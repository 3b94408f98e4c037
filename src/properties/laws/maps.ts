/**
 * Maps that laws are tried on: logits and heatmaps [b, h, w, k].
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { drawn } from '../tensors.js'

/** The sizes of maps [b, h, w, k], and what they are drawn from. */
export interface Maps {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly k: number
  readonly seed: number
}

const side = some.between(2, 9)
/** Random sizes of maps. */
export const maps: fc.Arbitrary<Maps> = fc.record({
  b: some.count(3),
  h: side,
  w: side,
  k: some.count(3),
  seed: some.seed
})

/** Numbers from -2 to 2. */
export const logits = ({ b, h, w, k, seed }: Maps): tf.Tensor4D => drawn<tf.Rank.R4>([b, h, w, k], seed, -2, 2)

/** Random maps that are positive and sum to 1. */
export const heatmaps = (o: Maps): tf.Tensor4D => {
  const x = tf.square(logits(o))
  return tf.div(x, tf.sum(x, [1, 2], true)) as tf.Tensor4D
}
