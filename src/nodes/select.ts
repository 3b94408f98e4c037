/**
 * Taking and making batches.
 *
 * Source: of our own; for `extend`, `prediction.py` of the reference, which sets what comes after `init_frames` to 0.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, node, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * The first of a batch of any rank from 1 to 5, as a batch of one: `first({ dims: 'K 2' })` maps `x` [B, K, 2] to `y`
 * [1, K, 2].
 *
 * @category layers
 * @since 0.1.0
 */
export const first = define('first', t.strict({ dims: t.string }), ({ dims }) =>
  body(
    { inputs: record({ x: tensor(`B ${dims}` as string) }), outputs: record({ y: tensor(`1 ${dims}` as string) }) },
    ({ x }) => ({ y: tf.slice(x, Array(x.rank).fill(0), [1, ...x.shape.slice(1)]) })
  )
)

/**
 * A picture `x` [H, W, C] as a batch of one, `y` [1, H, W, C]. Its range stays.
 *
 * @category layers
 * @since 0.1.0
 */
export const asBatch = node(
  'asBatch',
  { inputs: record({ x: tensor('H W C') }), outputs: record({ y: tensor('1 H W C') }) },
  ({ x }) => ({ y: tf.expandDims(x, 0) })
)

/**
 * A sequence of `T` steps cut or filled up with zeros to `frames`, of which the first `keep` are kept: `x` [B, T, N] to `y`
 * [B, frames, N]. The range of what is kept stays.
 *
 * @category layers
 * @since 0.1.0
 */
export const extend = define('extend', t.strict({ keep: whole, frames: whole }), ({ keep, frames }) =>
  body(
    { inputs: record({ x: tensor('B T N') }), outputs: record({ y: tensor(`B ${frames} N` as 'B T N') }) },
    ({ x }) => {
      const [b, given, n] = x.shape
      const kept = Math.min(keep, given, frames)
      return {
        y: tf.pad(tf.slice(x, [0, 0, 0], [b, kept, n]), [
          [0, 0],
          [0, frames - kept],
          [0, 0]
        ])
      }
    }
  )
)
