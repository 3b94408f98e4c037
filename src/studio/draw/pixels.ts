/**
 * Bytes of pixels between the forms that a page and a model have.
 *
 * @since 0.1.0
 */

/**
 * RGB bytes with an opaque alpha.
 *
 * @category pictures
 * @since 0.1.0
 */
export const withAlpha = (rgb: ArrayLike<number>): Uint8ClampedArray<ArrayBuffer> => {
  const count = Math.floor(rgb.length / 3)
  const out = new Uint8ClampedArray(4 * count)
  for (let i = 0; i < count; i++) {
    out[4 * i] = rgb[3 * i] ?? 0
    out[4 * i + 1] = rgb[3 * i + 1] ?? 0
    out[4 * i + 2] = rgb[3 * i + 2] ?? 0
    out[4 * i + 3] = 255
  }
  return out
}

/**
 * RGBA bytes without their alpha.
 *
 * @category pictures
 * @since 0.1.0
 */
export const withoutAlpha = (rgba: ArrayLike<number>): Uint8Array<ArrayBuffer> => {
  const count = Math.floor(rgba.length / 4)
  const out = new Uint8Array(3 * count)
  for (let i = 0; i < count; i++) {
    out[3 * i] = rgba[4 * i] ?? 0
    out[3 * i + 1] = rgba[4 * i + 1] ?? 0
    out[3 * i + 2] = rgba[4 * i + 2] ?? 0
  }
  return out
}

/** A part of a picture in pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * The largest part in the middle of a picture that has the shape of `target`.
 *
 * @category pictures
 * @since 0.1.0
 */
export const middle = (
  source: { readonly width: number; readonly height: number },
  target: { readonly width: number; readonly height: number }
): Box => {
  const scale = Math.min(source.width / target.width, source.height / target.height)
  const [width, height] = [target.width * scale, target.height * scale]
  return { x: (source.width - width) / 2, y: (source.height - height) / 2, width, height }
}
