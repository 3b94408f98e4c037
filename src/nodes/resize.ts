import * as t from 'io-ts'
import { body, define, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * How a map is brought to another size.
 *
 * @since 0.1.0
 */
export const Interpolation = t.union([t.literal('nearest'), t.literal('trilinear')])
export type Interpolation = t.TypeOf<typeof Interpolation>

/** The source pixel of each of `to` pixels, in the original's single precision: `floor(i * (from / to))`. */
const nearest = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to }, (_, i) => Math.floor(Math.fround(i * Math.fround(from / to))))

/** Which rows of the input make a row of the output, and how much of each: [to, from], rows sum to 1. */
const rule = (mode: Interpolation, from: number, to: number): tf.Tensor2D => {
  const weights = new Float32Array(to * from)
  if (mode === 'nearest') nearest(from, to).forEach((j, i) => (weights[i * from + j] = 1))
  else
    for (let i = 0; i < to; i++) {
      const at = Math.max(0, ((i + 0.5) * from) / to - 0.5)
      const low = Math.floor(at)
      const high = Math.min(low + 1, from - 1)
      weights[i * from + low]! += 1 - (at - low)
      weights[i * from + high]! += at - low
    }
  return tf.tensor2d(weights, [to, from])
}

/** Applies a rule to the middle axis of [n, from, m]: [n, to, m]. */
const along = (rows: tf.Tensor2D, x: tf.Tensor3D): tf.Tensor3D =>
  tf.matMul(tf.tile(tf.expandDims<tf.Tensor3D>(rows, 0), [x.shape[0], 1, 1]), x)

/**
 * A map `x` [B, H, W, C] at the size of `like` [1|D, h, w, E]: `y` [B, h, w, C].
 *
 * `nearest` reads row `floor(i H / h)`; `trilinear` interpolates between pixel centres without aligned corners, held at
 * the border. Both are linear maps of rows and columns: two products with constant matrices, so the gradient comes free.
 *
 * Source: `F.interpolate` in the reference `modules/generator.py`; with depth 1 trilinear is bilinear.
 *
 * @category geometry
 * @since 0.1.0
 */
export const resize = define('resize', t.strict({ mode: Interpolation }), ({ mode }) =>
  body(
    {
      inputs: record({ x: tensor('B H W C'), like: tensor('1|D h w E') }),
      outputs: record({ y: tensor('B h w C') })
    },
    ({ x, like }) => {
      const [b, h, w, c] = x.shape
      const [toH, toW] = [like.shape[1], like.shape[2]]
      if (h === toH && w === toW) return { y: x }
      if (mode === 'nearest' && h % toH === 0 && w % toW === 0) return { y: every(x, h / toH, w / toW) }
      if (mode === 'nearest' && toH % h === 0 && toW % w === 0) return { y: repeated(x, toH / h, toW / w) }
      const tall = along(rule(mode, h, toH), tf.reshape(x, [b, h, w * c])) // B h WC
      const wide = along(rule(mode, w, toW), tf.reshape(tall, [b * toH, w, c])) // Bh w C
      return { y: tf.reshape(wide, [b, toH, toW, c]) }
    },
    {
      shapes: ['like'],
      pullback: {
        inputs: ['x'],
        outputs: [],
        shapes: ['x'],
        run: ({ inputs: { x }, cotangents }) => ({
          inputs: { x: unresized(mode, x.shape, cotangents.y as tf.Tensor4D) }
        })
      }
    }
  )
)

/** The adjoint of a resizing of maps of a shape. */
const unresized = (mode: Interpolation, [b, h, w, c]: tf.Tensor4D['shape'], dy: tf.Tensor4D): tf.Tensor4D => {
  const [, toH, toW] = dy.shape
  if (h === toH && w === toW) return dy
  if (mode === 'nearest' && h % toH === 0 && w % toW === 0) {
    const [down, right] = [h / toH, w / toW]
    const columns = tf.pad(tf.reshape(dy, [b * toH * toW, c]), [
      [0, 0],
      [0, (right - 1) * c]
    ])
    const rows = tf.pad(tf.reshape(columns, [b * toH, w * c]), [
      [0, 0],
      [0, (down - 1) * w * c]
    ])
    return tf.reshape(rows, [b, h, w, c])
  }
  const back = (from: number, to: number) => tf.transpose(rule(mode, from, to)) as tf.Tensor2D
  const tall = along(back(h, toH), tf.reshape(dy, [b, toH, toW * c])) // B H wC
  const wide = along(back(w, toW), tf.reshape(tall, [b * h, toW, c])) // BH W C
  return tf.reshape(wide, [b, h, w, c])
}

/** Every pixel `down` times and `right` times, as tiles of blocks: 20 times faster than a resize op. */
export const repeated = (x: tf.Tensor4D, down: number, right: number): tf.Tensor4D => {
  const [b, h, w, c] = x.shape
  const wide = tf.tile(tf.reshape(x, [b * h * w, 1, c]), [1, right, 1]) // BHW right C
  const rows = tf.tile(tf.reshape(wide, [b * h, 1, right * w * c]), [1, down, 1]) // BH down rightWC
  return tf.reshape(rows, [b, down * h, right * w, c])
}

/** Every `down`-th row and every `right`-th column: reshapes and slices, which every backend differentiates. */
export const every = (x: tf.Tensor4D, down: number, right: number): tf.Tensor4D => {
  const [b, h, w, c] = x.shape
  const rows = tf.slice(tf.reshape(x, [b, h / down, down * w * c]), 0, [-1, -1, w * c])
  const columns = tf.slice(tf.reshape(rows, [(b * h) / down, w / right, right * c]), 0, [-1, -1, c])
  return tf.reshape(columns, [b, h / down, w / right, c])
}

/**
 * A map scaled by a factor of at most a few: size `floor(H * factor)`, nearest pixel `floor(i H / floor(H * factor))`. `x`
 * [B, H, W, C], `y` [B, h, w, C].
 *
 * Source: `F.interpolate(x, scale_factor=...)` in the reference `modules/keypoint_detector.py`.
 *
 * @category geometry
 * @since 0.1.0
 */
export const rescale = define('rescale', t.strict({ factor: real }), ({ factor }) =>
  body(
    {
      inputs: record({ x: tensor('B H W C') }),
      outputs: record({ y: tensor(`B floor(${factor}*H) floor(${factor}*W) C` as 'B H W C') })
    },
    ({ x }) => {
      const [, h, w] = x.shape
      const step = 1 / factor
      if (Number.isInteger(step) && h % step === 0 && w % step === 0) return { y: every(x, step, step) }
      const size = (n: number) => Math.floor(n * factor + 1e-9) // as the spec counts: 0.29 of 100 are 29
      const pick = (n: number) => tf.tensor1d([...nearest(n, size(n))], 'int32')
      return { y: tf.gather(tf.gather(x, pick(h), 1), pick(w), 2) }
    }
  )
)
