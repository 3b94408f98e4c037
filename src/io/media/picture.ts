/**
 * Picture files: stills, strips of frames, animations.
 *
 * @since 0.1.0
 */
import { type Album, still } from './album.js'
import { compose, takeApart } from './apng.js'
import { badData } from './failure.js'
import { gifDelays } from './gif.js'
import { limitsOf, overFrames, overPixels } from './limits.js'
import type { ReadOptions, Shape } from './model.js'
import { decode, header, type Raw } from './pixels.js'
import { rateOfDelays } from './rational.js'
import { type Content, sniff } from './sniff.js'

/** Pages are decoded some at a time, because each time the file is gone through from its start: about 32 MiB. */
const batch = 2 ** 25

async function* pages(file: string, bytes: Uint8Array, shape: Shape, count: number, first: number) {
  const length = shape.height * shape.width * 3
  const together = Math.max(1, Math.floor(batch / length))
  for (let page = first; page < count; page += together) {
    const some = Math.min(together, count - page)
    const { data } = await decode(file, bytes, { alpha: 'white', page, pages: some })
    for (let n = 0; n < some; n++) yield { ...shape, data: data.subarray(n * length, (n + 1) * length) }
  }
}

async function* composed(file: string, bytes: Uint8Array, pixels: number, first: number) {
  const apng = takeApart(file, bytes, pixels)
  const shape: Shape = { height: apng.height, width: apng.width }
  let index = 0
  for await (const canvas of compose(file, apng)) {
    if (index++ < first) continue
    const data = new Uint8Array((canvas.length / 4) * 3)
    for (let from = 0, to = 0; from < canvas.length; from += 4, to += 3) {
      const alpha = canvas[from + 3]!
      for (let c = 0; c < 3; c++) data[to + c] = Math.round((canvas[from + c]! * alpha + 255 * (255 - alpha)) / 255)
    }
    yield { ...shape, data }
  }
}

/** The shape of the frames of a still: its own, or that of the squares or given shapes that it is a row of. */
const frameOf = (file: string, whole: Shape, { frameShape, whole: uncut }: ReadOptions): Shape => {
  if (uncut === true) return whole
  if (frameShape !== undefined) {
    if (whole.height === frameShape.height && whole.width % frameShape.width === 0) return frameShape
    const due = `frames of ${frameShape.width}x${frameShape.height} side by side`
    throw badData(file, 'size', due, `${whole.width}x${whole.height}`)
  }
  const squares = whole.width / whole.height
  return Number.isInteger(squares) && squares >= 2 ? { height: whole.height, width: whole.height } : whole
}

async function* row(file: string, bytes: Uint8Array, shape: Shape, first: number): AsyncGenerator<Raw> {
  const { data, height, width } = await decode(file, bytes, { alpha: 'drop' })
  for (let left = first * shape.width; left + shape.width <= width; left += shape.width) {
    const frame = new Uint8Array(height * shape.width * 3)
    for (let y = 0; y < height; y++) {
      const from = 3 * (y * width + left)
      frame.set(data.subarray(from, from + 3 * shape.width), 3 * y * shape.width)
    }
    yield { ...shape, data: frame }
  }
}

/** Animation or not, by what the content and its header say. */
const animation = async (
  file: string,
  bytes: Uint8Array,
  format: string,
  pixels: number
): Promise<(Pick<Album, 'height' | 'width' | 'from'> & { readonly delays: ReadonlyArray<number> }) | undefined> => {
  if (format === 'apng') {
    const { width, height, parts } = takeApart(file, bytes, pixels)
    const delays = parts.map((part) => part.delay)
    return { width, height, delays, from: (first) => composed(file, bytes, pixels, first) }
  }
  if (format !== 'gif' && format !== 'webp') return undefined
  const delays = format === 'gif' ? gifDelays(file, bytes, pixels) : undefined
  const { width, height, pages: count = 1, delay = [] } = await header(file, bytes)
  if (delays !== undefined && delays.length !== count) throw badData(file, 'frames', `${delays.length}`, `${count}`)
  if (count < 2) return undefined
  return {
    width,
    height,
    delays: delays ?? delay,
    from: (first) => pages(file, bytes, { height, width }, count, first)
  }
}

/**
 * The pictures in the bytes of a file. Nothing is decoded before it is asked for.
 *
 * @category reading
 * @since 0.1.0
 */
export const pictureAlbum = async (file: string, bytes: Uint8Array, options: ReadOptions): Promise<Album> => {
  const limits = limitsOf(options.limits)
  const content: Content | undefined = sniff(bytes)
  const format = content?._tag === 'Picture' ? content.format : ''
  const moving = await animation(file, bytes, format, limits.pixels)
  if (moving !== undefined) {
    const { delays, ...rest } = moving
    const rate = rateOfDelays(delays)
    return { kind: 'animation', ...rest, count: delays.length, delays, rate, timed: true, codec: format }
  }
  const { autoOrient } = await header(file, bytes)
  const whole = { height: autoOrient.height, width: autoOrient.width }
  overPixels(file, whole, limits.pixels)
  const shape = frameOf(file, whole, options)
  const count = whole.width / shape.width
  overFrames(file, count, limits)
  const common = { ...shape, count, rate: still, timed: false, codec: format }
  if (count > 1) return { kind: 'strip', ...common, from: (first) => row(file, bytes, shape, first) }
  return {
    kind: 'picture',
    ...common,
    from: async function* () {
      yield await decode(file, bytes, { alpha: 'white' })
    }
  }
}
