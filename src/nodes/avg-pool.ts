import * as t from 'io-ts'
import { body, define } from './node.js'
import { repeated } from './resize.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Mean over windows of 2x2 pixels: sizes must be `even`, or an odd last row or column is left out. `x` [B, H, W, C] makes `y`
 * [B, H/2, W/2, C].
 *
 * Source: `AvgPool3d((1, 2, 2))` in the reference `modules/util.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const avgPool = define('avgPool', t.strict({ even: t.boolean }), ({ even }) =>
  body(
    {
      inputs: record({ x: tensor('B H W C') }),
      outputs: record({ y: tensor(even ? 'B H/2 W/2 C' : 'B floor(H/2) floor(W/2) C') })
    },
    ({ x }) => ({ y: tf.avgPool(x, 2, 2, 'valid') }),
    {
      pullback: {
        inputs: even ? [] : ['x'],
        outputs: [],
        shapes: ['x'],
        run: ({ inputs: { x }, cotangents }) => {
          const y = cotangents.y as tf.Tensor4D
          const spread = tf.div(repeated(y, 2, 2), 4)
          const [, h, w] = (even ? spread : x).shape as [number, number, number, number]
          const [lower, right] = [h - 2 * y.shape[1], w - 2 * y.shape[2]]
          return {
            inputs: {
              x:
                lower + right === 0
                  ? spread
                  : tf.pad(spread, [
                      [0, 0],
                      [0, lower],
                      [0, right],
                      [0, 0]
                    ])
            }
          }
        }
      }
    }
  )
)
