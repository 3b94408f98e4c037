/**
 * Where a picture goes when it is brought to another size: one geometry and one kernel for videos and pictures.
 *
 * The kernel is Lanczos with 3 lobes, pixel centres on pixel centres, edges repeated, as wide as the step where it
 * shrinks. Videos are scaled by ffmpeg, pictures by `resize`; the two differ by rounding. (libvips would not do: it
 * enlarges with another kernel and half a pixel aside.)
 *
 * @since 0.1.0
 */
import type { Fit, Frame, Shape } from './model.js'

/**
 * A resize to `scaled`, of which the part at (`x`, `y`) is kept, or which is laid at (`-x`, `-y`) on black.
 *
 * @category model
 * @since 0.1.0
 */
export interface Placement {
  readonly scaled: Shape
  readonly x: number
  readonly y: number
}

/**
 * Places a picture in a size. The scale is the one that covers (`crop`) or fits in (`pad`), sizes are rounded to whole
 * pixels, the rest is shared out evenly, the odd pixel right and below.
 *
 * @category sizes
 * @since 0.1.0
 */
export const place = (from: Shape, to: Shape, fit: Fit): Placement => {
  if (fit === 'stretch') return { scaled: to, x: 0, y: 0 }
  const [across, down] = [to.width / from.width, to.height / from.height]
  const scale = fit === 'crop' ? Math.max(across, down) : Math.min(across, down)
  const side = (length: number, due: number): number => {
    const long = Math.max(1, Math.round(length * scale))
    return fit === 'crop' ? Math.max(due, long) : Math.min(due, long)
  }
  const scaled = { height: side(from.height, to.height), width: side(from.width, to.width) }
  const half = (n: number): number => Math.trunc(n / 2) + 0
  return { scaled, x: half(scaled.width - to.width), y: half(scaled.height - to.height) }
}

const same = (a: Shape, b: Shape): boolean => a.width === b.width && a.height === b.height
const covers = (a: Shape, b: Shape): boolean => a.width >= b.width && a.height >= b.height

/**
 * The same as a chain of ffmpeg filters that ends in RGB.
 *
 * @category sizes
 * @since 0.1.0
 */
export const filters = (from: Shape, to: Shape, fit: Fit, matrix: string): string => {
  const { scaled, x, y } = place(from, to, fit)
  const flags = 'lanczos+accurate_rnd+full_chroma_int+full_chroma_inp'
  const scale = `scale=${scaled.width}:${scaled.height}:flags=${flags}:in_color_matrix=${matrix},format=rgb24`
  if (same(scaled, to)) return scale
  if (covers(scaled, to)) return `${scale},crop=${to.width}:${to.height}:${x}:${y}`
  return `${scale},pad=${to.width}:${to.height}:${-x}:${-y}:black`
}

/** What each sample of a resized line is made of: the first sample it takes, and the weights from there on. */
interface Tap {
  readonly first: number
  readonly weights: Float32Array
}

const lanczos = (x: number): number => {
  if (x === 0) return 1
  if (Math.abs(x) >= 3) return 0
  const a = Math.PI * x
  return (3 * Math.sin(a) * Math.sin(a / 3)) / (a * a)
}

/** The taps of a line of `from` samples brought to `to`, for the outputs from `start` on, `count` of them. */
const taps = (from: number, to: number, start: number, count: number): ReadonlyArray<Tap> => {
  const step = from / to
  const wide = Math.max(1, step)
  return Array.from({ length: count }, (_, i) => {
    const centre = (start + i + 0.5) * step - 0.5
    const low = Math.ceil(centre - 3 * wide)
    const high = Math.floor(centre + 3 * wide)
    const first = Math.min(from - 1, Math.max(0, low))
    const weights = new Float32Array(Math.min(from - 1, Math.max(0, high)) - first + 1)
    let sum = 0
    for (let j = low; j <= high; j++) {
      const weight = lanczos((j - centre) / wide)
      weights[Math.min(from - 1, Math.max(0, j)) - first]! += weight
      sum += weight
    }
    return { first, weights: weights.map((w) => w / sum) }
  })
}

/**
 * Brings a picture in memory to another size; one of the right size is handed back as it is. Columns first, then rows,
 * in floating point, rounded once.
 *
 * @category sizes
 * @since 0.1.0
 */
export const resize = (picture: Omit<Frame, 'time'>, to: Shape, fit: Fit): Omit<Frame, 'time'> => {
  if (same(picture, to)) return picture
  const { scaled, x, y } = place(picture, to, fit)
  const [width, height] = [Math.min(to.width, scaled.width), Math.min(to.height, scaled.height)]
  const [left, top] = [Math.max(0, -x), Math.max(0, -y)]
  const lines = taps(picture.height, scaled.height, Math.max(0, y), height)
  const columns = taps(picture.width, scaled.width, Math.max(0, x), width)
  const row = 3 * picture.width
  const line = new Float32Array(row)
  const out = new Uint8ClampedArray(3 * to.height * to.width)
  for (const [n, { first, weights }] of lines.entries()) {
    line.fill(0)
    weights.forEach((weight, j) => {
      const from = (first + j) * row
      for (let i = 0; i < row; i++) line[i]! += weight * picture.data[from + i]!
    })
    let at = 3 * ((top + n) * to.width + left)
    for (const tap of columns) {
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let j = 0, from = 3 * tap.first + c; j < tap.weights.length; j++, from += 3) {
          sum += tap.weights[j]! * line[from]!
        }
        out[at++] = sum
      }
    }
  }
  return { data: new Uint8Array(out.buffer), ...to }
}
