// @ts-check
/** Drawings of keypoints: from heatmaps to means and variances, and to bumps again; relative motion. */
import { gaussian2kp, kp2gaussian, relativeMotion } from '../../dist/nodes/index.js'
import { tf, told } from './engine.mjs'
import { blue, colours, dot, ellipse, green, ink, line, rect, red, svg, text } from './svg.mjs'

const side = 9
const cell = 20

/** A covariance as half axes, in the unit of the grid, and the angle of the longer one. @param {any} m */
const axes = ([[a, b], [, d]]) => {
  const [middle, spread] = [(a + d) / 2, Math.hypot((a - d) / 2, b)]
  return {
    long: Math.sqrt(middle + spread),
    short: Math.sqrt(Math.max(middle - spread, 0)),
    degrees: (Math.atan2(2 * b, a - d) * 90) / Math.PI
  }
}

const shaded = (
  /** @type {ReadonlyArray<ReadonlyArray<number>>} */ map,
  /** @type {number} */ left,
  /** @type {number} */ top
) => {
  const most = Math.max(...map.flat())
  return map.flatMap((row, i) =>
    row.map((v, j) =>
      rect(left + j * cell, top + i * cell, cell, cell, `hsl(197 60% ${Math.round(97 - (57 * v) / most)}%)`, '#e3eaee')
    )
  )
}

/** A heatmap, the keypoint that `gaussian2kp` makes of it, and the bump that `kp2gaussian` makes of that. */
export const moments = () =>
  tf.tidy(() => {
    const raw = Array.from({ length: side }, (_, i) =>
      Array.from(
        { length: side },
        (_, j) =>
          Math.exp(-((j - 5) ** 2 + (i - 3.2) ** 2 - 1.1 * (j - 5) * (i - 3.2)) / 3) + (i === 7 && j === 1 ? 0.25 : 0)
      )
    )
    const total = raw.flat().reduce((a, b) => a + b, 0)
    const heat = raw.map((row) => row.map((v) => v / total))
    const heatmap = tf.tensor4d(heat.flat(), [1, side, side, 1])
    const points = gaussian2kp({ variance: 'matrix', clip: 0 }).run({ heatmap }, {})
    const { mean, var: spread } = /** @type {any} */ (points)
    const [[[x, y]]] = mean.arraySync()
    const { long, short, degrees } = axes(spread.arraySync()[0][0])
    const { gaussian } = told(kp2gaussian({ variance: 'matrix' }), { kp: { mean, var: spread }, like: heatmap })
    const bump = gaussian[0].map((/** @type {any} */ row) => row.map((/** @type {any} */ [v]) => v))
    const unit = ((side - 1) / 2) * cell
    const [right, wide] = [80 + side * cell, side * cell]
    const place = (/** @type {number} */ left, /** @type {number} */ px, /** @type {number} */ py) => [
      left + cell / 2 + (px + 1) * unit,
      40 + cell / 2 + (py + 1) * unit
    ]
    const [cx = 0, cy = 0] = place(20, x, y)
    return svg(20 + wide + 80 + wide + 170, 250, 'A heatmap, its mean and variance, and the bump made of them', [
      ...shaded(heat, 20, 40),
      dot(cx, cy, 4, red),
      ellipse(cx, cy, long * unit, short * unit, degrees, red),
      ellipse(cx, cy, 2 * long * unit, 2 * short * unit, degrees, red),
      text(20, 28, 'heatmap: mean, 1 and 2 deviations', { anchor: 'start' }),
      ...shaded(bump, right, 40),
      text(right, 28, 'bump of that keypoint', { anchor: 'start' }),
      text(right + wide + 16, 70, `mean (${x.toFixed(2)}, ${y.toFixed(2)})`, { anchor: 'start' }),
      text(right + wide + 16, 94, `deviations ${long.toFixed(2)}, ${short.toFixed(2)}`, { anchor: 'start' }),
      text(right + wide + 16, 118, `tilt ${degrees.toFixed(0)} degrees`, { anchor: 'start' })
    ])
  })

/** Relative motion of five keypoints: what the driver moves since the start is added to the source. */
export const relative = () =>
  tf.tidy(() => {
    const source = [
      [-0.3, -0.2],
      [0.5, -0.3],
      [0.1, 0.1],
      [-0.2, 0.6],
      [0.4, 0.6]
    ]
    const initial = [
      [-0.15, -0.35],
      [0.15, -0.35],
      [0, 0],
      [-0.1, 0.4],
      [0.1, 0.4]
    ]
    const driving = [
      [-0.2, -0.65],
      [0.15, -0.35],
      [0.05, 0],
      [-0.35, 0.3],
      [0.3, 0.45]
    ]
    const inputs = {
      source: tf.tensor3d([source]),
      initial: tf.tensor3d([initial]),
      driving: tf.tensor3d([driving]),
      scale: tf.scalar(1)
    }
    const [aim] = told(relativeMotion, inputs).mean
    const unit = 95
    const place = (/** @type {number} */ left, /** @type {ReadonlyArray<number>} */ [x = 0, y = 0]) => [
      left + (x + 1) * unit,
      40 + (y + 1) * unit
    ]
    const arrows = (
      /** @type {number} */ left,
      /** @type {any} */ from,
      /** @type {any} */ to,
      /** @type {string} */ first,
      /** @type {string} */ last
    ) =>
      from.map((/** @type {any} */ p, /** @type {number} */ k) => {
        const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [place(left, p), place(left, to[k])]
        const still = Math.hypot(bx - ax, by - ay) < 2
        return dot(ax, ay, 4, first) + (still ? '' : line(ax, ay, bx, by, last, true))
      })
    const frame = (/** @type {number} */ left, /** @type {string} */ title) => [
      rect(left, 40, 2 * unit, 2 * unit, '#f4f7f9'),
      text(left + unit, 28, title)
    ]
    return svg(540, 270, 'Relative motion: what the driver moves is added to the source', [
      ...frame(30, 'driver: start (dots) to now (tips)'),
      ...arrows(30, initial, driving, blue, blue),
      ...frame(310, 'source (dots), where it is shown (tips)'),
      ...arrows(310, source, aim, green, green),
      line(232, 135, 296, 135, ink, true),
      text(264, 126, 'the same arrows', { size: 10 })
    ])
  })

/** Colours that tell keypoints apart. @param {number} k */
export const colourOf = (k) => colours[k % colours.length] ?? ink
