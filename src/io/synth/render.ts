/**
 * Scenes as pixels: one drawing for all frames of a video, side by side.
 *
 * @since 0.1.0
 */
import sharp from 'sharp'
import type { Scene, Size, Truth } from './model.js'
import { num } from './svg.js'

/** The widest drawing that is made at once; longer videos take several. */
const widest = 8192

const drawn = async (frames: Scene['frames'], { height, width }: Size): Promise<Uint8Array> => {
  const box = `width="${width}" height="${height}" viewBox="0 0 ${num((100 * width) / height)} 100"`
  const cells = frames.map(({ svg }, i) => `<svg x="${i * width}" y="0" ${box}>${svg}</svg>`)
  const whole = `width="${frames.length * width}" height="${height}"`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${whole}>${cells.join('')}</svg>`
  const strip = await sharp(Buffer.from(svg), { unlimited: true }).flatten().removeAlpha().raw().toBuffer()
  return strip
}

/**
 * The frames of a scene, `[T, H, W, 3]`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const render = async (scene: Scene, size: Size): Promise<Uint8Array> => {
  const { height, width } = size
  const row = width * 3
  const out = new Uint8Array(scene.frames.length * height * row)
  const some = Math.max(1, Math.floor(widest / width))
  for (let from = 0; from < scene.frames.length; from += some) {
    const frames = scene.frames.slice(from, from + some)
    const strip = await drawn(frames, size)
    for (let t = 0; t < frames.length; t++) {
      for (let y = 0; y < height; y++) {
        const start = (y * frames.length + t) * row
        out.set(strip.subarray(start, start + row), ((from + t) * height + y) * row)
      }
    }
  }
  return out
}

/** From a share of a side to -1 at the centre of its first pixel and 1 at that of its last. */
const placed = (share: number, pixels: number): number =>
  pixels === 1 ? 0 : (2 * (share * pixels - 0.5)) / (pixels - 1) - 1

/**
 * Where the joints of a scene are in frames of a size.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const truthOf = ({ joints, frames }: Scene, { height, width }: Size): Truth => {
  const all = frames.flatMap((frame) => frame.joints)
  const position = Float32Array.from(
    all.flatMap(({ at: [x, y], there }) => (there ? [placed(x, width), placed(y, height)] : [0, 0]))
  )
  const inside = (n: number): boolean => Math.abs(position[2 * n]!) <= 1 && Math.abs(position[2 * n + 1]!) <= 1
  return { joints, position, visible: Float32Array.from(all, ({ there }, n) => (there && inside(n) ? 1 : 0)) }
}
