/**
 * Motion templates as tensors and metadata; no Node import, so that pages read and write the same files.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { parseRational, type Rational, showRational } from '../media/rational.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import type { Safetensors } from '../safetensors/format.js'
import { float32Of, type StoredTensor, storedFloat32 } from '../safetensors/stored-tensor.js'

/**
 * The motion of a film. `mean` [T, K, 2] in [-1, 1], `var` [T, K, S, S] with S 2, 1 or (no variance) 0; `times` in seconds, which
 * rise. `start` are the keypoints of the first frame looked at alone, as a transfer does that starts its motion there.
 * `detector` is the checksum of the weights that saw them, empty where that is not known.
 *
 * @category model
 * @since 0.1.0
 */
export interface Template {
  readonly frames: number
  readonly keypoints: number
  readonly side: 0 | 1 | 2
  readonly mean: Float32Array
  readonly var: Float32Array
  readonly start: { readonly mean: Float32Array; readonly var: Float32Array }
  readonly times: ReadonlyArray<number>
  readonly rate: Rational
  readonly detector: string
}

const format = 'keyflow-motion/1'

const storedTimes = (times: ReadonlyArray<number>): StoredTensor => {
  const view = new DataView(new ArrayBuffer(8 * times.length))
  times.forEach((t, i) => view.setFloat64(8 * i, t, true))
  return { dtype: 'F64', shape: [times.length], data: new Uint8Array(view.buffer) }
}

const timesOf = ({ data }: StoredTensor): ReadonlyArray<number> => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: data.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true))
}

/**
 * A template as what a file holds: the same motion always the same.
 *
 * @category conversion
 * @since 0.1.0
 */
export const storedTemplate = (t: Template): Safetensors => {
  const spread = (frames: number) => [frames, t.keypoints, t.side, t.side]
  const variances =
    t.side === 0
      ? {}
      : { var: storedFloat32(spread(t.frames), t.var), 'start.var': storedFloat32(spread(1), t.start.var) }
  return {
    tensors: {
      mean: storedFloat32([t.frames, t.keypoints, 2], t.mean),
      'start.mean': storedFloat32([1, t.keypoints, 2], t.start.mean),
      times: storedTimes(t.times),
      ...variances
    },
    metadata: { format, rate: showRational(t.rate), detector: t.detector }
  }
}

/**
 * The template in a file, or the first thing that is wrong with it.
 *
 * @category conversion
 * @since 0.1.0
 */
export const templateIn = (path: string, { tensors, metadata }: Safetensors): E.Either<Problem, Template> => {
  const bad = (at: string, expected: string, actual: string) => E.left(complaint(path)(at, expected, actual))
  if (metadata.format !== format)
    return bad('metadata format', `${format} (keyflow detect --out NAME.safetensors)`, metadata.format ?? 'nothing')
  const rate = parseRational(metadata.rate ?? '')
  if (rate === undefined) return bad('metadata rate', 'a fraction above 0', metadata.rate ?? 'nothing')
  const { mean, times, var: spread } = tensors
  const [startMean, startSpread] = [tensors['start.mean'], tensors['start.var']]
  const [frames = 0, keypoints = 0] = mean?.shape ?? []
  const side = spread?.shape[2] ?? 0
  if (side !== 0 && side !== 1 && side !== 2) return bad('var', 'variances of 1 or 4 numbers', `${side * side}`)
  const due: ReadonlyArray<readonly [string, StoredTensor | undefined, ReadonlyArray<number>, string]> = [
    ['mean', mean, [frames, keypoints, 2], 'F32'],
    ['times', times, [frames], 'F64'],
    ['start.mean', startMean, [1, keypoints, 2], 'F32'],
    ...(side === 0
      ? []
      : [
          ['var', spread, [frames, keypoints, side, side], 'F32'] as const,
          ['start.var', startSpread, [1, keypoints, side, side], 'F32'] as const
        ])
  ]
  for (const [name, x, shape, dtype] of due)
    if (x === undefined || x.dtype !== dtype || x.shape.join() !== shape.join())
      return bad(
        name,
        `${dtype} of ${shape.join('x')}`,
        x === undefined ? 'nothing' : `${x.dtype} of ${x.shape.join('x')}`
      )
  if (frames < 1 || keypoints < 1) return bad('mean', 'at least one frame and one keypoint', `${frames}x${keypoints}`)
  const seconds = timesOf(times!)
  const late = seconds.findIndex((t, i) => !(Number.isFinite(t) && t > (seconds[i - 1] ?? -1)))
  if (late >= 0) return bad(`times ${late}`, 'a time after the one before', `${seconds[late]}`)
  const numbers = (x: StoredTensor | undefined) => (x === undefined ? new Float32Array(0) : float32Of(x))
  const all = [mean, spread, startMean, startSpread].map(numbers)
  if (!all.every((x) => x.every(Number.isFinite))) return bad('keypoints', 'finite numbers', 'NaN or infinity')
  const [means, spreads, firstMean, firstSpread] = all as [Float32Array, Float32Array, Float32Array, Float32Array]
  return E.right({
    ...{ frames, keypoints, side, rate, times: seconds, detector: metadata.detector ?? '' },
    ...{ mean: means, var: spreads, start: { mean: firstMean, var: firstSpread } }
  })
}
