/**
 * Keypoints: where they are and how far they spread.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { real } from './node.js'
import type { Spec } from './spec.js'
import { record, tensor } from './spec.js'
import type * as tf from './tf.js'

/**
 * How a keypoint spreads: a 2x2 covariance `matrix`, a `single` variance for both axes, or one constant for all.
 *
 * @category model
 * @since 0.1.0
 */
export const Variance = t.union([t.literal('matrix'), t.literal('single'), real])
export type Variance = t.TypeOf<typeof Variance>

/**
 * `mean`: (x, y) in [-1, 1], [B, K, 2]. `var`: covariance [B, K, 2, 2] or [B, K, 1, 1]; absent for a constant.
 *
 * @since 0.1.0
 */
export interface Keypoints {
  readonly mean: tf.Tensor3D
  readonly var?: tf.Tensor4D
}

/** The batch names that a spec of keypoints may have: every sample its own, or one for all. */
export type Batch = 'B' | '1|B' | '1'

/**
 * The spec of the keypoints of one batch; `count` is their number where it is known.
 *
 * @category constructors
 * @since 0.1.0
 */
export const keypoints = (variance: Variance, batch: Batch = 'B', count: number | 'K' = 'K'): Spec<Keypoints> => {
  const mean = tensor(`${batch} ${count} 2` as 'B K 2')
  const spread = variance === 'matrix' ? '2 2' : '1 1'
  return typeof variance === 'number'
    ? record({ mean })
    : (record({ mean, var: tensor(`${batch} ${count} ${spread}` as 'B K 2 2') }) as Spec<any>)
}
