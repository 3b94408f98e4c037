/**
 * The codec of configurations, and configurations kept as JSON. No files; `config` has them.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { agreeing, filled, nullable, optional, section, words } from '../../graphs/params/codec.js'
import { ModelParams } from '../../graphs/params/model.js'
import { brief } from '../../nodes/object.js'
import { jsonTrouble } from '../files/json-scan.js'
import { gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import {
  DatasetParams,
  PredictionParams,
  ReconstructionParams,
  TrainParams,
  TransferParams,
  VisualizerParams
} from './sections.js'
import type { Located } from './yaml.js'

/**
 * A configuration with every default filled in. Sections without defaults are null where the file has none.
 *
 * @category config
 * @since 0.1.0
 */
export const Config = agreeing(
  section(
    'configuration',
    {
      model_params: ModelParams,
      dataset_params: optional(nullable(DatasetParams), null),
      train_params: optional(nullable(TrainParams), null),
      reconstruction_params: filled(ReconstructionParams),
      transfer_params: filled(TransferParams),
      prediction_params: optional(nullable(PredictionParams), null),
      visualizer_params: filled(VisualizerParams)
    },
    true
  ),
  ({ model_params, train_params }) => {
    const maps = model_params.discriminator_params.num_blocks + 1
    const weights = train_params?.loss_weights.reconstruction ?? []
    return train_params === null || weights.length === maps
      ? []
      : [
          {
            path: ['train_params', 'loss_weights', 'reconstruction'],
            expected: `${maps} weights, one for each map of the discriminator`,
            actual: weights
          }
        ]
  }
)

/**
 * A configuration with every default filled in.
 *
 * @category config
 * @since 0.1.0
 */
export type Config = t.TypeOf<typeof Config>

const problemOf =
  (file: string, { keyMark, valueMark }: Located) =>
  ({ context, value, message }: t.ValidationError): Problem => {
    const path = context.slice(1).map(({ key }) => key)
    const mark =
      message === words.unknown
        ? keyMark(path)
        : message === words.missing
          ? keyMark(path.slice(0, -1))
          : valueMark(path)
    return {
      _tag: 'BadConfig',
      file,
      ...mark,
      at: path.join('.') || 'document',
      expected: context.at(-1)?.type.name ?? 'a configuration',
      actual: message ?? brief(value)
    }
  }

/**
 * A configuration from a value whose places in a file are known.
 *
 * @category codec
 * @since 0.1.0
 */
export const decode = (file: string, located: Located): E.Either<Problem, Config> =>
  pipe(
    Config.decode(located.value),
    E.mapLeft((errors) => {
      const [first, ...rest] = errors.map(problemOf(file, located))
      return gather(first ?? { _tag: 'Failed', at: file, cause: 'a codec failed without an error' }, rest)
    })
  )

/**
 * Reads a configuration that was stored as JSON, as a model keeps it. Fails with `BadConfig` for everything that is wrong, all
 * at line 1, column 1.
 *
 * @category codec
 * @since 0.1.0
 */
export const configFromJson = (file: string, text: string): E.Either<Problem, Config> => {
  const trouble = jsonTrouble(text, 32)
  if (trouble !== undefined) return E.left(atStart(file, trouble.expected, trouble.actual))
  const start = () => ({ line: 1, column: 1 })
  return pipe(
    E.tryCatch(
      () => JSON.parse(text) as unknown,
      (cause) => atStart(file, 'JSON', cause instanceof Error ? cause.message : String(cause))
    ),
    E.flatMap((value) => decode(file, { value, keyMark: start, valueMark: start }))
  )
}

/**
 * A problem of a whole file.
 *
 * @category errors
 * @since 0.1.0
 */
export const atStart = (file: string, expected: string, actual: string): Problem => {
  return { _tag: 'BadConfig', file, line: 1, column: 1, at: 'document', expected, actual }
}
