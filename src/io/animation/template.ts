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
import { checksum, type Model } from '../model/model.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { readSafetensors, writeSafetensors } from '../safetensors/safetensors.js'
import { storedTemplate, type Template, templateIn } from './motion-file.js'

export type { Template } from './motion-file.js'

/**
 * The checksum of the weights of a model's keypoint detector.
 *
 * @category destructors
 * @since 0.1.0
 */
export const detectorOf = ({ tensors }: Model): string =>
  checksum(Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith('kp_detector.'))))

/**
 * Writes a template, whole or not at all: the same motion always as the same bytes.
 *
 * Fails with `FileTrouble` where it cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const writeTemplate = (path: string, t: Template): TE.TaskEither<Problem, void> =>
  writeSafetensors(path, storedTemplate(t))

/**
 * Reads a template.
 *
 * @category files
 * @since 0.1.0
 */
export const readTemplate = (path: string): TE.TaskEither<Problem, Template> =>
  pipe(
    readSafetensors(path),
    TE.flatMapEither((file) => templateIn(path, file))
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
