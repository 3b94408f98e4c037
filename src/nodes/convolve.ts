/**
 * Convolutions whose kernel is computed instead of learned: what the fast forms of a block are made of.
 *
 * Source: of our own; each equals the nodes that it stands for, `conv2d`, `batchNorm`, `relu`, `upsample` or `add`, within
 * rounding.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** `max(x * scale + shift, 0)` for each channel: one pass of our kernel where it is, else three of its definition. */
const scaledRelu = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor): tf.Tensor =>
  tf.hasKernels() ? tf.kernel('KeyflowScaleShiftRelu', [x, scale, shift]) : tf.relu(tf.add(tf.mul(x, scale), shift))

/** `x + bias`, and its positive part with `relu`. */
const biased = (x: tf.Tensor, bias: tf.Tensor, relu: boolean): tf.Tensor =>
  relu
    ? scaledRelu(x, tf.onesLike(bias), bias)
    : tf.hasKernels()
      ? tf.kernel('KeyflowScaleShift', [x, tf.onesLike(bias), bias])
      : tf.add(x, bias)

const Convolution = { kernel: whole, padding: t.union([t.literal('same'), t.literal('valid')]) }

/** The spec of what a convolution with a given kernel reads, and that of what it makes. */
const convolution = (k: number, padding: 'same' | 'valid') => {
  const less = padding === 'same' || k === 1 ? '' : `-${k - 1}`
  return {
    inputs: { x: tensor('B H W C'), kernel: tensor(`${k} ${k} C D` as 'h w C D'), bias: tensor('D') },
    output: tensor(`B H${less} W${less} D` as 'B H W D')
  }
}

/**
 * Convolution with a given `kernel` [k, k, C, D] and `bias` [D], then ReLU if asked. `x` [B, H, W, C] makes `y` [B, H, W, D],
 * smaller by k - 1 where `valid`.
 *
 * @category layers
 * @since 0.1.0
 */
export const convolve = define(
  'convolve',
  t.strict({ ...Convolution, relu: t.boolean }),
  ({ kernel: k, padding, relu }) => {
    const { inputs, output } = convolution(k, padding)
    return body({ inputs: record(inputs), outputs: record({ y: output }) }, ({ x, kernel, bias }) => ({
      y: biased(tf.conv2d(x, kernel, 1, padding), bias, relu)
    }))
  }
)

/**
 * Convolution with a given kernel and bias, added to another map of the size of its output.
 *
 * `x` [B, H, W, C], `kernel` [k, k, C, D], `bias` [D]; `other` and `y` [B, H, W, D], smaller than `x` by k - 1 where `valid`.
 *
 * @category layers
 * @since 0.1.0
 */
export const convolveOnto = define('convolveOnto', t.strict(Convolution), ({ kernel: k, padding }) => {
  const { inputs, output } = convolution(k, padding)
  return body({ inputs: record({ ...inputs, other: output }), outputs: record({ y: output }) }, (given) => {
    const y = tf.conv2d(given.x, given.kernel, 1, padding)
    return {
      y: tf.hasKernels()
        ? tf.kernel('KeyflowShiftAdd', [y, given.bias, given.other])
        : tf.add(tf.add(y, given.bias), given.other)
    }
  })
})

/** The most pixels of a map for which a product with unfolded patches beats a convolution, whose kernel is laid out anew each time. */
const fewPixels = 16

const around: [[number, number], [number, number], [number, number], [number, number]] = [
  [0, 0],
  [1, 1],
  [1, 1],
  [0, 0]
]

/** Convolution with a 2x2 kernel at every corner of the pixels, zeros outside: [B, H, W, C] to [B, H+1, W+1, D]. */
export const atCorners = (x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D => {
  const [b, h, w, c] = x.shape
  const to = kernel.shape[3]
  if (!tf.isNative() || h * w > fewPixels) return tf.conv2d(x, kernel, 1, around)
  const padded = tf.pad(x, around)
  const shifts = [0, 1].flatMap((i) => [0, 1].map((j) => tf.slice(padded, [0, i, j, 0], [b, h + 1, w + 1, c])))
  const patches = tf.reshape(tf.concat(shifts, 3), [b * (h + 1) * (w + 1), 4 * c]) as tf.Tensor2D
  return tf.reshape(tf.matMul(patches, tf.reshape(kernel, [4 * c, to])), [b, h + 1, w + 1, to])
}

/** Four maps side by side in the channels woven into one, [B, H, W, 4C] to [B, 2H, 2W, C]; unlike `depthToSpace` it has a gradient. */
const toSpace = (x: tf.Tensor4D): tf.Tensor4D => {
  const [b, h, w, c] = x.shape
  const rows = tf.transpose(tf.reshape(x, [b * h, w, 2, c / 2]), [0, 2, 1, 3]) // BH 2 W 2C
  return tf.reshape(rows, [b, 2 * h, 2 * w, c / 4])
}

/** Four maps at corners [B, H+1, W+1, 4C] woven into [B, 2H, 2W, C]. */
export const weave = (x: tf.Tensor4D): tf.Tensor4D => {
  const [b, h, w, c] = x.shape
  return tf.slice(toSpace(x), [0, 1, 1, 0], [b, 2 * h - 2, 2 * w - 2, c / 4])
}

/** Bias, ReLU, and the four maps at corners [B, H+1, W+1, 4D] woven into [B, 2H, 2W, D]. */
const woven = (x: tf.Tensor4D, bias: tf.Tensor1D): tf.Tensor => {
  if (tf.hasKernels()) return tf.kernel('KeyflowWeave', [x, bias])
  return weave(tf.relu(tf.add(x, bias)) as tf.Tensor4D)
}

/**
 * Four 2x2 convolutions at low resolution, ReLU, and their outputs woven into a map of twice the size: what nearest
 * upsampling and a 3x3 convolution give, for 4/9 of the multiplications and without the upsampled map.
 *
 * `x` [B, H, W, C], `kernel` [2, 2, C, 4 to] and `bias` [4 to], as `foldPhases` gives them, make `y` [B, 2H, 2W, to].
 *
 * @category layers
 * @since 0.1.0
 */
export const convolvePhases = define('convolvePhases', t.strict({ to: whole }), ({ to }) =>
  body(
    {
      inputs: record({
        x: tensor('B H W C'),
        kernel: tensor(`2 2 C ${4 * to}` as 'h w C D'),
        bias: tensor(`${4 * to}` as 'D')
      }),
      outputs: record({ y: tensor(`B 2*H 2*W ${to}` as 'B H W D') })
    },
    ({ x, kernel, bias }) => ({ y: woven(atCorners(x, kernel), bias) })
  )
)

/**
 * `max(x * scale + shift, 0)` for each channel: a light pass instead of a normalisation op and a ReLU. `x` and `y`
 * [B, H, W, C], `scale` and `shift` [C].
 *
 * @category layers
 * @since 0.1.0
 */
export const affineRelu = define('affineRelu', t.strict({}), () =>
  body(
    {
      inputs: record({ x: tensor('B H W C'), scale: tensor('C'), shift: tensor('C') }),
      outputs: record({ y: tensor('B H W C') })
    },
    ({ x, scale, shift }) => ({ y: scaledRelu(x, scale, shift) })
  )
)
