/**
 * Motion templates in the page: the files that `keyflow detect` writes and `keyflow transfer --motion` reads.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { storedTemplate, templateIn } from '../../io/animation/motion-file.js'
import { toNumber } from '../../io/media/rational.js'
import { parse, serialise } from '../../io/safetensors/format.js'

/**
 * The keypoints of some frames: `mean` holds 2 floats for each keypoint of each frame, `var` 4 or 1 if the model has variances.
 * `rate` in frames per second, `times` in seconds, which rise.
 *
 * @category model
 * @since 0.1.0
 */
export interface Template {
  readonly frames: number
  readonly keypoints: number
  readonly mean: Float32Array
  readonly var: Float32Array | undefined
  readonly rate: number
  readonly times: ReadonlyArray<number>
}

/** Variances have 4 numbers, 1 or none. */
const sideOf = ({ var: spread, frames, keypoints }: Template): 0 | 1 | 2 =>
  spread === undefined ? 0 : spread.length === frames * keypoints ? 1 : 2

/**
 * A motion template as the bytes of a file. Its motion starts at its first frame; which model saw it is not told.
 *
 * @category codec
 * @since 0.1.0
 */
export const writeTemplate = (t: Template): Uint8Array<ArrayBuffer> => {
  const side = sideOf(t)
  const spread = t.var ?? new Float32Array(0)
  const start = { mean: t.mean.slice(0, 2 * t.keypoints), var: spread.slice(0, side * side * t.keypoints) }
  const rate = { num: Math.max(1, Math.round(1000 * t.rate)), den: 1000 }
  const file = serialise('motion', storedTemplate({ ...t, side, var: spread, start, rate, detector: '' }))
  if (E.isLeft(file)) throw new Error('the motion has no keypoints')
  return new Uint8Array(file.right)
}

/**
 * Reads a motion template; undefined where the bytes are something else. Never throws.
 *
 * @category codec
 * @since 0.1.0
 */
export const readTemplate = (bytes: Uint8Array): Template | undefined => {
  const file = parse('motion', bytes)
  const read = E.isLeft(file) ? file : templateIn('motion', file.right)
  if (E.isLeft(read)) return undefined
  const { frames, keypoints, mean, side, var: spread, rate, times } = read.right
  return { frames, keypoints, mean, var: side === 0 ? undefined : spread, rate: toNumber(rate), times }
}
