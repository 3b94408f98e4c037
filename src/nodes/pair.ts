/**
 * Two batches as one, and back.
 *
 * Source: of our own.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

const Dims = t.strict({ dims: t.string })

/** Where the second half of a batch starts. */
const half = (x: tf.Tensor, second: boolean) => {
  const size = x.shape[0]! / 2
  return tf.slice(x, [second ? size : 0, ...Array<number>(x.rank - 1).fill(0)], [size, ...x.shape.slice(1)])
}

/**
 * Two batches of `dims` behind one another: `a` and `b`, both [B, ...], make `y` [2B, ...].
 *
 * @category layers
 * @since 0.1.0
 */
export const pair = define('pair', Dims, ({ dims }) =>
  body(
    {
      inputs: record({ a: tensor(`B ${dims}` as string), b: tensor(`B ${dims}` as string) }),
      outputs: record({ y: tensor(`2*B ${dims}` as string) })
    },
    ({ a, b }) => ({ y: tf.concat([a, b], 0) }),
    {
      pullback: {
        inputs: [],
        outputs: [],
        run: ({ cotangents: { y } }) => ({ inputs: { a: half(y!, false), b: half(y!, true) } })
      }
    }
  )
)

/**
 * The two halves of a batch: `x` [2B, ...] makes `a` and `b`, both [B, ...].
 *
 * @category layers
 * @since 0.1.0
 */
export const halves = define('halves', Dims, ({ dims }) =>
  body(
    {
      inputs: record({ x: tensor(`2*B ${dims}` as string) }),
      outputs: record({ a: tensor(`B ${dims}` as string), b: tensor(`B ${dims}` as string) })
    },
    ({ x }) => ({ a: half(x, false), b: half(x, true) }),
    {
      pullback: {
        inputs: [],
        outputs: [],
        run: ({ cotangents: { a, b } }) => ({
          inputs: { x: tf.concat([a ?? tf.zerosLike(b!), b ?? tf.zerosLike(a!)], 0) }
        })
      }
    }
  )
)
