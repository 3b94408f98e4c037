import * as t from 'io-ts'
import { body, define } from './node.js'
import { record, tensor } from './spec.js'

/**
 * The same tensor, which differentiation does not pass: what it is made of counts as constant. `x` and `y` have the shape
 * `dims`.
 *
 * Source: `detach()` in the reference `train.py`.
 *
 * @category layers
 * @since 0.1.0
 */
export const detach = define('detach', t.strict({ dims: t.string }), ({ dims }) =>
  body({ inputs: record({ x: tensor(dims) }), outputs: record({ y: tensor(dims) }) }, ({ x }) => ({ y: x }), {
    pullback: 'none',
    same: { y: 'x' }
  })
)
