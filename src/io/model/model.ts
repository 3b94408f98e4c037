/**
 * Models: safetensors files that carry their configuration, their origin and a checksum of their weights.
 *
 * Weights have the original's names and this project's layouts: a convolution's kernel is [height, width, in, out].
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { readSafetensors, writeSafetensors } from '../safetensors/safetensors.js'
import { checksumBy, format, type Model, understand } from './held.js'
import { fittingTraining, momentsKey, momentTensors, trainingKey, trainingText } from './training-state.js'

export { type Model, momentsOf, Origin, storedOf, valuesOf } from './held.js'

/**
 * Checksum of tensors: of their names in order, each with dtype, shape and bytes.
 *
 * @since 0.1.0
 */
export const checksum = checksumBy(() => {
  const hash = createHash('sha256')
  return { update: (data) => hash.update(data), hex: () => hash.digest('hex') }
})

/**
 * Reads a model and checks its tensors against their checksum.
 *
 * Fails with `FileTrouble` where it cannot be read, `BadData` where it is no model, or its weights are not those of the
 * checksum, `BadConfig` where its configuration is wrong.
 *
 * @category files
 * @since 0.1.0
 */
export const readModel = (path: string): TE.TaskEither<Problem, Model> =>
  pipe(
    readSafetensors(path),
    TE.flatMapEither((file) => understand(path, file, checksum))
  )

/**
 * Writes a model, whole or not at all: the same model always as the same bytes. Weights and moments have
 * a checksum each.
 *
 * Fails with `BadData` where training state and weights do not fit, `FileTrouble` where it cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const writeModel = (path: string, { config, origin, tensors, training }: Model): TE.TaskEither<Problem, void> =>
  pipe(
    TE.fromEither(training === undefined ? E.right(training) : fittingTraining(path, tensors, training)),
    TE.flatMap(() => {
      const moments = training === undefined ? {} : momentTensors(training)
      return writeSafetensors(path, {
        tensors: { ...tensors, ...moments },
        metadata: {
          format,
          config: JSON.stringify(config),
          origin: JSON.stringify(origin),
          sha256: checksum(tensors),
          ...(training === undefined ? {} : { [trainingKey]: trainingText(training), [momentsKey]: checksum(moments) })
        }
      })
    })
  )
