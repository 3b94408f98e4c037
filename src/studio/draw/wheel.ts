/**
 * Optical flow as colours.
 *
 * @since 0.1.0
 */
import { hsv } from './colours.js'

/** The displacement that has its full colour, in half widths of the picture. */
const full = 0.5

/** The colour of a displacement: its direction as hue, its length as strength, white where nothing moves. */
const colourOf = (dx: number, dy: number) =>
  hsv((Math.atan2(dy, dx) / (2 * Math.PI) + 1) % 1, Math.min(1, Math.hypot(dx, dy) / full), 1)

/**
 * A flow `[h, w, 2]` of sampling positions (x, y) in [-1, 1], from the first pixel centre to the last, as RGBA bytes: the
 * colour wheel of what each pixel is moved by.
 *
 * @category pictures
 * @since 0.1.0
 */
export const wheelOf = (
  flow: ArrayLike<number>,
  width: number,
  height: number
): Uint8ClampedArray<ArrayBuffer> => {
  const out = new Uint8ClampedArray(width * height * 4)
  const step = (size: number): number => (size > 1 ? 2 / (size - 1) : 0)
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const dx = (flow[2 * i] ?? 0) - (x * step(width) - 1)
      const dy = (flow[2 * i + 1] ?? 0) - (y * step(height) - 1)
      out.set([...colourOf(dx, dy), 255], 4 * i)
    }
  return out
}

/**
 * The key to the colours: a square of RGBA bytes whose middle stands for no motion, its rim for motion that way.
 *
 * @category pictures
 * @since 0.1.0
 */
export const wheelKey = (size: number): Uint8ClampedArray<ArrayBuffer> => {
  const out = new Uint8ClampedArray(size * size * 4)
  const at = (i: number): number => ((2 * i) / (size - 1) - 1) * full
  for (let y = 0, i = 0; y < size; y++)
    for (let x = 0; x < size; x++, i++) out.set([...colourOf(at(x), at(y)), 255], 4 * i)
  return out
}
