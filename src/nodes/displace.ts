/**
 * Pictures moved in known ways, and how far pictures are apart: what measures hold networks to.
 *
 * Source: of our own.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, node, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Pictures with left and right exchanged: what was at x is at -x. `x` and `y` [B, H, W, C]; x counts from -1 to 1.
 *
 * @category pictures
 * @since 0.1.0
 */
export const mirror = node(
  'mirror',
  { inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) },
  ({ x }) => ({ y: tf.reverse(x, 2) })
)

/**
 * Pictures moved to the right by whole `pixels`; their left border is repeated. `x` and `y` [B, H, W, C].
 *
 * @category pictures
 * @since 0.1.0
 */
export const shiftRight = define('shiftRight', t.strict({ pixels: whole }), ({ pixels }) =>
  body({ inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) }, ({ x }) => {
    const width = x.shape[2]
    const border = tf.tile(tf.slice(x, [0, 0, 0, 0], [-1, -1, 1, -1]), [1, 1, Math.min(pixels, width), 1])
    const kept = width - pixels
    return { y: kept > 0 ? tf.concat([border, tf.slice(x, [0, 0, 0, 0], [-1, -1, kept, -1])], 2) : border }
  })
)

/**
 * Mean absolute difference of each picture from its partner, or from one that all share. `left` [1|B, H, W, C] and `right`
 * [B, H, W, C] from 0 to 1 give `difference` [B] from 0 to 1.
 *
 * `difference[b] = mean over h, w, c of |left[b] - right[b]|`.
 *
 * @category measures
 * @since 0.1.0
 */
export const frameDifference = node(
  'frameDifference',
  {
    inputs: record({ left: tensor('1|B H W C'), right: tensor('B H W C') }),
    outputs: record({ difference: tensor('B') })
  },
  ({ left, right }) => ({ difference: tf.mean<tf.Tensor1D>(tf.abs(tf.sub(left, right)), [1, 2, 3]) })
)
