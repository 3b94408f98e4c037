import { node } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Sum of two maps of the same size: `a`, `b` and `y` [B, H, W, C].
 *
 * Source: the sum in `ResBlock3D` of the reference `modules/util.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const add = node(
  'add',
  { inputs: record({ a: tensor('B H W C'), b: tensor('B H W C') }), outputs: record({ y: tensor('B H W C') }) },
  ({ a, b }) => ({ y: tf.add(a, b) }),
  {
    pullback: { inputs: [], outputs: [], run: ({ cotangents: { y } }) => ({ inputs: { a: y!, b: y! } }) }
  }
)
