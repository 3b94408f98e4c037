import * as t from 'io-ts'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * The sum of tensors of one shape: `x0 + x1 + ...`. Each, and `y`, has the shape `dims`.
 *
 * Source: of our own; of losses, the sum in the reference `train.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const sum = define('sum', t.strict({ of: whole, dims: t.string }), ({ of, dims }) => {
  const names = Array.from({ length: of }, (_, i) => `x${i}`)
  const inputs = Object.fromEntries(names.map((name) => [name, tensor(dims)]))
  return body(
    { inputs: record(inputs), outputs: record({ y: tensor(dims) }) },
    (xs) => ({ y: of === 1 ? xs['x0']! : tf.addN(names.map((name) => xs[name]!)) }),
    {
      pullback: {
        inputs: [],
        outputs: [],
        run: ({ cotangents: { y } }) => ({ inputs: Object.fromEntries(names.map((name) => [name, y!])) })
      }
    }
  )
})

/**
 * A scalar 1, `y`: where differentiation starts.
 *
 * Source: of our own; reverse accumulation.
 *
 * @category layers
 * @since 0.1.0
 */
export const one = define('one', t.strict({}), () =>
  body({ inputs: record({}), outputs: record({ y: tensor('') }) }, () => ({ y: tf.scalar(1) }))
)
