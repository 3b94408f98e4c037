import * as t from 'io-ts'
import { uniform } from './init.js'
import { body, define, type Values, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Gated recurrent unit over a sequence `x` [B, T, from], reset after the product, as PyTorch's: `y` [B, T, features].
 *
 * `r = s(Wr x + br + Ur h + cr)`, `z = s(Wz x + bz + Uz h + cz)`, `n = tanh(Wn x + bn + r (Un h + cn))`,
 * `h' = (1 - z) n + z h`, from `h = 0`. The three gates lie behind one another in the rows of the weights. Differentiated, the
 * gates of all steps are computed again at once; only the way of the cotangent from step to step is a loop.
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
      },
      {
        pullback: {
          inputs: ['x'],
          outputs: ['y'],
          run: ({ inputs: { x }, outputs: { y }, weights, cotangents }, wants) => {
            const w = (name: string) => (weights as Values)[named(name)] as tf.Tensor2D
            const [b, steps] = x.shape
            const rows = (t: tf.Tensor) => tf.reshape(t, [b * steps, t.size / (b * steps)]) as tf.Tensor2D
            const last = tf.slice(y, [0, 0, 0], [b, steps - 1, features])
            const before = rows(tf.concat([tf.zeros([b, 1, features]), last], 1)) // BT F
            const along = (of: tf.Tensor2D, name: string) =>
              tf.split(tf.add(tf.matMul(of, w(`weight_${name}`), false, true), w(`bias_${name}`)), 3, 1)
            const [xr, xz, xn] = along(rows(x), 'ih') as [tf.Tensor, tf.Tensor, tf.Tensor]
            const [hr, hz, hn] = along(before, 'hh') as [tf.Tensor, tf.Tensor, tf.Tensor]
            const [r, z] = [tf.sigmoid(tf.add(xr, hr)), tf.sigmoid(tf.add(xz, hz))]
            const n = tf.tanh(tf.add(xn, tf.mul(r, hn)))
            const slope = (s: tf.Tensor) => tf.mul(s, tf.sub(1, s))
            // how the arguments of the three gates move the next state
            const byN = tf.mul(tf.sub(1, z), tf.sub(1, tf.square(n)))
            const byR = tf.mul(tf.mul(byN, hn), slope(r))
            const byZ = tf.mul(tf.sub(before, n), slope(z))
            const inSteps = (t: tf.Tensor) => tf.unstack(tf.reshape(t, [b, steps, t.size / (b * steps)]), 1)
            const backward = inSteps(tf.concat([byR, byZ, tf.mul(byN, r)], 1)) // B 3F
            const kept = inSteps(z)
            const thrice = (t: tf.Tensor, axis: number) => tf.concat([t, t, t], axis)
            const given = tf.unstack(cotangents.y as tf.Tensor3D, 1)
            const total: Array<tf.Tensor> = []
            let carry: tf.Tensor = tf.zeros([b, features])
            for (let step = steps - 1; step >= 0; step--) {
              const dh = tf.add(given[step]!, carry)
              total.unshift(dh)
              const through = tf.matMul(tf.mul(thrice(dh, 1), backward[step]!) as tf.Tensor2D, w('weight_hh'))
              carry = tf.add(tf.mul(dh, kept[step]!), through)
            }
            const dh = thrice(rows(tf.stack(total, 1)), 1)
            const byInput = tf.mul(dh, tf.concat([byR, byZ, byN], 1)) as tf.Tensor2D // BT 3F
            const byState = tf.mul(dh, tf.concat([byR, byZ, tf.mul(byN, r)], 1)) as tf.Tensor2D
            return {
              ...(wants('inputs.x') ? { inputs: { x: tf.reshape(tf.matMul(byInput, w('weight_ih')), x.shape) } } : {}),
              weights: {
                [named('weight_ih')]: tf.matMul(byInput, rows(x), true),
                [named('weight_hh')]: tf.matMul(byState, before, true),
                [named('bias_ih')]: tf.sum(byInput, 0),
                [named('bias_hh')]: tf.sum(byState, 0)
              }
            }
          }
        }
      }
    )
  }
)
