/**
 * Brightness, contrast, saturation and hue, on bytes as picture libraries do it.
 *
 * Source: `ColorJitter` of the reference `augmentation.py`, which leaves the arithmetic to torchvision and Pillow: every
 * step starts and ends with bytes, mixtures are cut off, not rounded.
 *
 * @since 0.1.0
 */
import type { Colour, Frames } from './model.js'
import { toUnit } from './unit.js'

/** Luma of ITU-R 601. */
const grey = (r: number, g: number, b: number): number => (19_595 * r + 38_470 * g + 7_471 * b + 0x8000) >> 16

/** In 32 bits, as Pillow computes: a value just below a whole number is cut off to the one before. */
const single = Math.fround

const cut = (x: number): number => (x <= 0 ? 0 : x >= 255 ? 255 : Math.trunc(x))

/** Moves every channel away from (or, below 1, towards) the level that its pixel has without the quality. */
const mix = (frame: Uint8Array, by: number, level: (r: number, g: number, b: number) => number): void => {
  const factor = single(by)
  for (let i = 0; i < frame.length; i += 3) {
    const plain = level(frame[i]!, frame[i + 1]!, frame[i + 2]!)
    for (let c = i; c < i + 3; c++) frame[c] = cut(single(plain + single(factor * (frame[c]! - plain))))
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
    const r = frame[i]!
    const g = frame[i + 1]!
    const b = frame[i + 2]!
    const most = Math.max(r, g, b)
    const range = most - Math.min(r, g, b)
    if (range === 0) continue
    const red = single((most - r) / range)
    const green = single((most - g) / range)
    const blue = single((most - b) / range)
    const sixth = single(r === most ? blue - green : g === most ? 2 + red - blue : 4 + green - red)
    const hue = (cut(single((sixth / 6 + 1) % 1) * 255) + by) & 255
    const saturation = single(cut(single(range / most) * 255) / 255)
    const place = single((hue * 6) / 255)
    const sector = Math.floor(place)
    const rest = single(place - sector)
    const p = Math.round(most * (1 - saturation))
    const q = Math.round(most * (1 - saturation * rest))
    const t = Math.round(most * (1 - saturation * (1 - rest)))
    const of = sector % 6
    frame[i] = of === 0 || of === 5 ? most : of === 1 ? q : of === 4 ? t : p
    frame[i + 1] = of === 1 || of === 2 ? most : of === 0 ? t : of === 3 ? q : p
    frame[i + 2] = of === 3 || of === 4 ? most : of === 2 ? t : of === 5 ? q : p
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

/**
 * The frames with their colours changed, one step after the other; bytes are made of them first, as the reference does
 * even where no step follows.
 *
 * @category frames
 * @since 0.1.0
 */
export const colours = (x: Frames, steps: ReadonlyArray<Colour>): Frames => {
  const rounded = new Uint8ClampedArray(x.data.length)
  for (let i = 0; i < rounded.length; i++) rounded[i] = Math.fround(x.data[i]! * 255)
  const bytes = new Uint8Array(rounded.buffer)
  const size = bytes.length / x.count
  for (let t = 0; t < x.count; t++) for (const step of steps) change(bytes.subarray(t * size, (t + 1) * size), step)
  return { ...x, data: toUnit(bytes) }
}
