/**
 * Scenes that laws of motion are tried on.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import { grid } from '../../nodes/grid.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { drawn } from '../tensors.js'

/** A batch of maps with keypoints. */
export interface Scene {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly k: number
  readonly c: number
  readonly seed: number
}

/** Random places of keypoints. */
export const points = ({ b, k, seed }: Scene, salt: number) => drawn<tf.Rank.R3>([b, k, 2], seed + salt)
/** The flow that reads every pixel at its own place. */
export const identity = (h: number, w: number, b: number) => tf.tile(tf.expandDims(grid(h, w), 0), [b, 1, 1, 1])

const side = some.between(2, 7)
/** Random scenes. */
export const scene: fc.Arbitrary<Scene> = fc.record({
  b: some.count(3),
  h: side,
  w: side,
  k: some.count(3),
  c: some.count(3),
  seed: some.seed
})
