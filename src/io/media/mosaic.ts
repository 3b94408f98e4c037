/**
 * Pictures for people: several on one, drawings as pixels, pictures as PNG.
 *
 * @since 0.1.0
 */
import { MediaFailure } from './failure.js'
import type { Frame } from './model.js'

type Picture = Omit<Frame, 'time'>

/**
 * Pictures of one shape in rows and columns on white, `gap` pixels apart, enlarged by the whole number `scale`; it has the time of the
 * first. Rejects with a `MediaFailure` where there is no picture, or they are of several shapes.
 *
 * @category pictures
 * @since 0.1.0
 */
export const mosaic = async (
  rows: ReadonlyArray<ReadonlyArray<Picture & Partial<Frame>>>,
  { gap = 0, scale = 1 }: { readonly gap?: number; readonly scale?: number } = {}
): Promise<Frame> => {
  const { default: sharp } = await import('sharp')
  const shapes = [...new Set(rows.flat().map((picture) => `${picture.width}x${picture.height}`))]
  const first = rows.flat()[0]
  if (first === undefined || shapes.length > 1) {
    const actual = shapes.join(', ') || 'none'
    throw new MediaFailure({ _tag: 'Usage', at: 'pictures', expected: 'pictures of one shape', actual })
  }
  const { height, width, time = 0 } = first
  const cells = rows.flatMap((row, y) =>
    row.map(({ data }, x) => ({
      input: Buffer.from(data),
      raw: { height, width, channels: 3 as const },
      left: x * (width + gap),
      top: y * (height + gap)
    }))
  )
  const columns = Math.max(...rows.map((row) => row.length))
  const sheet = { width: columns * (width + gap) - gap, height: rows.length * (height + gap) - gap }
  const { data, info } = await sharp({ create: { ...sheet, channels: 3, background: '#ffffff' } })
    .composite(cells)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const whole = { width: sheet.width * scale, height: sheet.height * scale }
  const pixels = await sharp(data, { raw: { ...sheet, channels: info.channels } })
    .removeAlpha()
    .resize(whole.width, whole.height, { kernel: 'nearest' })
    .raw()
    .toBuffer()
  return { ...whole, data: pixels, time }
}

/**
 * A picture in RGB bytes, or a drawing in SVG, as the bytes of a PNG. Rejects with an error for what is neither.
 *
 * @category pictures
 * @since 0.1.0
 */
export const pngOf = async (picture: Picture | string): Promise<Uint8Array> => {
  const { default: sharp } = await import('sharp')
  if (typeof picture === 'string') return sharp(Buffer.from(picture)).png({ palette: true }).toBuffer()
  const { data, height, width } = picture
  return sharp(data, { raw: { height, width, channels: 3 } })
    .png()
    .toBuffer()
}
