/**
 * Frames turned, resized and cut.
 *
 * Source: `RandomFlip`, `RandomRotation`, `RandomResize` and `RandomCrop` of the reference `augmentation.py`, and what
 * scikit-image 0.14 does for them.
 *
 * @since 0.1.0
 */
import type { Shape } from '../../media/index.js'
import type { Frames } from './model.js'

const channels = 3
const cells = ({ height, width }: Shape): number => channels * height * width

/**
 * The frames, last first.
 *
 * @category frames
 * @since 0.1.0
 */
export const reverse = (x: Frames): Frames => {
  const data = new Float32Array(x.data.length)
  const size = cells(x)
  for (let t = 0; t < x.count; t++) data.set(x.data.subarray(t * size, (t + 1) * size), (x.count - 1 - t) * size)
  return { ...x, data }
}

/**
 * The frames, left for right.
 *
 * @category frames
 * @since 0.1.0
 */
export const mirror = (x: Frames): Frames =>
  gathered(
    x,
    x,
    Int32Array.from({ length: x.height }, (_, i) => i),
    Int32Array.from({ length: x.width }, (_, i) => x.width - 1 - i)
  )

/** Frames of a shape whose pixel at (row, column) is that of `x` at (`rows[row]`, `columns[column]`). */
const gathered = (x: Frames, to: Shape, rows: Int32Array, columns: Int32Array): Frames => {
  const data = new Float32Array(x.count * cells(to))
  let at = 0
  for (let t = 0; t < x.count; t++) {
    for (let row = 0; row < to.height; row++) {
      const line = (t * x.height + rows[row]!) * x.width
      for (let column = 0; column < to.width; column++) {
        const from = channels * (line + columns[column]!)
        data[at++] = x.data[from]!
        data[at++] = x.data[from + 1]!
        data[at++] = x.data[from + 2]!
      }
    }
  }
  return { count: x.count, height: to.height, width: to.width, data }
}

/**
 * The part of the frames at (`top`, `left`); what lies outside repeats the nearest pixel.
 *
 * @category frames
 * @since 0.1.0
 */
export const crop = (x: Frames, to: Shape & { readonly top: number; readonly left: number }): Frames => {
  const inside = (from: number, count: number, length: number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => Math.min(length - 1, Math.max(0, from + i)))
  return gathered(x, to, inside(to.top, to.height, x.height), inside(to.left, to.width, x.width))
}

/** Frames of a shape whose pixel at (row, column) lies between four of `x`, at `place(row, column)`; zeros outside. */
const blended = (x: Frames, to: Shape, place: (row: number, column: number, at: [number, number]) => void): Frames => {
  const { count, height, width } = x
  const data = new Float32Array(count * cells(to))
  const [size, out] = [cells(x), cells(to)]
  const at: [number, number] = [0, 0]
  for (let row = 0; row < to.height; row++) {
    for (let column = 0; column < to.width; column++) {
      place(row, column, at)
      const [top, left] = [Math.floor(at[0]), Math.floor(at[1])]
      const [down, across] = [at[0] - top, at[1] - left]
      const target = channels * (row * to.width + column)
      for (let corner = 0; corner < 4; corner++) {
        const [y, z] = [top + (corner >> 1), left + (corner & 1)]
        const weight = (corner >> 1 ? down : 1 - down) * (corner & 1 ? across : 1 - across)
        if (weight === 0 || y < 0 || z < 0 || y >= height || z >= width) continue
        const source = channels * (y * width + z)
        for (let t = 0; t < count; t++)
          for (let c = 0; c < channels; c++) data[t * out + target + c]! += weight * x.data[t * size + source + c]!
      }
    }
  }
  return { count, height: to.height, width: to.width, data }
}

/**
 * The frames turned counterclockwise about their centre, interpolated bilinearly, black outside.
 *
 * @category frames
 * @since 0.1.0
 */
export const rotate = (x: Frames, degrees: number): Frames => {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  const [midRow, midColumn] = [(x.height - 1) / 2, (x.width - 1) / 2]
  return blended(x, x, (row, column, at) => {
    at[0] = midRow + sin * (column - midColumn) + cos * (row - midRow)
    at[1] = midColumn + cos * (column - midColumn) - sin * (row - midRow)
  })
}

/** Weights of a Gaussian of this deviation, out to four of it. */
const gaussian = (deviation: number): Float64Array => {
  const radius = Math.floor(4 * deviation + 0.5)
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) =>
    deviation === 0 ? 1 : Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2))
  )
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((w) => w / sum)
}

/** Blurs along lines of `length` samples that are `step` apart, zeros beyond their ends. */
const blurred = (data: Float32Array, length: number, step: number, deviation: number): Float32Array => {
  const weights = gaussian(deviation)
  const radius = weights.length >> 1
  if (radius === 0) return data
  const out = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const place = Math.floor(i / step) % length
    let sum = 0
    for (let k = Math.max(-radius, -place); k <= Math.min(radius, length - 1 - place); k++)
      sum += weights[k + radius]! * data[i + k * step]!
    out[i] = sum
  }
  return out
}

/** Blurs what is going to be made smaller, as much as it will be. */
const softened = (x: Frames, to: Shape): Frames => {
  const deviation = (from: number, due: number): number => Math.max(0, (from / due - 1) / 2)
  const down = blurred(x.data, x.height, channels * x.width, deviation(x.height, to.height))
  return { ...x, data: blurred(down, x.width, channels, deviation(x.width, to.width)) }
}

/**
 * The frames in another size: blurred first where they become smaller, then the nearest pixel, or with `smooth` between
 * four; pixel centres on pixel centres.
 *
 * @category frames
 * @since 0.1.0
 */
export const resize = (x: Frames, { smooth, ...to }: Shape & { readonly smooth: boolean }): Frames => {
  const soft = softened(x, to)
  const [down, across] = [x.height / to.height, x.width / to.width]
  if (smooth)
    return blended(soft, to, (row, column, at) => {
      at[0] = down * (row + 0.5) - 0.5
      at[1] = across * (column + 0.5) - 0.5
    })
  const nearest = (count: number, length: number, step: number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => Math.min(length - 1, Math.floor(step * (i + 0.5))))
  return gathered(soft, to, nearest(to.height, x.height, down), nearest(to.width, x.width, across))
}
