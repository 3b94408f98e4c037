/**
 * The original's configurations: YAML files, accepted as they are, every error with its file, line, column and path.
 *
 * Only `model_params` is required. Other sections, where present, are checked as well; sections that the original does
 * not know are passed over.
 *
 * Source: `config/*.yaml`, `run.py`, `train.py`, `augmentation.py` of the reference implementation.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { agreeing, filled, nullable, optional, section, words } from '../../graphs/params/codec.js'
import { ModelParams } from '../../graphs/params/model.js'
import { jsonTrouble } from '../files/json-scan.js'
import { readPart } from '../files/read-bytes.js'
import { brief, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import {
  DatasetParams,
  PredictionParams,
  ReconstructionParams,
  TrainParams,
  TransferParams,
  VisualizerParams
} from './sections.js'
import { type Located, parseYaml } from './yaml.js'

export type {
  CommonParams,
  DenseMotionParams,
  DetectorParams,
  DiscriminatorParams,
  GeneratorParams
} from '../../graphs/params/model.js'
export { Embedding, ModelParams } from '../../graphs/params/model.js'

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

const decode = (file: string, located: Located): E.Either<Problem, Config> =>
  pipe(
    Config.decode(located.value),
    E.mapLeft((errors) => {
      const [first, ...rest] = errors.map(problemOf(file, located))
      return gather(first ?? { _tag: 'Failed', at: file, cause: 'a codec failed without an error' }, rest)
    })
  )

/**
 * Reads the text of a configuration file, or says everything that is wrong with it. `file` names it in the problems.
 *
 * @category codec
 * @since 0.1.0
 */
export const parseConfig = (file: string, text: string): E.Either<Problem, Config> =>
  pipe(
    parseYaml(file, text),
    E.flatMap((located) => decode(file, located))
  )

/**
 * Reads a configuration that was stored as JSON, as a model keeps it. The problems all stand at line 1, column 1.
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

const atStart = (file: string, expected: string, actual: string): Problem => {
  return { _tag: 'BadConfig', file, line: 1, column: 1, at: 'document', expected, actual }
}

const utf8 = (file: string, bytes: Uint8Array): E.Either<Problem, string> =>
  E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    () => atStart(file, 'text in UTF-8', 'other bytes')
  )

/**
 * Reads a configuration file.
 *
 * @category files
 * @since 0.1.0
 */
export const readConfig = (path: string): TE.TaskEither<Problem, Config> =>
  pipe(
    readPart(path, 2 ** 20),
    TE.flatMapEither(({ bytes, size }) =>
      size > bytes.length ? E.left(atStart(path, `at most ${bytes.length} bytes`, `${size}`)) : utf8(path, bytes)
    ),
    TE.flatMapEither((text) => parseConfig(path, text))
  )
