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
import { readPart } from '../files/read-bytes.js'
import type { Problem } from '../problem/problem.js'
import { atStart, type Config, decode } from './codec.js'
import { parseYaml } from './yaml.js'

export type {
  CommonParams,
  DenseMotionParams,
  DetectorParams,
  DiscriminatorParams,
  GeneratorParams
} from '../../graphs/params/model.js'
export { Embedding } from '../../graphs/params/model.js'
export { Config, configFromJson } from './codec.js'

/**
 * Reads the text of a configuration file, or says everything that is wrong with it, with `BadConfig`. `file` names it in the
 * problems.
 *
 * @category codec
 * @since 0.1.0
 */
export const parseConfig = (file: string, text: string): E.Either<Problem, Config> =>
  pipe(
    parseYaml(file, text),
    E.flatMap((located) => decode(file, located))
  )

const utf8 = (file: string, bytes: Uint8Array): E.Either<Problem, string> =>
  E.tryCatch(
    () => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    () => atStart(file, 'text in UTF-8', 'other bytes')
  )

/**
 * Reads a configuration file of at most 1 MiB.
 *
 * Fails with `FileTrouble` where it cannot be read, `BadConfig` where it is no text, too large or wrong: everything at once.
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
