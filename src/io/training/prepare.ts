/**
 * All that a run of training is made of, read and checked before its folder is touched.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import type { Engine } from '../../nodes/tf.js'
import type { Terminal } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import type { Config } from '../config/config.js'
import { least, multiple } from '../config/purpose.js'
import { withProgress } from '../dataset/for-command.js'
import { type Batches, batches, type Dataset, openDataset, openingOf, type Part } from '../dataset/index.js'
import { datasetFor, extended } from '../extension/index.js'
import type { Shape } from '../media/index.js'
import { checksum, type Model, readModel } from '../model/model.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { engine } from '../run/compute.js'
import { standing } from './folder.js'
import { iterationProgram, type Learned, type Trainable } from './iteration.js'
import { drawable } from './pictures.js'
import { type Beginning, beginning, startable } from './start.js'
import type { RunInfo } from './started.js'

/**
 * What is asked of training: the options of `keyflow train`, where `config` names the file of the configuration.
 *
 * @category model
 * @since 0.1.0
 */
export type Asked = Parameters<RunOf<'train'>>[0]

/**
 * What a run is made of. What a resumed run is not told again (its seed, whether it fine-tunes, its first model's checksum)
 * is as it was.
 *
 * @category model
 * @since 0.1.0
 */
export interface Ready extends Pick<RunInfo, 'seed' | 'fineTune' | 'init'> {
  readonly config: Trainable
  readonly program: Program<any, Learned>
  readonly engine: Engine
  readonly data: Dataset
  readonly test: Dataset | undefined
  readonly batches: Batches
  /** Where it starts, unless it has a checkpoint; nothing where the model that it began with was not given. */
  readonly beginning: Beginning | undefined
}

/**
 * A configuration from a file, which must say how to train.
 *
 * @category config
 * @since 0.1.0
 */
const trainable = (file: string, { train_params, ...config }: Config): E.Either<Problem, Trainable> => {
  const { num_channels } = config.model_params.common_params
  if (train_params === null) return E.left(complaint(file)('train_params', 'how to train', 'nothing'))
  return num_channels === 3
    ? E.map(() => ({ ...config, train_params }))(drawable(config))
    : E.left(complaint(file)('model_params.common_params.num_channels', '3, red, green and blue', `${num_channels}`))
}

/** What no run can be asked for. */
const contradiction = ({ fineTune, init, resume }: Asked): E.Either<Problem, void> =>
  fineTune && init === undefined && !resume
    ? E.left({ _tag: 'Usage', at: '--fine-tune', expected: 'a model to start from (--init)', actual: 'none' })
    : E.right(undefined)

/** Whether all networks can take pictures of a shape. */
const fitting = (data: string, config: Config, { height, width }: Shape): E.Either<Problem, void> => {
  const [by, smallest] = [multiple(config), least(config)]
  return [height, width].every((n) => n % by === 0 && n >= smallest)
    ? E.right(undefined)
    : E.left(complaint(data)('size of the frames', `multiples of ${by} from ${smallest} on`, `${height}x${width}`))
}

/** The dataset that is asked for, and what lists its clips. */
type Found = ReturnType<typeof datasetFor>

const openPart = (o: Asked, found: Found, config: Config, part: Part, terminal: Terminal) =>
  withProgress({ ...o, ...found }, terminal, (options) =>
    openDataset(found.folder, { ...openingOf(config, part), ...options })
  )

/** The test part of a dataset, if it has one. */
const openTest = (
  o: Asked,
  found: Found,
  config: Config,
  terminal: Terminal
): TE.TaskEither<Problem, Dataset | undefined> =>
  pipe(
    found.format.layout(found.folder, openingOf(config, 'test').seed ?? 0),
    TE.flatMap(({ test }) => (test.length === 0 ? TE.right(undefined) : openPart(o, found, config, 'test', terminal)))
  )

/** The model that a run is to start from. */
const readInit = (path: string | undefined, program: Program<any, any>): TE.TaskEither<Problem, Model | undefined> =>
  path === undefined
    ? TE.right(undefined)
    : pipe(
        readModel(path),
        TE.flatMapEither((model) => startable(path, program, model))
      )

/**
 * Reads and checks everything. `config` is that of the file `o.config`, or one that was made of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const prepare = (o: Asked, given: Config, terminal: Terminal): TE.TaskEither<Problem, Ready> =>
  pipe(
    TE.Do,
    TE.tap(() => TE.fromEither(contradiction(o))),
    TE.bind('config', () => TE.fromEither(trainable(o.config, given))),
    TE.bind('program', ({ config }) => TE.fromEither(iterationProgram(config))),
    TE.bind('was', () => standing(o.out, o.resume)),
    TE.bind('model', ({ program }) => readInit(o.init, program)),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('tables', () => extended(o.with)),
    TE.let('found', ({ tables }) => datasetFor(tables, o.data)),
    TE.bind('data', ({ config, found }) => openPart(o, found, config, 'train', terminal)),
    TE.bind('test', ({ config, found }) => openTest(o, found, config, terminal)),
    TE.let('seed', ({ was }) => o.seed ?? was?.seed ?? 0),
    TE.bind('batches', ({ config, data, seed }) => {
      const augmentation = config.dataset_params?.augmentation_params ?? {}
      const { batch_size: batchSize } = config.train_params
      return TE.fromEither(batches(data, augmentation as never, { seed, batchSize, dropLast: true }))
    }),
    TE.tap(({ config, batches: { shape } }) => TE.fromEither(fitting(o.data, config, shape))),
    TE.map(({ was, model, tables: _, found: __, ...ready }): Ready => {
      const { program, seed, batches: b } = ready
      const init = model === undefined ? (was?.init ?? null) : checksum(model.tensors)
      const fineTune = o.fineTune || was?.fineTune === true
      const known = model !== undefined || init === null
      return {
        ...ready,
        fineTune,
        init,
        beginning: known ? beginning(program, seed, model, fineTune, b.perEpoch) : undefined
      }
    })
  )
