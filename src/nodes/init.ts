/**
 * First values of weights, drawn as the original draws them.
 *
 * @since 0.1.0
 */
import type { Weight } from './node.js'
import type { TensorOf } from './spec.js'
import { tensor } from './spec.js'
import * as tf from './tf.js'

const shapeOf = (dims: string): Array<number> => dims.split(' ').filter(Boolean).map(Number)

/**
 * A weight drawn uniformly from `[low, high)`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const uniform = <S extends string>(dims: S, low: number, high: number): Weight<TensorOf<S>> => ({
  spec: tensor(dims),
  role: 'parameter',
  init: (seed) => tf.randomUniform(shapeOf(dims), low, high, 'float32', seed) as TensorOf<S>
})

/**
 * A weight that starts as the same number everywhere, or as the given numbers. Its shape is `dims`, all of them numbers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const filled = <S extends string>(dims: S, value: number | ReadonlyArray<number>): Weight<TensorOf<S>> => ({
  spec: tensor(dims),
  role: 'parameter',
  init: () =>
    (typeof value === 'number' ? tf.fill(shapeOf(dims), value) : tf.tensor([...value], shapeOf(dims))) as TensorOf<S>
})

/** The same tensor, as a running statistic instead of a parameter. */
export const statistic = <A>(weight: Weight<A>): Weight<A> => ({ ...weight, role: 'statistic' })
