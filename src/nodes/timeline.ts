/**
 * Sequences cut, joined and read frame by frame.
 *
 * Source: of our own, but where a node names another.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, node, positive, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

const Dims = t.strict({ dims: t.string })
const Kept = t.strict({ keep: whole, dims: t.string })
const Held = t.strict({ at: whole, frames: positive, dims: t.string })
const sequence = (dims: string, steps = 'T') => tensor(`B ${steps} ${dims}` as string)

/** Steps `from` up to before `to` of a sequence. */
const steps = (x: tf.Tensor, from: number, to: number): tf.Tensor => {
  const [b, , ...rest] = x.shape as [number, number, ...Array<number>]
  return tf.slice(x, [0, from, ...rest.map(() => 0)], [b, to - from, ...rest])
}

/**
 * Frames as one sequence: `x` [T, ...] to `y` [1, T, ...]. The range stays.
 *
 * @category prediction
 * @since 0.1.0
 */
export const asSequence = define('asSequence', Dims, ({ dims }) =>
  body(
    { inputs: record({ x: tensor(`T ${dims}` as string) }), outputs: record({ y: tensor(`1 T ${dims}` as string) }) },
    ({ x }) => ({ y: tf.expandDims(x, 0) })
  )
)

/**
 * A sequence that begins with `keep` steps of another: `start` [B, S, ...] and `x` [B, T, ...] to `y` [B, T, ...]. The range
 * stays.
 *
 * @category prediction
 * @since 0.1.0
 */
export const beginWith = define('beginWith', Kept, ({ keep, dims }) =>
  body(
    {
      inputs: record({ start: sequence(dims, 'S'), x: sequence(dims) }),
      outputs: record({ y: sequence(dims) })
    },
    ({ start, x }) => {
      const kept = Math.min(keep, x.shape[1]!)
      return { y: tf.concat([steps(start, 0, kept), steps(x, kept, x.shape[1]!)], 1) }
    }
  )
)

/**
 * Step `at` of a sequence for all of `frames` steps: `x` [B, T, ...] to `y` [B, frames, ...]. The range stays.
 *
 * @category prediction
 * @since 0.1.0
 */
export const holdStep = define('holdStep', Held, ({ at, frames, dims }) =>
  body({ inputs: record({ x: sequence(dims) }), outputs: record({ y: sequence(dims, String(frames)) }) }, ({ x }) => {
    const [b, , ...rest] = x.shape as [number, number, ...Array<number>]
    const held = tf.reshape(steps(x, at, at + 1), [b, 1, -1]) // of rank 3: tfjs has no gradient for a tile of rank 5
    return { y: tf.reshape(tf.tile(held, [1, frames, 1]), [b, frames, ...rest]) }
  })
)

/**
 * Frames of the first sequence by their numbers: `x` [1, T, ...] and `index` [N] to `y` [N, ...]. The range stays.
 *
 * @category prediction
 * @since 0.1.0
 */
export const framesAt = define('framesAt', Dims, ({ dims }) =>
  body(
    {
      inputs: record({ x: tensor(`1 T ${dims}` as string), index: tensor('N', 'int32') }),
      outputs: record({ y: tensor(`N ${dims}` as string) })
    },
    ({ x, index }) => ({ y: tf.gather(tf.squeeze(x, [0]), index) })
  )
)

/**
 * `y = x * mask`, all [B, T, F]: dropout, where the mask holds 0 for what is left out and `1 / (1 - rate)` for the rest.
 *
 * Source: `dropout` of `nn.GRU` in the reference `modules/prediction_module.py`.
 *
 * @category training
 * @since 0.1.0
 */
export const masked = node(
  'masked',
  { inputs: record({ x: tensor('B T F'), mask: tensor('B T F') }), outputs: record({ y: tensor('B T F') }) },
  ({ x, mask }) => ({ y: tf.mul(x, mask) }),
  {
    pullback: {
      inputs: ['x', 'mask'],
      outputs: [],
      run: ({ inputs: { x, mask }, cotangents: { y } }, wants) => ({
        inputs: { x: tf.mul(y!, mask), ...(wants('inputs.mask') ? { mask: tf.mul(y!, x) } : {}) }
      })
    }
  }
)
