/**
 * Pictures that a person gives.
 *
 * @since 0.1.0
 */
import { ask } from '../backend/api.js'
import { middle } from '../draw/pixels.js'
import type { SourcePicture } from '../state/chosen.js'
import { trouble } from '../state/words.js'

/** Longest side of a source as it is kept: no model sees more. */
const longest = 1024

/** A canvas of a size with its context. */
const canvasOf = (width: number, height: number) => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw trouble('The browser gave no canvas.', 'Close other tabs, then try again.')
  return { canvas, context }
}

/**
 * A file as a source: its square middle, since models see squares.
 *
 * @category pictures
 * @since 0.1.0
 */
export const pictureOf = async (file: Blob, name: string, url?: string): Promise<SourcePicture> => {
  const whole = await createImageBitmap(file).catch(() => {
    throw trouble(`“${name}” is no picture that this browser can read.`, 'Take a PNG, JPEG, WebP or GIF.')
  })
  const { x, y, width, height } = middle(whole, { width: 1, height: 1 })
  const side = Math.max(1, Math.min(longest, Math.round(width)))
  const square = whole.width === whole.height && whole.width <= longest
  const bitmap = square
    ? whole
    : await createImageBitmap(whole, Math.floor(x), Math.floor(y), Math.floor(width), Math.floor(height), {
        resizeWidth: side,
        resizeHeight: side,
        resizeQuality: 'high'
      })
  return { name, bitmap, file, url }
}

/**
 * A sample as a source.
 *
 * @category pictures
 * @since 0.1.0
 */
export const sampled = async (title: string, url: string): Promise<SourcePicture> =>
  pictureOf(await (await ask(url)).blob(), title, url)

/**
 * RGB bytes of a picture at a size; `mirror` turns left and right.
 *
 * @category pictures
 * @since 0.1.0
 */
export const rgbaAt = (
  picture: CanvasImageSource,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
  mirror = false
): ImageData => {
  const { context } = canvasOf(to.width, to.height)
  const box = middle(from, to)
  context.imageSmoothingQuality = 'high'
  if (mirror) context.setTransform(-1, 0, 0, 1, to.width, 0)
  context.drawImage(picture, box.x, box.y, box.width, box.height, 0, 0, to.width, to.height)
  return context.getImageData(0, 0, to.width, to.height)
}

/**
 * What a video shows now, as a picture file.
 *
 * @category pictures
 * @since 0.1.0
 */
export const snapshot = async (video: HTMLVideoElement, mirror: boolean): Promise<Blob> => {
  const side = Math.min(longest, video.videoWidth, video.videoHeight)
  if (side === 0) throw trouble('The camera shows nothing yet.', 'Wait for its picture, then press again.')
  const from = { width: video.videoWidth, height: video.videoHeight }
  const { canvas, context } = canvasOf(side, side)
  context.putImageData(rgbaAt(video, from, { width: side, height: side }, mirror), 0, 0)
  return canvas.convertToBlob({ type: 'image/png' })
}
