/**
 * Colours of keypoints.
 *
 * @since 0.1.0
 */

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number]

/**
 * A hue from 0 to 1 at full strength, `saturation` 0 (white) to 1, `value` 0 (black) to 1.
 *
 * @category pictures
 * @since 0.1.0
 */
export const hsv = (hue: number, saturation: number, value: number): Rgb => {
  const at = (n: number): number => {
    const k = (n + hue * 6) % 6
    return Math.round(255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1))))
  }
  return [at(5), at(3), at(1)]
}

/**
 * The colour of keypoint `k` of `count`: the rainbow from red to magenta, the one that films and pictures of training have.
 *
 * @category pictures
 * @since 0.1.0
 */
export const rainbow = (k: number, count: number): Rgb => hsv((5 * k) / (6 * count), 1, 1)

/**
 * A colour as CSS reads it.
 *
 * @category pictures
 * @since 0.1.0
 */
export const css = ([r, g, b]: Rgb): string => `rgb(${r} ${g} ${b})`
