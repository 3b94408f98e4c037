import * as t from 'io-ts'
import { filled, uniform } from './init.js'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Grows a kernel of grouped channels to a dense one with zeros between the groups: [k, k, from/groups, to] to [k, k, from, to]. */
export const ungroup = (kernel: tf.Tensor4D, groups: number): tf.Tensor4D => {
  if (groups === 1) return kernel
  const [, , from, to] = kernel.shape
  const own = tf.equal(
    tf.reshape(tf.range(0, groups, 1, 'int32'), [groups, 1, 1]),
    tf.reshape(tf.range(0, groups, 1, 'int32'), [1, groups, 1])
  ) // groups groups 1
  const mask = tf.reshape(
    tf.tile(tf.reshape(tf.cast(own, 'float32'), [groups, 1, groups, 1]), [1, from, 1, to / groups]),
    [groups * from, to]
  )
  return tf.mul(tf.tile(kernel, [1, 1, groups, 1]), mask) // kh kw from*groups to
}

/**
 * 2-D convolution, `y = x * weight + bias`, optionally over groups of channels.
 *
 * `same` pads with `(kernel-1)/2` zeros on every side, `valid` not at all. Weights start uniform in
 * `+-1/sqrt(from * kernel^2)`, where `from` is not divided by the groups, unless `start` gives zeros and biases.
 *
 * Source: `Conv3d` with depth 1 throughout the reference `modules/util.py`, started as its `sync_batchnorm` era PyTorch does.
 *
 * @category layers
 * @since 0.1.0
 */
export const conv2d = define(
  'conv2d',
  t.strict({
    from: whole,
    to: whole,
    kernel: whole,
    groups: whole,
    padding: t.union([t.literal('same'), t.literal('valid')]),
    start: t.union([t.literal('uniform'), t.readonlyArray(t.number)])
  }),
  ({ from, to, kernel, groups, padding, start }) => {
    const reach = 1 / Math.sqrt(from * kernel * kernel)
    const weight = `${kernel} ${kernel} ${from / groups} ${to}` as 'kh kw C D'
    const bias = `${to}` as 'D'
    const less = padding === 'same' || kernel === 1 ? '' : `-${kernel - 1}`
    return body(
      {
        inputs: record({ x: tensor(`B H W ${from}` as 'B H W C') }),
        outputs: record({ y: tensor(`B H${less} W${less} ${to}` as 'B H W C') }),
        weights: {
          weight: start === 'uniform' ? uniform(weight, -reach, reach) : filled(weight, 0),
          bias: start === 'uniform' ? uniform(bias, -reach, reach) : filled(bias, start)
        }
      },
      ({ x }, { weight, bias }) => ({
        y: tf.fused.conv2d({
          x,
          filter: ungroup(weight, groups),
          strides: 1,
          pad: padding,
          bias,
          activation: 'linear'
        })
      })
    )
  }
)
