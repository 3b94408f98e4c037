/**
 * Detected keypoints for people: real frames beside generated ones, each keypoint in its own colour throughout.
 *
 * @since 0.1.0
 */
import { beside, drawKeypoints } from '../../nodes/picture.js'
import * as tf from '../../nodes/tf.js'
import type { Receiver } from '../../streams/play.js'
import type { FilmOpener } from '../animation/films-into.js'
import type { Rational } from '../media/index.js'
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
 * Writes a film `NAME-DETECTOR` for each detector while it looks on.
 *
 * Each promise rejects with a `MediaFailure` where a film cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const drawing = (
  films: FilmOpener,
  name: string,
  detectors: ReadonlyArray<Detector>,
  rate: Rational
): Drawing => {
  const writers: Array<Receiver> = []
  return {
    onlook: async (real, generated, seen) => {
      const [, height, width] = real.shape
      const points = drawKeypoints({ radius: Math.max(1, Math.round(Math.min(height, width) / 128)) })
      for (const [i, { witness }] of detectors.entries()) {
        writers[i] ??= await films(`${name}-${witness.name}`, rate)
        const both = tf.tidy(() => {
          const [left, right] = [real, generated].map((frames, s) => {
            const mean = meansOf(seen[i]![s]!, height, width)
            return points.run({ frames, mean }, {}).frames as tf.Tensor4D
          })
          return beside.run({ left: left!, right: right! }, {}).frames as tf.Tensor4D
        })
        await writers[i].write({ frames: both }).finally(() => both.dispose())
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
