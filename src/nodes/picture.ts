/**
 * Pictures for people: keypoints drawn, pictures side by side, back to the source's proportions.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, node, real, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Hue `k / count` of the rainbow from red to magenta, as the original's colour map `gist_rainbow`. */
const colour = (k: number, count: number): ReadonlyArray<number> => {
  const hue = (k / count) * 5 // sixths of the circle; the last sixth, back to red, is not used
  const rise = (from: number) => Math.min(Math.max(2 - Math.abs(hue - from), 0), 1)
  return [Math.min(Math.max(Math.abs(hue - 3) - 1, 0), 1), rise(2), rise(4)]
}

/**
 * Frames with a disc of `radius` pixels at each keypoint; a keypoint has the same colour in every frame. `frames` [B, H, W, 3]
 * from 0 to 1; `mean` [1|B, K, 2], (x, y) in [-1, 1].
 *
 * Source: `Visualizer.draw_video_with_kp` in the reference `logger.py`; supplement, section C.5.
 *
 * @category pictures
 * @since 0.1.0
 */
export const drawKeypoints = define('drawKeypoints', t.strict({ radius: real }), ({ radius }) =>
  body(
    {
      inputs: record({ frames: tensor('B H W 3'), mean: tensor('1|B K 2') }),
      outputs: record({ frames: tensor('B H W 3') })
    },
    ({ frames, mean }) => {
      const [, h, w] = frames.shape
      const [n, k] = mean.shape
      const [x, y] = tf.split(tf.reshape(tf.mul(tf.add(mean, 1), 0.5), [n, 1, 1, k, 2]), 2, 4) as [tf.Tensor, tf.Tensor]
      const place = (at: tf.Tensor, size: number) => tf.mul(tf.reshape(at, [n, 1, 1, k]), size - 1)
      const dx = tf.sub(tf.reshape(tf.range(0, w), [1, 1, w, 1]), place(x, w))
      const dy = tf.sub(tf.reshape(tf.range(0, h), [1, h, 1, 1]), place(y, h))
      const near = tf.lessEqual(tf.add(tf.square(dx), tf.square(dy)), radius * radius) // N H W K
      const colours = tf.tensor2d(Array.from({ length: k }, (_, i) => [...colour(i, k)]))
      // the last keypoint lies on top: it hides those before it
      const above = tf.cumsum(tf.cast(near, 'float32'), 3, true, true)
      const shown = tf.cast(tf.logicalAnd(near, tf.equal(above, 0)), 'float32')
      const paint = tf.reshape(tf.matMul(tf.reshape(shown, [-1, k]), colours), [n, h, w, 3])
      const bare = tf.sub(1, tf.sum(shown, 3, true)) // N H W 1
      return { frames: tf.add(tf.mul(frames, bare), paint) }
    }
  )
)

/**
 * One batch of pictures beside another: `left` [1|B, H, W, C] and `right` [B, H, V, C] to `frames` [B, H, W+V, C], from 0 to 1
 * as they are.
 *
 * Source: `create_image_grid` of `Visualizer` in the reference `logger.py`.
 *
 * @category pictures
 * @since 0.1.0
 */
export const beside = node(
  'beside',
  {
    inputs: record({ left: tensor('1|B H W C'), right: tensor('B H V C') }),
    outputs: record({ frames: tensor('B H W+V C') })
  },
  ({ left, right }) => ({
    frames: tf.concat([tf.tile(left, [right.shape[0] / left.shape[0], 1, 1, 1]), right], 2)
  })
)

/**
 * Pictures `frames` [B, H, W, C] from 0 to 1 whose outermost pixels are white, 1.
 *
 * Source: `draw_border` of `Visualizer` in the reference `logger.py`.
 *
 * @category pictures
 * @since 0.1.0
 */
export const outline = node(
  'outline',
  { inputs: record({ frames: tensor('B H W C') }), outputs: record({ frames: tensor('B H W C') }) },
  ({ frames }) => {
    const [b, h, w, c] = frames.shape
    const within = tf.slice(frames, [0, 1, 1, 0], [b, Math.max(0, h - 2), Math.max(0, w - 2), c])
    const border: [number, number] = [1, 1]
    return { frames: h < 3 || w < 3 ? tf.onesLike(frames) : tf.pad(within, [[0, 0], border, border, [0, 0]], 1) }
  }
)

/**
 * The part of pictures `x` [B, H, W, C] from (`top`, `left`) on with a given size. `y` [B, height, width, C]; all four
 * settings in pixels.
 *
 * Source: of our own.
 *
 * @category pictures
 * @since 0.1.0
 */
export const cut = define(
  'cut',
  t.strict({ top: whole, left: whole, height: whole, width: whole }),
  ({ top, left, height, width }) =>
    body(
      {
        inputs: record({ x: tensor('B H W C') }),
        outputs: record({ y: tensor(`B ${height} ${width} C` as 'B H W C') })
      },
      ({ x }) => ({ y: tf.slice(x, [0, top, left, 0], [-1, height, width, -1]) })
    )
)

/**
 * Pictures `x` [B, H, W, C] at another size, `y` [B, height, width, C] in pixels, bilinear between pixel centres.
 *
 * Source: of our own.
 *
 * @category pictures
 * @since 0.1.0
 */
export const toSize = define('toSize', t.strict({ height: whole, width: whole }), ({ height, width }) =>
  body(
    {
      inputs: record({ x: tensor('B H W C') }),
      outputs: record({ y: tensor(`B ${height} ${width} C` as 'B H W C') })
    },
    ({ x }) => ({ y: tf.image.resizeBilinear(x, [height, width], false, true) })
  )
)
