/**
 * Frames as tensors and back.
 *
 * @since 0.1.0
 */
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import type { Tick } from '../../streams/play.js'
import type { Frame, Rational } from '../media/index.js'
import { keypointsOf, type Template } from './template.js'

const unit = Float32Array.from({ length: 256 }, (_, i) => i / 255)

/**
 * Frames as one tensor [T, H, W, 3] from 0 to 1.
 *
 * @since 0.1.0
 */
export const toTensor = (frames: ReadonlyArray<Frame>): tf.Tensor4D => {
  const { height, width } = frames[0]!
  const each = height * width * 3
  const values = new Float32Array(frames.length * each)
  frames.forEach(({ data }, t) => {
    for (let i = 0; i < each; i++) values[t * each + i] = unit[data[i]!]!
  })
  return tf.tensor4d(values, [frames.length, height, width, 3])
}

/**
 * Bytes of a tensor [T, H, W, 3] from 0 to 1, rounded to the nearest, or cut off as the original does in its strips.
 *
 * @since 0.1.0
 */
export const toBytes = (frames: tf.Tensor4D, rounding: 'nearest' | 'down'): Uint8Array => {
  const scaled = tf.tidy(() => {
    const x = tf.mul(tf.clipByValue(frames, 0, 1), 255)
    return tf.cast(rounding === 'nearest' ? tf.round(x) : tf.floor(x), 'int32')
  })
  try {
    return Uint8Array.from(scaled.dataSync())
  } finally {
    scaled.dispose()
  }
}

/**
 * When `count` frames from index `first` on are shown, in seconds, at a rate in frames per second.
 *
 * @since 0.1.0
 */
export const evenTimes = ({ num, den }: Rational, first: number, count: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, i) => ((first + i) * den) / num)

/** Something that gives frames. */
export interface Film {
  readonly frames: () => AsyncIterable<Frame>
}

/** Something with a time in seconds. */
interface Timed {
  readonly time: number
}

/** Ticks of at most `batch` items; a time of `starts` begins a new one. Leaving ends the items at once, also while one is waited for. */
const cut = <A extends Timed>(
  items: () => AsyncIterator<A>,
  { batch, starts = [] }: Cut,
  values: (items: ReadonlyArray<A>) => Values
): AsyncIterable<Tick> => ({
  [Symbol.asyncIterator]: () => {
    const pulled = items()
    let ahead: A | undefined
    let over = false
    /** How many of the times have come; a tick holds items of one number alone. */
    const era = ({ time }: A): number => starts.filter((t) => t <= time).length
    const next = async (): Promise<IteratorResult<Tick>> => {
      const waiting: Array<A> = ahead === undefined ? [] : [ahead]
      ahead = undefined
      while (!over && waiting.length < batch) {
        const { done, value } = await pulled.next()
        if (done === true) over = true
        else if (waiting[0] !== undefined && era(value) !== era(waiting[0])) {
          ahead = value
          break
        } else waiting.push(value)
      }
      if (waiting.length === 0) return { done: true, value: undefined }
      const times = waiting.map(({ time }) => time)
      return { done: false, value: { values: values(waiting), count: waiting.length, times } }
    }
    return {
      next,
      return: async () => {
        over = true
        await pulled.return?.()
        return { done: true, value: undefined }
      }
    }
  }
})

/** How a film is cut into ticks. */
export interface Cut {
  readonly batch: number
  readonly starts?: ReadonlyArray<number>
}

/** Frames in batches, each a tensor of its own. */
export const batches = (film: Film, cuts: Cut | number): AsyncIterable<Tick> =>
  cut(
    () => film.frames()[Symbol.asyncIterator](),
    typeof cuts === 'number' ? { batch: cuts } : cuts,
    (frames) => ({
      frames: toTensor(frames)
    })
  )

async function* poses({ frames, times }: Template): AsyncGenerator<{ readonly index: number; readonly time: number }> {
  for (let index = 0; index < frames; index++) yield { index, time: times[index]! }
}

/** The keypoints of a template in batches. */
export const motions = (template: Template, cuts: Cut): AsyncIterable<Tick> =>
  cut(
    () => poses(template),
    cuts,
    (some) => keypointsOf(template, some[0]!.index, some.length)
  )
