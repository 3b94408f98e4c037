/**
 * Painting on canvases.
 *
 * @since 0.1.0
 */
import { css, rainbow } from './colours.js'

/** Anything that a canvas can draw. */
export type Drawable = ImageBitmap | HTMLCanvasElement | OffscreenCanvas

/**
 * Gives a canvas a size, clears it, and hands its context over. Nothing happens where there is no context.
 *
 * @category pictures
 * @since 0.1.0
 */
export const sized = (canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null => {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d')
  context?.clearRect(0, 0, width, height)
  return context
}

/**
 * RGBA bytes on a canvas of their size.
 *
 * @category pictures
 * @since 0.1.0
 */
export const putPixels = (
  canvas: HTMLCanvasElement,
  rgba: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number
): void => sized(canvas, width, height)?.putImageData(new ImageData(rgba, width, height), 0, 0)

/**
 * A picture over a whole canvas.
 *
 * @category pictures
 * @since 0.1.0
 */
export const putPicture = (canvas: HTMLCanvasElement, picture: Drawable): void =>
  sized(canvas, picture.width, picture.height)?.drawImage(picture, 0, 0)

/** Pixels across of canvases that keypoints are drawn on, so that they are round however small the picture is. */
const fine = 512

/**
 * Keypoints alone, on a transparent canvas that lies over a picture of these proportions.
 *
 * @category pictures
 * @since 0.1.0
 */
export const putPoints = (canvas: HTMLCanvasElement, mean: ArrayLike<number>, picture: Size): void => {
  const box = { x: 0, y: 0, width: fine, height: Math.round((fine * picture.height) / picture.width) }
  const context = sized(canvas, box.width, box.height)
  if (context !== null) drawPoints(context, mean, box, picture)
}

/** Width and height in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Keypoints as discs of their colours, drawn into a part of a canvas that shows a picture of so many pixels: x and y in
 * [-1, 1], from the first pixel centre to the last.
 *
 * @category pictures
 * @since 0.1.0
 */
export const drawPoints = (
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  mean: ArrayLike<number>,
  box: Size & { readonly x: number; readonly y: number },
  pixels: Size
): void => {
  const count = mean.length / 2
  const radius = Math.max(2, box.width / 60)
  for (let k = 0; k < count; k++) {
    context.beginPath()
    const x = box.x + centre(mean[2 * k] ?? 0, pixels.width) * box.width
    const y = box.y + centre(mean[2 * k + 1] ?? 0, pixels.height) * box.height
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.fillStyle = css(rainbow(k, count))
    context.fill()
    context.lineWidth = Math.max(1, radius / 3)
    context.strokeStyle = 'rgb(0 0 0 / 65%)'
    context.stroke()
  }
}

/** A position in [-1, 1] as a share of a side of so many pixels. */
const centre = (position: number, pixels: number): number => (((position + 1) / 2) * (pixels - 1) + 0.5) / pixels
