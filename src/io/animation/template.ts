/**
 * Motion templates: the keypoints of a film with their times, in a safetensors file.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { parseRational, type Rational, showRational } from '../media/index.js'
import { checksum, type Model } from '../model/model.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import {
  float32Of,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
  storedFloat32,
  writeSafetensors
} from '../safetensors/safetensors.js'

/**
 * The motion of a film. `mean` [T, K, 2] in [-1, 1], `var` [T, K, S, S] with S 2, 1 or (no variance) 0; `times` in seconds, which
 * rise. `start` are the keypoints of the first frame looked at alone, as a transfer does that starts its motion there.
 * `detector` is the checksum of the weights that saw them.
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

/**
 * The checksum of the weights of a model's keypoint detector.
 *
 * @category destructors
 * @since 0.1.0
 */
export const detectorOf = ({ tensors }: Model): string =>
  checksum(Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith('kp_detector.'))))

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
 * Writes a template, whole or not at all: the same motion always as the same bytes.
 *
 * @category files
 * @since 0.1.0
 */
export const writeTemplate = (path: string, t: Template): TE.TaskEither<Problem, void> => {
  const spread = (frames: number) => [frames, t.keypoints, t.side, t.side]
  const variances =
    t.side === 0
      ? {}
      : { var: storedFloat32(spread(t.frames), t.var), 'start.var': storedFloat32(spread(1), t.start.var) }
  return writeSafetensors(path, {
    tensors: {
      mean: storedFloat32([t.frames, t.keypoints, 2], t.mean),
      'start.mean': storedFloat32([1, t.keypoints, 2], t.start.mean),
      times: storedTimes(t.times),
      ...variances
    },
    metadata: { format, rate: showRational(t.rate), detector: t.detector }
  })
}

/** The template in a file, or the first thing that is wrong with it. */
const understand = (path: string, { tensors, metadata }: Safetensors): E.Either<Problem, Template> => {
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

/**
 * Reads a template.
 *
 * @category files
 * @since 0.1.0
 */
export const readTemplate = (path: string): TE.TaskEither<Problem, Template> =>
  pipe(
    readSafetensors(path),
    TE.flatMapEither((file) => understand(path, file))
  )

const sideOf = ({ config }: Model): Template['side'] => {
  const { kp_variance } = config.model_params.common_params
  return kp_variance === 'matrix' ? 2 : kp_variance === 'single' ? 1 : 0
}

/**
 * Whether a model can follow a template: as many keypoints, and variances of the same kind.
 *
 * @category reading
 * @since 0.1.0
 */
export const followable = (path: string, t: Template, model: Model): E.Either<Problem, Template> => {
  const bad = complaint(path)
  const { num_kp } = model.config.model_params.common_params
  const kinds = ['none', 'single', 'matrix']
  if (t.keypoints !== num_kp) return E.left(bad('keypoints', `${num_kp}, as the model has`, `${t.keypoints}`))
  if (t.side !== sideOf(model))
    return E.left(bad('variance', `${kinds[sideOf(model)]}, as the model has`, `${kinds[t.side]}`))
  return E.right(t)
}

/** Keypoints of `count` frames of a template from one on, as tensors. */
export const keypointsOf = (t: Template, from: number, count: number): Values => {
  const part = (all: Float32Array, each: number) => all.subarray(from * each, (from + count) * each)
  const { keypoints: k, side } = t
  return {
    mean: tf.tensor3d(part(t.mean, 2 * k), [count, k, 2]),
    ...(side === 0 ? {} : { var: tf.tensor4d(part(t.var, k * side * side), [count, k, side, side]) })
  }
}

/** The pose of one frame; the first is as it was seen alone. */
export const poseOf = (t: Template, index: number): Values =>
  index === 0 ? keypointsOf({ ...t, ...t.start, frames: 1 }, 0, 1) : keypointsOf(t, index, 1)
