/**
 * Keypoints of many films on one picture: whether each stays on the same part.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { drawKeypoints } from '../../nodes/picture.js'
import * as tf from '../../nodes/tf.js'
import { toBytes, toTensor } from '../animation/drivers.js'
import { writeAtomic } from '../files/atomic.js'
import { type Frame, mosaic, pngOf, type Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import { opened, type Reading, type Reconstructed } from './reconstruct.js'

const [rows, columns] = [8, 8]

/** Small pictures are read larger, so that the discs do not hide what they lie on. */
const enlargement = ({ height, width }: Shape): number => Math.max(1, Math.ceil(128 / Math.min(height, width)))

/** Frames of a film, evenly spread, with their keypoints drawn. */
const drawn = async ({ film, frames, driving }: Reconstructed, reading: Reading): Promise<ReadonlyArray<Frame>> => {
  const by = enlargement(reading.size)
  const size = { height: reading.size.height * by, width: reading.size.width * by }
  const clip = await opened(film, { ...reading, size })
  const count = Math.min(columns, frames)
  const due = Array.from({ length: count }, (_, i) => Math.floor((i * frames) / count))
  const chosen: Array<Frame> = []
  let t = 0
  for await (const frame of clip.frames()) if (due.includes(t++)) chosen.push(frame)
  const each = driving.length / frames
  const means = due.flatMap((at) => [...driving.subarray(at * each, (at + 1) * each)])
  const painted = tf.tidy(() => {
    const mean = tf.tensor3d(means, [count, each / 2, 2])
    const points = drawKeypoints({ radius: reading.config.visualizer_params.kp_size * Math.max(1, by / 2) })
    return points.run({ frames: toTensor(chosen), mean }, {}).frames as tf.Tensor4D
  })
  const bytes = toBytes(painted, 'nearest')
  painted.dispose()
  const length = size.height * size.width * 3
  return chosen.map((frame, i) => ({ ...frame, data: bytes.subarray(i * length, (i + 1) * length) }))
}

/**
 * The keypoints of up to eight films as a PNG: a row of frames for each film, each keypoint in one colour on all of them.
 *
 * Source: supplement, section C.5.
 *
 * @category files
 * @since 0.1.0
 */
export const keypointSheet = (
  path: string,
  videos: ReadonlyArray<Reconstructed>,
  reading: Reading
): TE.TaskEither<Problem, void> =>
  pipe(
    attempt(async () => {
      const pictures: Array<ReadonlyArray<Frame>> = []
      for (const video of videos.slice(0, rows)) pictures.push(await drawn(video, reading))
      return pngOf(await mosaic(pictures, { gap: 4 }))
    }),
    TE.flatMap((png) => writeAtomic(path, png))
  )
