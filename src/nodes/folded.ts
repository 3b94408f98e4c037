/**
 * What fast forms compute from weights alone: kernels, biases and scales. None of these nodes has an input, so each runs once
 * per stream.
 *
 * Their weights are named by the position of their node in the chain that a rule replaces: `1.running_mean`.
 *
 * Source: of our own; what they give equals `conv2d` and `batchNorm` in evaluation, within rounding.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { epsilon, normWeights } from './batch-norm.js'
import { ungroup } from './conv2d.js'
import { filled } from './init.js'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Scale and shift of a batch norm in evaluation: `y = x * scale + shift`, both [C]. */
const affine = (n: Readonly<Record<'weight' | 'bias' | 'running_mean' | 'running_var', tf.Tensor>>) => {
  const scale = tf.mul(n.weight, tf.rsqrt(tf.add(n.running_var, epsilon)))
  return { scale, shift: tf.sub(n.bias, tf.mul(n.running_mean, scale)) }
}

/** The weights of a node, named by its position in a chain. */
export const at = <W>(position: number, weights: { readonly [K in keyof W]: W[K] }) =>
  Object.fromEntries(Object.entries(weights).map(([name, w]) => [`${position}.${name}`, w])) as {
    readonly [K in keyof W & string as `${number}.${K}`]: W[K]
  }

/** The weights of the node at a position of a chain, by its own names. */
const own = (position: number, weights: Readonly<Record<string, tf.Tensor>>) =>
  Object.fromEntries(
    Object.entries(weights).flatMap(([name, w]) => (name.startsWith(`${position}.`) ? [[name.slice(2), w]] : []))
  ) as Readonly<Record<'weight' | 'bias' | 'running_mean' | 'running_var', tf.Tensor>>

const convWeights = (kernel: number, from: number, to: number) => ({
  weight: filled(`${kernel} ${kernel} ${from} ${to}` as 'kh kw C D', 0),
  bias: filled(`${to}` as 'D', 0)
})

/**
 * Kernel and bias of a convolution as they are: depends on weights alone. `kernel` [kernel, kernel, from, to], without groups
 * any more, and `bias` [to].
 *
 * @category layers
 * @since 0.1.0
 */
export const ownKernel = define(
  'ownKernel',
  t.strict({ from: whole, to: whole, kernel: whole, groups: whole }),
  ({ from, to, kernel, groups }) =>
    body(
      {
        inputs: record({}),
        outputs: record({
          kernel: tensor(`${kernel} ${kernel} ${from} ${to}` as 'h w C D'),
          bias: tensor(`${to}` as 'D')
        }),
        weights: at(0, convWeights(kernel, from / groups, to))
      },
      (_, weights) => {
        const { weight, bias } = own(0, weights)
        return { kernel: ungroup(weight as tf.Tensor4D, groups), bias }
      }
    )
)

/**
 * Kernel and bias of a convolution with the batch norm after it folded in: depends on weights alone. `kernel`
 * [kernel, kernel, from, to], without groups any more, and `bias` [to].
 *
 * @category layers
 * @since 0.1.0
 */
export const foldNorm = define(
  'foldNorm',
  t.strict({ from: whole, to: whole, kernel: whole, groups: whole }),
  ({ from, to, kernel, groups }) =>
    body(
      {
        inputs: record({}),
        outputs: record({
          kernel: tensor(`${kernel} ${kernel} ${from} ${to}` as 'h w C D'),
          bias: tensor(`${to}` as 'D')
        }),
        weights: { ...at(0, convWeights(kernel, from / groups, to)), ...at(1, normWeights(to)) }
      },
      (_, weights) => {
        const conv = own(0, weights)
        const { scale, shift } = affine(own(1, weights))
        return {
          kernel: tf.mul(ungroup(conv.weight as tf.Tensor4D, groups), scale),
          bias: tf.add(tf.mul(conv.bias, scale), shift)
        }
      }
    )
)

/** Which of three taps at double size fall on each of two pixels, for the odd and the even output in between. */
const taps = [
  [
    [1, 1, 0],
    [0, 0, 1]
  ],
  [
    [1, 0, 0],
    [0, 1, 1]
  ]
] as const

/** [jy jx oy ox, ty tx]: how nine taps make four 2x2 kernels. */
export const phases = (): tf.Tensor2D => {
  const two = [0, 1] as const
  const rows = two.flatMap((jy) =>
    two.flatMap((jx) =>
      two.flatMap((oy) => two.map((ox) => taps[oy][jy].flatMap((a) => taps[ox][jx].map((b) => a * b))))
    )
  )
  return tf.tensor2d(rows)
}

/** The four 2x2 kernels of a 3x3 kernel [3, 3, C, D], each output channel scaled: [2, 2, C, 4D]. */
export const phasesOf = (kernel: tf.Tensor4D, scale: tf.Tensor): tf.Tensor => {
  if (tf.hasKernels()) return tf.kernel('KeyflowPhases', [kernel, scale])
  const [, , from, to] = kernel.shape
  const nine = tf.reshape(tf.mul(kernel, scale), [9, from * to]) as tf.Tensor2D
  const four = tf.reshape(tf.matMul(phases(), nine), [4, 4, from, to]) // j o C D
  return tf.reshape(tf.transpose(four, [0, 2, 1, 3]), [2, 2, from, 4 * to])
}

/**
 * Kernel and bias for `convolvePhases` of an upsampling by two, a 3x3 convolution and a batch norm: the four 2x2 kernels that
 * one pixel of the small map sees, behind one another in the output channels. `kernel` of the shape [2, 2, from, 4 to], `bias`
 * [4 to].
 *
 * @category layers
 * @since 0.1.0
 */
export const foldPhases = define('foldPhases', t.strict({ from: whole, to: whole }), ({ from, to }) =>
  body(
    {
      inputs: record({}),
      outputs: record({ kernel: tensor(`2 2 ${from} ${4 * to}` as 'h w C D'), bias: tensor(`${4 * to}` as 'D') }),
      weights: { ...at(1, convWeights(3, from, to)), ...at(2, normWeights(to)) }
    },
    (_, weights) => {
      const conv = own(1, weights)
      const { scale, shift } = affine(own(2, weights))
      return {
        kernel: phasesOf(conv.weight as tf.Tensor4D, scale),
        bias: tf.tile(tf.add(tf.mul(conv.bias, scale), shift), [4])
      }
    }
  )
)

/**
 * Scale and shift of a batch norm in evaluation: depends on weights alone. `scale` and `shift` [features].
 *
 * @category layers
 * @since 0.1.0
 */
export const foldAffine = define('foldAffine', t.strict({ features: whole }), ({ features }) => {
  const vector = tensor(`${features}` as 'C')
  return body(
    { inputs: record({}), outputs: record({ scale: vector, shift: vector }), weights: at(0, normWeights(features)) },
    (_, weights) => affine(own(0, weights))
  )
})
