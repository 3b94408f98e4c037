import * as t from 'io-ts'
import { uniform } from './init.js'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Gated recurrent unit over a sequence [B, T, from], reset after the product, as PyTorch's: [B, T, features].
 *
 * `r = s(Wr x + br + Ur h + cr)`, `z = s(Wz x + bz + Uz h + cz)`, `n = tanh(Wn x + bn + r (Un h + cn))`,
 * `h' = (1 - z) n + z h`, from `h = 0`. The three gates lie behind one another in the rows of the weights.
 *
 * Source: `nn.GRU` in the reference `modules/prediction_module.py`; supplement, section A.
 *
 * @category layers
 * @since 0.1.0
 */
export const gru = define(
  'gru',
  t.strict({ from: whole, features: whole, layer: whole }),
  ({ from, features, layer }) => {
    const reach = 1 / Math.sqrt(features)
    const gates = 3 * features
    const named = (name: string) => `${name}_l${layer}`
    return body(
      {
        inputs: record({ x: tensor(`B T ${from}` as 'B T I') }),
        outputs: record({ y: tensor(`B T ${features}` as 'B T F') }),
        weights: Object.fromEntries(
          [
            ['weight_ih', `${gates} ${from}`],
            ['weight_hh', `${gates} ${features}`],
            ['bias_ih', `${gates}`],
            ['bias_hh', `${gates}`]
          ].map(([name, dims]) => [named(name!), uniform(dims!, -reach, reach)])
        )
      },
      ({ x }, weights: Readonly<Record<string, tf.Tensor>>) => {
        const w = (name: string) => weights[named(name)]!
        const [b, steps] = x.shape
        const flat = tf.reshape(x, [b * steps, from])
        const inputs = tf.reshape(tf.add(tf.matMul(flat, w('weight_ih'), false, true), w('bias_ih')), [b, steps, gates])
        let h: tf.Tensor = tf.zeros([b, features])
        const outputs: Array<tf.Tensor> = []
        for (const step of tf.unstack(inputs, 1)) {
          const back = tf.add(tf.matMul(h, w('weight_hh'), false, true), w('bias_hh')) // B 3F
          const [xr, xz, xn] = tf.split(step, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]
          const [hr, hz, hn] = tf.split(back, 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor]
          const reset = tf.sigmoid(tf.add(xr, hr))
          const keep = tf.sigmoid(tf.add(xz, hz))
          const fresh = tf.tanh(tf.add(xn, tf.mul(reset, hn)))
          h = tf.add(tf.mul(tf.sub(1, keep), fresh), tf.mul(keep, h))
          outputs.push(h)
        }
        return { y: tf.stack(outputs, 1) }
      }
    )
  }
)
