/**
 * Convolutions in training without their bias, which a normalisation after them takes away or an activation adds.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { byInput, byKernel, Convolution, regroup, ungroup } from './conv2d.js'
import { atCorners } from './convolve.js'
import { at, phases, phasesOf } from './folded.js'
import { filled } from './init.js'
import { body, define, type Weight, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Weights by names that are known when the node is made. */
const kernels = (weights: object) => weights as Readonly<Record<string, Weight<tf.Tensor4D>>>

/**
 * A convolution without a bias. Its kernel is that of the convolution at a position `conv` of a chain.
 *
 * @category training
 * @since 0.1.0
 */
export const bareConvolution = define(
  'bareConvolution',
  t.strict({ ...Convolution.type.props, conv: whole }),
  ({ from, to, kernel: k, groups, padding, conv }) => {
    const less = padding === 'same' || k === 1 ? '' : `-${k - 1}`
    const name = `${conv}.weight`
    return body(
      {
        inputs: record({ x: tensor(`B H W ${from}` as 'B H W C') }),
        outputs: record({ y: tensor(`B H${less} W${less} ${to}` as 'B H W C') }),
        weights: kernels(at(conv, { weight: filled(`${k} ${k} ${from / groups} ${to}` as 'h w C D', 0) }))
      },
      ({ x }, weights) => ({ y: tf.conv2d(x, ungroup(weights[name]!, groups), 1, padding) }),
      {
        pullback: {
          inputs: ['x'],
          outputs: [],
          run: ({ inputs: { x }, weights, cotangents }, wants) => {
            const dy = cotangents.y as tf.Tensor4D
            return {
              ...(wants('inputs.x')
                ? { inputs: { x: byInput(dy, ungroup(weights[name]!, groups), x.shape, padding) } }
                : {}),
              ...(wants(`weights.${name}`)
                ? { weights: { [name]: regroup(byKernel(x, dy, [k, k, from, to], padding), groups) } }
                : {})
            }
          }
        }
      }
    )
  }
)

/** The adjoint of `phasesOf` with a scale of 1: [2, 2, C, 4D] to [3, 3, C, D]. */
const unphased = (four: tf.Tensor4D): tf.Tensor => {
  if (tf.hasKernels()) return tf.kernel('KeyflowPhasesGrad', [four])
  const [, , from, to] = four.shape
  const rows = tf.transpose(tf.reshape(four, [4, from, 4, to / 4]), [0, 2, 1, 3]) // j o C D
  const nine = tf.matMul(phases(), tf.reshape(rows, [16, (from * to) / 4]) as tf.Tensor2D, true)
  return tf.reshape(nine, [3, 3, from, to / 4])
}

const around: Array<[number, number]> = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0]
]

/**
 * The four 2x2 convolutions at the corners of a small map that make nearest upsampling and a 3x3 convolution, not yet woven:
 * [B, H, W, C] to [B, H+1, W+1, 4D]. Its kernel is the 3x3 one of the convolution at position `conv` of a chain.
 *
 * @category training
 * @since 0.1.0
 */
export const barePhases = define(
  'barePhases',
  t.strict({ from: whole, to: whole, conv: whole }),
  ({ from, to, conv }) => {
    const name = `${conv}.weight` as const
    const four = (weight: tf.Tensor4D) => phasesOf(weight, tf.ones([to])) as tf.Tensor4D
    return body(
      {
        inputs: record({ x: tensor(`B H W ${from}` as 'B H W C') }),
        outputs: record({ y: tensor(`B H+1 W+1 ${4 * to}` as 'B H W C') }),
        weights: kernels(at(conv, { weight: filled(`3 3 ${from} ${to}` as 'h w C D', 0) }))
      },
      ({ x }, weights) => ({ y: atCorners(x, four(weights[name]!)) }),
      {
        pullback: {
          inputs: ['x'],
          outputs: [],
          run: ({ inputs: { x }, weights, cotangents }, wants) => {
            const dy = cotangents.y as tf.Tensor4D
            const [b, h, w, c] = x.shape
            const padded: tf.Tensor4D['shape'] = [b, h + 2, w + 2, c]
            const byX = () => tf.slice(byInput(dy, four(weights[name]!), padded, 'valid'), [0, 1, 1, 0], [b, h, w, c])
            return {
              ...(wants('inputs.x') ? { inputs: { x: byX() } } : {}),
              ...(wants(`weights.${name}`)
                ? { weights: { [name]: unphased(byKernel(tf.pad(x, around), dy, [2, 2, c, 4 * to], 'valid')) } }
                : {})
            }
          }
        }
      }
    )
  }
)
