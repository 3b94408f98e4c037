// @ts-check
/** Drawings of positions and of reading at them. */
import { grid, warp } from '../../dist/nodes/index.js'
import { tf, told } from './engine.mjs'
import { blue, dot, faint, ink, line, rect, red, svg, text } from './svg.mjs'

const shade = (/** @type {number} */ v) => `hsl(197 ${Math.round(20 + 45 * v)}% ${Math.round(96 - 52 * v)}%)`
const two = (/** @type {number} */ n) => n.toFixed(2).replace(/^-0\.00$/, '0.00')

/** The identity grid of a picture of 4x3 pixels: the position of every pixel's centre. */
export const identity = () => {
  const side = 92
  const positions = /** @type {any} */ (tf.tidy(() => grid(3, 4).arraySync()))
  const cells = positions.flatMap((/** @type {any} */ row, /** @type {number} */ i) =>
    row.map((/** @type {any} */ [x, y], /** @type {number} */ j) => {
      const [left, top] = [60 + j * side, 50 + i * side]
      return [
        rect(left, top, side, side, '#f4f7f9'),
        dot(left + side / 2, top + side / 2, 3, blue),
        text(left + side / 2, top + side / 2 - 10, `(${two(x)}, ${two(y)})`, { size: 11 }),
        text(left + side / 2, top + side - 10, `row ${i}, column ${j}`, { size: 10, fill: '#47606e' })
      ].join('')
    })
  )
  const [right, low] = [60 + 4 * side, 50 + 3 * side]
  return svg(480, 370, 'Identity grid of a picture of three rows and four columns', [
    ...cells,
    line(60 + side / 2, 30, right - side / 2, 30, ink, true),
    text(60 + side / 2 - 6, 34, '-1', { anchor: 'end' }),
    text(right - side / 2 + 10, 34, '1   x', { anchor: 'start' }),
    line(40, 50 + side / 2, 40, low - side / 2, ink, true),
    text(40, 50 + side / 2 - 8, '-1'),
    text(40, low - side / 2 + 18, '1'),
    text(40, low - side / 2 + 34, 'y')
  ])
}

/** One position read from a picture of 4x4 pixels: four neighbours, four weights, one value. */
export const reading = () => {
  const values = [
    [0.1, 0.2, 0.3, 0.2],
    [0.2, 0.9, 0.4, 0.1],
    [0.1, 0.6, 0.7, 0.3],
    [0.0, 0.2, 0.4, 0.2]
  ]
  const [x, y] = [-0.1, -0.2]
  const read = tf.tidy(() => {
    const image = tf.tensor4d(values.flat(), [1, 4, 4, 1])
    return /** @type {any} */ (told(warp, { image, flow: tf.tensor4d([x, y], [1, 1, 1, 2]) })).image[0][0][0][0]
  })
  const [column, row] = [((x + 1) / 2) * 3, ((y + 1) / 2) * 3]
  const [j, i] = [Math.floor(column), Math.floor(row)]
  const [u, v] = [column - j, row - i]
  const side = 66
  const place = (/** @type {number} */ at) => 30 + side / 2 + at * side
  const cells = values.flatMap((cells_, r) =>
    cells_.map(
      (value, c) =>
        rect(30 + c * side, 30 + r * side, side, side, shade(value)) +
        text(30 + c * side + 8, 30 + r * side + 16, value.toFixed(1), { anchor: 'start', size: 11 })
    )
  )
  const corners = [
    [i, j, (1 - u) * (1 - v)],
    [i, j + 1, u * (1 - v)],
    [i + 1, j, (1 - u) * v],
    [i + 1, j + 1, u * v]
  ]
  const arms = corners.map(
    ([r = 0, c = 0]) => line(place(c), place(r), place(column), place(row), ink) + dot(place(c), place(r), 3, ink)
  )
  const sums = corners.map(([r = 0, c = 0, w = 0], n) =>
    text(330, 92 + 24 * n, `${w.toFixed(3)} x ${values[r]?.[c]?.toFixed(1)}   (row ${r}, column ${c})`, {
      anchor: 'start'
    })
  )
  return svg(600, 320, 'Bilinear reading at one position', [
    ...cells,
    ...arms,
    dot(place(column), place(row), 5, red),
    text(330, 50, `position (${x}, ${y}) is pixel (${column.toFixed(2)}, ${row.toFixed(2)})`, { anchor: 'start' }),
    ...sums,
    line(330, 176, 480, 176, faint),
    text(330, 198, `${read.toFixed(4)}, as the node warp reads it`, { anchor: 'start', fill: red })
  ])
}
