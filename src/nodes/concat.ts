import * as t from 'io-ts'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Two maps side by side in the channels: `a` [B, H, W, C] and `b` [B, H, W, D] make `y` [B, H, W, C+D].
 *
 * Source: `torch.cat` in `Decoder` of the reference `modules/util.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const concat = define('concat', t.strict({ a: whole, b: whole }), ({ a, b }) =>
  body(
    {
      inputs: record({ a: tensor(`B H W ${a}` as 'B H W C'), b: tensor(`B H W ${b}` as 'B H W D') }),
      outputs: record({ y: tensor(`B H W ${a + b}` as 'B H W C') })
    },
    (x) => ({ y: tf.concat([x.a, x.b], 3) }),
    {
      pullback: {
        inputs: [],
        outputs: [],
        run: ({ cotangents: { y } }, wants) => ({
          inputs: {
            ...(wants('inputs.a') ? { a: tf.slice(y!, [0, 0, 0, 0], [-1, -1, -1, a]) } : {}),
            ...(wants('inputs.b') ? { b: tf.slice(y!, [0, 0, 0, a], [-1, -1, -1, b]) } : {})
          }
        })
      }
    }
  )
)
