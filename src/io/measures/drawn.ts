/**
 * Detected keypoints for people: real frames beside generated ones, each keypoint in its own colour throughout.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import { beside, drawKeypoints } from '../../nodes/picture.js'
import * as tf from '../../nodes/tf.js'
import { toBytes } from '../animation/drivers.js'
import { orThrow } from '../media/failure.js'
import { openWriter, type Rational, type Writer } from '../media/index.js'
import type { Detector, Seen } from './detector.js'
import type { Onlooker } from './evaluate.js'

/** Keypoints as means [T, K, 2]; those that are missing lie outside of every picture. */
const meansOf = (seen: ReadonlyArray<Seen>, height: number, width: number): tf.Tensor3D =>
  tf.tensor3d(
    seen.map(({ pose }) =>
      pose.map((p) => (p === null ? [-9, -9] : [(2 * p[0]) / (width - 1) - 1, (2 * p[1]) / (height - 1) - 1]))
    )
  )

/**
 * Films under way, one for each detector. `onlook` borrows frames [T, H, W, 3] from 0 to 1.
 *
 * @since 0.1.0
 */
export interface Drawing {
  readonly onlook: Onlooker
  readonly close: () => Promise<void>
  readonly abort: () => Promise<void>
}

/**
 * Writes `NAME-DETECTOR.mp4` into a folder for each detector while it looks on.
 *
 * Each promise rejects with a `MediaFailure` where a film cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const drawing = (folder: string, name: string, detectors: ReadonlyArray<Detector>, rate: Rational): Drawing => {
  const writers: Array<Writer> = []
  return {
    onlook: async (real, generated, seen) => {
      const [count, height, width] = real.shape
      const points = drawKeypoints({ radius: Math.max(1, Math.round(Math.min(height, width) / 128)) })
      for (const [i, { witness }] of detectors.entries()) {
        const path = join(folder, `${name}-${witness.name}.mp4`)
        writers[i] ??= await orThrow(openWriter(path, { height, width: 2 * width, rate }))
        const both = tf.tidy(() => {
          const [left, right] = [real, generated].map((frames, s) => {
            const mean = meansOf(seen[i]![s]!, height, width)
            return points.run({ frames, mean }, {}).frames as tf.Tensor4D
          })
          return beside.run({ left: left!, right: right! }, {}).frames as tf.Tensor4D
        })
        const bytes = toBytes(both, 'nearest')
        both.dispose()
        const each = height * 2 * width * 3
        for (let t = 0; t < count; t++)
          await writers[i].write({ data: bytes.subarray(t * each, (t + 1) * each), height, width: 2 * width, time: 0 })
      }
    },
    close: async () => {
      for (const writer of writers) await writer.close()
    },
    abort: async () => {
      for (const writer of writers) await writer.abort()
    }
  }
}
