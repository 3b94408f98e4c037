/**
 * Recording as GIF.
 *
 * @since 0.1.0
 */
import { applyPalette, GIFEncoder, quantize } from 'gifenc'
import type { Recorder } from './recorder.js'

/** Shortest time between two frames, in seconds: readers of GIF hold no shorter one. */
const shortest = 0.04

/**
 * A recorder of frames of a size. Frames that come too fast are left out.
 *
 * @category recorders
 * @since 0.1.0
 */
export const gif = (width: number, height: number): Recorder => {
  const encoder = GIFEncoder()
  let last: { readonly pixels: Uint8ClampedArray; readonly seconds: number } | undefined
  const write = (until: number): void => {
    if (last === undefined) return
    const palette = quantize(last.pixels, 256)
    const delay = Math.max(20, Math.round((until - last.seconds) * 100) * 10)
    encoder.writeFrame(applyPalette(last.pixels, palette), width, height, { palette, delay })
  }
  return {
    add: async (canvas, seconds) => {
      if (last !== undefined && seconds - last.seconds < shortest) return
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data
      if (pixels === undefined) return
      write(seconds)
      last = { pixels, seconds }
    },
    finish: async () => {
      write((last?.seconds ?? 0) + 0.1)
      encoder.finish()
      return new Blob([encoder.bytes()], { type: 'image/gif' })
    },
    abort: () => {}
  }
}
