import { node } from './node.js'
import { repeated } from './resize.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Every pixel twice in both directions (nearest, factor 2), as a tile of blocks. `x` [B, H, W, C] makes `y` [B, 2H, 2W, C].
 *
 * Source: `F.interpolate(x, scale_factor=(1, 2, 2))` in the reference `modules/util.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const upsample = node(
  'upsample',
  { inputs: record({ x: tensor('B H W C') }), outputs: record({ y: tensor('B 2*H 2*W C') }) },
  ({ x }) => ({ y: repeated(x, 2, 2) }),
  {
    pullback: {
      inputs: [],
      outputs: [],
      run: ({ cotangents: { y } }) => ({ inputs: { x: tf.mul(tf.avgPool(y as tf.Tensor4D, 2, 2, 'valid'), 4) } })
    }
  }
)
