/**
 * Brightness, contrast, saturation and hue, on bytes as picture libraries do it.
 *
 * Source: `ColorJitter` of the reference `augmentation.py`, which leaves the arithmetic to torchvision and Pillow: every
 * step starts and ends with bytes, mixtures are cut off, not rounded.
 *
 * @since 0.1.0
 */
import type { Colour, Frames } from './model.js'

/** Luma of ITU-R 601. */
const grey = (r: number, g: number, b: number): number => (19_595 * r + 38_470 * g + 7_471 * b + 0x8000) >> 16

const cut = (x: number): number => (x <= 0 ? 0 : x >= 255 ? 255 : Math.trunc(x))

/** Moves every channel away from (or, below 1, towards) the level that its pixel has without the quality. */
const mix = (frame: Uint8Array, by: number, level: (r: number, g: number, b: number) => number): void => {
  for (let i = 0; i < frame.length; i += 3) {
    const plain = level(frame[i]!, frame[i + 1]!, frame[i + 2]!)
    for (let c = i; c < i + 3; c++) frame[c] = cut(plain + Math.fround(by) * (frame[c]! - plain))
  }
}

const meanGrey = (frame: Uint8Array): number => {
  let sum = 0
  for (let i = 0; i < frame.length; i += 3) sum += grey(frame[i]!, frame[i + 1]!, frame[i + 2]!)
  return Math.trunc(sum / (frame.length / 3) + 0.5)
}

/** Turns the hue by so many 256ths of the circle, by way of hue, saturation and value in bytes. */
const turn = (frame: Uint8Array, by: number): void => {
  for (let i = 0; i < frame.length; i += 3) {
    const [r, g, b] = [frame[i]!, frame[i + 1]!, frame[i + 2]!]
    const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)]
    if (most === least) continue
    const range = most - least
    const [red, green, blue] = [(most - r) / range, (most - g) / range, (most - b) / range]
    const sixth = r === most ? blue - green : g === most ? 2 + red - blue : 4 + green - red
    const hue = (cut(((sixth / 6 + 1) % 1) * 255) + by) & 255
    const saturation = cut((range / most) * 255) / 255
    const [sector, rest] = [Math.floor((hue * 6) / 255), ((hue * 6) / 255) % 1]
    const p = Math.round(most * (1 - saturation))
    const q = Math.round(most * (1 - saturation * rest))
    const t = Math.round(most * (1 - saturation * (1 - rest)))
    const [x, y, z] = [
      [most, t, p],
      [q, most, p],
      [p, most, t],
      [p, q, most],
      [t, p, most],
      [most, p, q]
    ][sector % 6]!
    frame[i] = x!
    frame[i + 1] = y!
    frame[i + 2] = z!
  }
}

const change = (frame: Uint8Array, { of, by }: Colour): void => {
  if (of === 'hue') turn(frame, Math.trunc(by * 255) & 255)
  else if (of === 'saturation') mix(frame, by, grey)
  else {
    const level = of === 'contrast' ? meanGrey(frame) : 0
    mix(frame, by, () => level)
  }
}

/** To the nearest whole number, from halves to the even one. */
const even = (x: number): number => {
  const down = Math.floor(x)
  const rest = x - down
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1
}

/**
 * The frames with their colours changed, one step after the other; bytes are made of them first, as the reference does
 * even where no step follows.
 *
 * @category frames
 * @since 0.1.0
 */
export const colours = (x: Frames, steps: ReadonlyArray<Colour>): Frames => {
  const bytes = new Uint8Array(x.data.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.min(255, Math.max(0, even(Math.fround(x.data[i]! * 255))))
  const size = bytes.length / x.count
  for (let t = 0; t < x.count; t++) for (const step of steps) change(bytes.subarray(t * size, (t + 1) * size), step)
  return { ...x, data: Float32Array.from(bytes, (b) => b / 255) }
}
