import * as t from 'io-ts'
import { filled } from './init.js'
import { body, define, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * Decay of the first and second moments, and what keeps the quotient finite: as the original has them.
 *
 * @since 0.1.0
 */
export const adamConstants = { first: 0.5, second: 0.999, epsilon: 1e-8 } as const

/**
 * Decays of the first and second moments.
 *
 * @since 0.1.0
 */
export type Decays = Readonly<Record<'first' | 'second', number>>

/**
 * The factor of a step: `rate * sqrt(1 - second^t) / (1 - first^t)` for the t-th step, counted from 1; decays 0.5 and 0.999
 * unless others are given.
 *
 * @category training
 * @since 0.1.0
 */
export const adamSize = (rate: number, step: number, { first, second }: Decays = adamConstants): number =>
  (rate * Math.sqrt(1 - second ** step)) / (1 - first ** step)

const Settings = t.intersection([t.strict({ dims: t.string }), t.partial({ first: real, second: real })])

/**
 * One step of Adam for one weight: `m' = a m + (1 - a) g`, `v' = b v + (1 - b) g^2`, `w' = w - size m' / (sqrt(v') + 1e-8)`, with
 * the decays `a` 0.5 and `b` 0.999 unless others are set.
 *
 * Epsilon is added before the root is corrected, as PyTorch 0.4.1 does, unlike later versions. `norm` is the sum of the
 * squares of the gradient.
 *
 * `gradient`, `value`, and the moments `first` and `second` have the shape `dims` of the weight; `size`, which `adamSize`
 * gives, and `norm` are scalars.
 *
 * Source: `torch.optim.Adam` in the reference `train.py`.
 *
 * @category training
 * @since 0.1.0
 */
export const adam = define('adam', Settings, ({ dims, ...decays }) => {
  const like = tensor(dims)
  const { first, second, epsilon } = { ...adamConstants, ...decays }
  const usual = first === adamConstants.first && second === adamConstants.second
  return body(
    {
      inputs: record({ gradient: like, size: tensor('') }),
      outputs: record({ value: like, first: like, second: like, norm: tensor('') }),
      weights: { value: filled(dims, 0), first: filled(dims, 0), second: filled(dims, 0) }
    },
    ({ gradient: g, size }, { value, first: m, second: v }) => {
      if (usual && tf.hasKernels()) {
        const [next, m1, v1, norm] = tf.kernels('KeyflowAdam', [value!, m!, v!, g, size], 4)
        return { value: next!, first: m1!, second: v1!, norm: norm! }
      }
      const m1 = tf.add(tf.mul(m!, first), tf.mul(g, 1 - first))
      const squares = tf.square(g)
      const v1 = tf.add(tf.mul(v!, second), tf.mul(squares, 1 - second))
      const step = tf.div(tf.mul(m1, size), tf.add(tf.sqrt(v1), epsilon))
      return { value: tf.sub(value!, step), first: m1, second: v1, norm: tf.sum(squares) }
    },
    { pullback: 'none', updates: { value: 'value', first: 'first', second: 'second' } }
  )
})
