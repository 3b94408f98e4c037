/**
 * The models that are served, looked at before the server takes its first request.
 *
 * @since 0.1.0
 */
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Normalisation } from '../graphs/normalise.js'
import type { ModelParams } from '../graphs/params/model.js'
import { networkSize } from '../io/animation/plan.js'
import { readModel } from '../io/model/model.js'
import type { Problem } from '../io/problem/problem.js'
import type { ServedModel } from './http/shapes.js'

/**
 * A model by its name: where its file is and what it works on.
 *
 * @category model
 * @since 0.1.0
 */
export interface Known {
  readonly path: string
  readonly params: ModelParams
  readonly normalisation: Normalisation
  readonly shown: ServedModel
}

/** Models by name, the first first. */
export type Models = ReadonlyMap<string, Known>

/**
 * The models of the package.
 *
 * @category files
 * @since 0.1.0
 */
export const ownModels: ReadonlyArray<string> = ['creatures', 'shapes'].map((name) =>
  fileURLToPath(new URL(`../../models/${name}.safetensors`, import.meta.url))
)

/** The name of a model is that of its file; what an address cannot carry becomes a dash. */
const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.safetensors$/, '')
    .replaceAll(/[^\w.-]/g, '-')
    .replace(/^\.+/, '') || 'model'

const known = (path: string): TE.TaskEither<Problem, Known> =>
  pipe(
    readModel(path),
    TE.bindTo('model'),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, undefined))),
    TE.bind('bytes', () => TE.fromTask(() => stat(path).then(({ size }) => size))),
    TE.map(({ model: { config }, size, bytes }): Known => {
      const name = nameOf(path)
      const { num_channels: channels, num_kp: keypoints } = config.model_params.common_params
      const normalisation = config.transfer_params.normalization_params
      return {
        path: resolve(path),
        params: config.model_params,
        normalisation,
        shown: {
          name,
          size,
          channels,
          keypoints,
          bytes,
          url: `/api/models/${name}`,
          normalisation: { ...normalisation }
        }
      }
    })
  )

/**
 * Reads every model once and keeps what is told of it; two of one name, or one that is not sound, are refused.
 *
 * @category files
 * @since 0.1.0
 */
export const lookAt = (paths: ReadonlyArray<string>): TE.TaskEither<Problem, Models> =>
  pipe(
    paths,
    TE.traverseSeqArray(known),
    TE.flatMapEither((all): E.Either<Problem, Models> => {
      const twice = all.find((m, i) => all.findIndex((n) => n.shown.name === m.shown.name) < i)
      return twice === undefined
        ? E.right(new Map(all.map((m) => [m.shown.name, m])))
        : E.left({ _tag: 'Usage', at: '--model', expected: 'models of different names', actual: twice.shown.name })
    })
  )
