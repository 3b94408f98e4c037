/**
 * Frames as tensors and back.
 *
 * @since 0.1.0
 */
import * as tf from '../../nodes/tf.js'
import type { Tick } from '../../streams/play.js'
import type { Frame } from '../media/index.js'

const unit = Float32Array.from({ length: 256 }, (_, i) => i / 255)

/** Frames as one tensor [T, H, W, 3] from 0 to 1. */
export const toTensor = (frames: ReadonlyArray<Frame>): tf.Tensor4D => {
  const { height, width } = frames[0]!
  const each = height * width * 3
  const values = new Float32Array(frames.length * each)
  frames.forEach(({ data }, t) => {
    for (let i = 0; i < each; i++) values[t * each + i] = unit[data[i]!]!
  })
  return tf.tensor4d(values, [frames.length, height, width, 3])
}

/** Bytes of a tensor [T, H, W, 3] from 0 to 1, rounded to the nearest, or cut off as the original does in its strips. */
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

/** Something that gives frames. */
export interface Film {
  readonly frames: () => AsyncIterable<Frame>
}

/** Frames in batches, each a tensor of its own. Leaving ends the film at once, also while it waits for a frame. */
export const batches = (film: Film, batch: number): AsyncIterable<Tick> => ({
  [Symbol.asyncIterator]: () => {
    const pulled = film.frames()[Symbol.asyncIterator]()
    let over = false
    const next = async (): Promise<IteratorResult<Tick>> => {
      const waiting: Array<Frame> = []
      while (!over && waiting.length < batch) {
        const { done, value } = await pulled.next()
        if (done === true) over = true
        else waiting.push(value)
      }
      if (waiting.length === 0) return { done: true, value: undefined }
      const times = waiting.map(({ time }) => time)
      return { done: false, value: { values: { frames: toTensor(waiting) }, count: waiting.length, times } }
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
