import * as t from 'io-ts'
import { inverse } from './inverse.js'
import { body, define } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** What an eigenvalue that is not positive becomes. */
const least = 1e-6

/** Symmetric part of 2x2 matrices [B, K, 2, 2] with every eigenvalue that is not positive set to 1e-6. */
export const positive = (m: tf.Tensor): tf.Tensor => {
  const [a, b, c, d] = tf.split(tf.reshape(m, [-1, 4]), 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const cross = tf.div(tf.add(b, c), 2)
  const [middle, half] = [tf.div(tf.add(a, d), 2), tf.div(tf.sub(a, d), 2)]
  const radius = tf.sqrt(tf.add(tf.square(half), tf.square(cross)))
  const lift = (e: tf.Tensor) => tf.where(tf.greater(e, 0), e, tf.fill(e.shape, least))
  const [high, low] = [lift(tf.add(middle, radius)), lift(tf.sub(middle, radius))]
  // high and low at the angle whose cosine is half / radius; any angle will do where the radius is 0
  const safe = tf.maximum(radius, 1e-30)
  const [mean, spread] = [tf.div(tf.add(high, low), 2), tf.div(tf.sub(high, low), 2)]
  const [along, across] = [tf.mul(spread, tf.div(half, safe)), tf.mul(spread, tf.div(cross, safe))]
  return tf.reshape(tf.concat([tf.add(mean, along), across, across, tf.sub(mean, along)], 1), m.shape)
}

/**
 * Driving variance carried over to the source: `driving inverse(initial) source`, made symmetric and positive.
 *
 * `source` and `initial` [1, K, 2, 2], `driving` and `var` [B, K, 2, 2], in squared units of [-1, 1]; [.., 1, 1] where
 * variances are `single`. Eigenvalues that are not positive become 1e-6, and single variances are at least that.
 *
 * Source: `adapt_variance` of `normalize_kp` and `make_symetric_matrix` in the reference `transfer.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const adaptVariance = define(
  'adaptVariance',
  t.strict({ variance: t.union([t.literal('matrix'), t.literal('single')]) }),
  ({ variance }) => {
    const spread = (variance === 'matrix' ? '2 2' : '1 1') as '2 2'
    return body(
      {
        inputs: record({
          source: tensor(`1 K ${spread}`),
          initial: tensor(`1 K ${spread}`),
          driving: tensor(`B K ${spread}`)
        }),
        outputs: record({ var: tensor(`B K ${spread}`) })
      },
      ({ source, initial, driving }) => {
        if (variance === 'single') return { var: tf.maximum(tf.mul(tf.div(driving, initial), source), least) }
        const carry = tf.matMul(inverse(initial), source) // 1 K 2 2
        const each = tf.tile(carry, [driving.shape[0], 1, 1, 1])
        return { var: positive(tf.matMul(driving, each)) }
      }
    )
  }
)
