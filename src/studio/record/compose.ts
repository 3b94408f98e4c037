/**
 * What is recorded: the result, or source, driving and result side by side.
 *
 * @since 0.1.0
 */
import { drawPoints } from '../draw/paint.js'
import type { Shown } from '../state/live.js'

/** Pixels across of one picture of a recording. */
const side = 320

/** What one frame of a recording is made of. */
export interface Composed {
  readonly shown: Shown
  readonly source: ImageBitmap | undefined
  readonly points: ReadonlyArray<number> | undefined
  readonly alone: boolean
  readonly keypoints: boolean
}

const scratch = new OffscreenCanvas(1, 1)

/** Pixels as something that can be scaled. */
const drawable = (image: ImageData): OffscreenCanvas => {
  if (scratch.width !== image.width || scratch.height !== image.height)
    Object.assign(scratch, { width: image.width, height: image.height })
  scratch.getContext('2d')?.putImageData(image, 0, 0)
  return scratch
}

/** Width and height of a recording in pixels: even numbers, as films want them. */
export const sizeOf = (alone: boolean, { width, height }: Pick<Shown, 'width' | 'height'>) => ({
  width: side * (alone ? 1 : 3),
  height: 2 * Math.round((side * height) / width / 2)
})

/**
 * Draws one frame of a recording over a canvas of its size.
 *
 * @category pictures
 * @since 0.1.0
 */
export const compose = (canvas: OffscreenCanvas, { shown, source, points, alone, keypoints }: Composed): void => {
  const context = canvas.getContext('2d')
  if (context === null) return
  const box = (place: number) => ({ x: place * side, y: 0, width: side, height: canvas.height })
  context.fillStyle = '#000'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingQuality = 'high'
  const put = (picture: CanvasImageSource | undefined, place: number) =>
    picture !== undefined && context.drawImage(picture, place * side, 0, side, canvas.height)
  if (alone) return void put(shown.prediction, 0)
  put(source, 0)
  put(shown.driving === undefined ? undefined : drawable(shown.driving), 1)
  put(shown.prediction, 2)
  if (!keypoints) return
  if (points !== undefined) drawPoints(context, points, box(0), shown)
  drawPoints(context, shown.seen.mean, box(1), shown)
}
