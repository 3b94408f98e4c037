/**
 * One drawn video: its frames, and where its joints are.
 *
 * @since 0.1.0
 */
import type { Frame } from '../media/index.js'
import { creature } from './creatures/creatures.js'
import type { Kind, Scene, Size, Truth } from './model.js'
import { render, truthOf } from './render.js'
import { moving } from './shapes.js'

const sceneOf: Readonly<Record<Kind, (seed: number, index: number, size: Size, frames: number) => Scene>> = {
  shapes: moving,
  creatures: creature
}

/**
 * A video and where its joints are: `frames` is `[T, H, W, 3]`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Video {
  readonly frames: Uint8Array
  readonly shape: readonly [number, number, number, 3]
  readonly truth: Truth
}

/**
 * Draws the video of an index. It depends on the arguments alone, so that any video of a set can be made without the
 * others; a longer one begins as a shorter one does.
 *
 * `size` is in pixels; pictures [T, H, W, 3] come as bytes, joints of the truth in [-1, 1]. Rejects only where `sharp` cannot
 * draw.
 *
 * @category drawing
 * @since 0.1.0
 */
export const video = async (
  kind: Kind,
  seed: number,
  index: number,
  options: { readonly size: Size; readonly frames: number }
): Promise<Video> => {
  const { size, frames } = options
  const scene = sceneOf[kind](seed, index, size, frames)
  return {
    frames: await render(scene, size),
    shape: [frames, size.height, size.width, 3],
    truth: truthOf(scene, size)
  }
}

/** Frames per second, where a film has a rate. */
export const rate = { num: 12, den: 1 }

/**
 * The frames of a drawn video, or of any `[T, H, W, 3]` bytes, one by one, twelve a second.
 *
 * @category conversion
 * @since 0.1.0
 */
export const framesOf = ({
  frames,
  shape: [count, height, width]
}: Pick<Video, 'frames' | 'shape'>): ReadonlyArray<Frame> => {
  const area = height * width * 3
  return Array.from({ length: count }, (_, n) => ({
    data: frames.slice(n * area, (n + 1) * area),
    height,
    width,
    time: (n * rate.den) / rate.num
  }))
}
