import * as t from 'io-ts'
import { filled, uniform } from './init.js'
import { body, define, type Primitive, reals, whole } from './node.js'
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

/** The adjoint of `ungroup`: the blocks of a dense kernel that a grouped one has, [k, k, from, to] to [k, k, from/groups, to]. */
export const regroup = (kernel: tf.Tensor4D, groups: number): tf.Tensor4D => {
  if (groups === 1) return kernel
  const [h, w, from, to] = kernel.shape
  const [each, out] = [from / groups, to / groups]
  const blocks = Array.from({ length: groups }, (_, g) =>
    tf.slice(kernel, [0, 0, g * each, g * out], [h, w, each, out])
  )
  return tf.concat(blocks, 3)
}

const Padding = t.union([t.literal('same'), t.literal('valid')])
type Padding = t.TypeOf<typeof Padding>

/**
 * What every convolution with learned weights is told.
 *
 * @since 0.1.0
 */
export const Convolution = t.strict({ from: whole, to: whole, kernel: whole, groups: whole, padding: Padding })
export type Convolution = t.TypeOf<typeof Convolution>

/** The settings of a node that is a convolution; they were decoded when it was made. */
export const convolutionOf = (node: Primitive<any, any, any> | undefined): Convolution => {
  const { from, to, kernel, groups, padding } = node!.settings as unknown as Convolution
  return { from, to, kernel, groups, padding }
}

const settingsOf = (pad: Padding) => ({ strides: 1, pad, dataFormat: 'NHWC', dimRoundingMode: undefined })

/** The cotangent of a convolution's input. */
export const byInput = (
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  inputShape: tf.Tensor4D['shape'],
  pad: Padding
): tf.Tensor4D =>
  tf.engine().runKernel('Conv2DBackpropInput', { dy, filter }, {
    ...settingsOf(pad),
    inputShape
  } as unknown as tf.NamedAttrMap)

/** The cotangent of a convolution's kernel. */
export const byKernel = (
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: tf.Tensor4D['shape'],
  pad: Padding
): tf.Tensor4D =>
  tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, {
    ...settingsOf(pad),
    filterShape
  } as unknown as tf.NamedAttrMap)

/** The cotangent of a convolution's bias: the sum over everything but the channels. */
const byBias = (dy: tf.Tensor4D): tf.Tensor => {
  if (tf.isNative()) return tf.kernels('BiasAddGrad', [dy], 1)[0]!
  const [b, h, w, c] = dy.shape
  return tf.sum(tf.reshape(dy, [b * h * w, c]), 0)
}

/**
 * 2-D convolution, `y = x * weight + bias`, optionally over groups of channels.
 *
 * `same` pads with `(kernel-1)/2` zeros on every side, `valid` not at all. Weights start uniform in
 * `+-1/sqrt(from * kernel^2)`, where `from` is not divided by the groups, unless `start` gives zeros and biases.
 *
 * `x` [B, H, W, from] makes `y` [B, H, W, to], or [B, H-kernel+1, W-kernel+1, to] where `valid`. `weight`
 * [kernel, kernel, from/groups, to], `bias` [to].
 *
 * Source: `Conv3d` with depth 1 throughout the reference `modules/util.py`, started as its `sync_batchnorm` era PyTorch does.
 *
 * @category layers
 * @since 0.1.0
 */
export const conv2d = define(
  'conv2d',
  t.strict({
    ...Convolution.type.props,
    start: t.union([t.literal('uniform'), reals])
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
          bias
        })
      }),
      {
        pullback: {
          inputs: ['x'],
          outputs: [],
          run: ({ inputs: { x }, weights, cotangents }, wants) => {
            const dy = cotangents.y as tf.Tensor4D
            const dense = () => ungroup(weights.weight, groups)
            return {
              ...(wants('inputs.x') ? { inputs: { x: byInput(dy, dense(), x.shape, padding) } } : {}),
              weights: {
                ...(wants('weights.weight')
                  ? { weight: regroup(byKernel(x, dy, [kernel, kernel, from, to], padding), groups) }
                  : {}),
                ...(wants('weights.bias') ? { bias: byBias(dy) } : {})
              }
            }
          }
        }
      }
    )
  }
)
