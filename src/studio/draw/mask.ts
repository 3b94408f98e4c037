/**
 * The mask of a prediction as colours.
 *
 * @since 0.1.0
 */
import { rainbow } from './colours.js'

/** What the background is drawn as. */
const ground = [38, 40, 46] as const

/**
 * A mask `[h, w, K + 1]`, 0 to 1, background first, as RGBA bytes: each pixel has the colours of the keypoints that it
 * follows, dark grey where it follows the background.
 *
 * @category pictures
 * @since 0.1.0
 */
export const maskOf = (
  mask: ArrayLike<number>,
  width: number,
  height: number,
  channels: number
): Uint8ClampedArray<ArrayBuffer> => {
  const colours = [ground, ...Array.from({ length: channels - 1 }, (_, k) => rainbow(k, channels - 1))]
  const out = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    const sum = [0, 0, 0]
    for (let k = 0; k < channels; k++) {
      const part = mask[i * channels + k] ?? 0
      for (let c = 0; c < 3; c++) sum[c]! += part * (colours[k]?.[c] ?? 0)
    }
    out.set([...sum, 255], 4 * i)
  }
  return out
}
