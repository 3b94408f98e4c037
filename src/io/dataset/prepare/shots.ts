/**
 * A film cut up into clips: at every new shot, and where a clip is long enough.
 *
 * @since 0.1.0
 */
import type { Frame } from '../../media/index.js'
import type { Settings } from './model.js'

/**
 * Frames that belong together, from `start` in seconds on. `motion` is the mean absolute change from frame to frame, of
 * colours from 0 to 1. `why` says what keeps them from being a clip.
 *
 * @category model
 * @since 0.1.0
 */
export interface Stretch {
  readonly start: number
  readonly frames: ReadonlyArray<Frame>
  readonly motion: number
  readonly why?: string
}

/**
 * The mean absolute difference of two pictures of one size, of colours from 0 to 1.
 *
 * @category frames
 * @since 0.1.0
 */
const change = (a: Frame, b: Frame): number => {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i]! - b.data[i]!)
  return sum / (255 * a.data.length)
}

/** A change this many times as large as those before it is a cut, if it is large at all. */
const leap = 2

const stretchOf = (
  frames: ReadonlyArray<Frame>,
  changes: ReadonlyArray<number>,
  { least, still }: Pick<Settings, 'least' | 'still'>
): Stretch => {
  const motion = changes.length === 0 ? 0 : changes.reduce((a, b) => a + b, 0) / changes.length
  const why =
    frames.length < least
      ? `${frames.length} frames, fewer than ${least}`
      : motion < still
        ? `motion ${motion.toFixed(4)}, below ${still}`
        : undefined
  return { start: frames[0]!.time, frames, motion, ...(why === undefined ? {} : { why }) }
}

/**
 * Cuts frames of one size up. A new shot begins where the picture changes by `cut` or more, and by much more than from
 * frame to frame before; stretches of `most` frames are clips of their own. Holds one stretch at a time.
 *
 * @category frames
 * @since 0.1.0
 */
export async function* stretches(
  frames: AsyncIterable<Frame>,
  settings: Pick<Settings, 'least' | 'most' | 'cut' | 'still'>
): AsyncGenerator<Stretch> {
  let held: Array<Frame> = []
  let changes: Array<number> = []
  let usual = 0
  for await (const frame of frames) {
    const last = held.at(-1)
    if (last !== undefined) {
      const by = change(last, frame)
      const shot = by >= settings.cut && by > leap * usual
      if (shot || held.length >= settings.most) {
        yield stretchOf(held, changes, settings)
        held = []
        changes = []
        if (shot) usual = 0
      } else {
        changes.push(by)
        usual = usual === 0 ? by : 0.8 * usual + 0.2 * by
      }
    }
    held.push(frame)
  }
  if (held.length > 0) yield stretchOf(held, changes, settings)
}
