/**
 * Pictures in a file format as RGB bytes, by the browser's own decoders.
 *
 * @since 0.1.0
 */
import type { Picture } from '../client/frame.js'

/** The parts of a browser that decode; the types of TypeScript's `dom` are those of pages, and workers have these as well. */
interface Bitmap {
  readonly width: number
  readonly height: number
  readonly close: () => void
}
interface Context {
  fillStyle: string
  readonly fillRect: (x: number, y: number, w: number, h: number) => void
  readonly drawImage: (bitmap: Bitmap, x: number, y: number, w: number, h: number) => void
  readonly getImageData: (x: number, y: number, w: number, h: number) => { readonly data: Uint8ClampedArray }
}
interface Screen {
  readonly createImageBitmap: (blob: Blob) => Promise<Bitmap>
  readonly OffscreenCanvas: new (
    w: number,
    h: number
  ) => { readonly getContext: (kind: '2d', how: { readonly willReadFrequently: boolean }) => Context | null }
}

/**
 * RGB bytes of a picture, scaled down so that it just covers `size` where it is larger; transparency is laid on white.
 *
 * Rejects where the bytes are no picture that the browser knows.
 *
 * @category conversion
 * @since 0.1.0
 */
export const decoded = async (
  picture: Picture,
  size: { readonly height: number; readonly width: number }
): Promise<Picture> => {
  if (picture.format === 'raw') return picture
  const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as Screen
  const bitmap = await createImageBitmap(new Blob([Uint8Array.from(picture.bytes)]))
  try {
    const scale = Math.min(1, Math.max(size.height / bitmap.height, size.width / bitmap.width))
    const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)]
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('no canvas to decode on')
    context.fillStyle = '#fff'
    context.fillRect(0, 0, width, height)
    context.drawImage(bitmap, 0, 0, width, height)
    return { format: 'raw', width, height, bytes: withoutAlpha(context.getImageData(0, 0, width, height).data) }
  } finally {
    bitmap.close()
  }
}

const withoutAlpha = (rgba: Uint8ClampedArray): Uint8Array => {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from]!
    rgb[to++] = rgba[from + 1]!
    rgb[to++] = rgba[from + 2]!
  }
  return rgb
}
