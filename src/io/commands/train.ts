/** `keyflow train`: trains a model on a folder of videos, into a folder that tells everything of the run. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import { initial } from '../../graphs/run.js'
import { rateAt, type TrainingState } from '../../graphs/training.js'
import type { Engine } from '../../nodes/tf.js'
import * as tf from '../../nodes/tf.js'
import type { Terminal } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import { readConfig } from '../config/config.js'
import { withProgress } from '../dataset/for-command.js'
import { batches, type Dataset, openDataset, openingOf } from '../dataset/index.js'
import { type Model, readModel } from '../model/model.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { engine } from '../run/compute.js'
import { complete } from '../run/played.js'
import type { Trained } from '../training/fold.js'
import { openRun, type RunFolder } from '../training/folder.js'
import { infoOf } from '../training/info.js'
import { openRecorder, recorded } from '../training/recorder.js'
import { stateOf } from '../training/state.js'
import { iterationProgram, judgedPairs, resumed, type Trainable, train } from '../training/train.js'

type Asked = Parameters<RunOf<'train'>>[0]

/** The configuration, which must say how to train. */
const trainable = (path: string): TE.TaskEither<Problem, Trainable> =>
  pipe(
    readConfig(path),
    TE.flatMapEither(({ train_params, ...config }) =>
      train_params === null
        ? E.left(complaint(path)('train_params', 'how to train', 'nothing'))
        : E.right({ ...config, train_params })
    )
  )

/** Where a new run starts: at a model, with its training state unless the run is to be a fine-tuning, or at chance. */
const begun = (
  program: Program<any, any>,
  seed: number,
  init: Model | undefined,
  fineTune: boolean
): TE.TaskEither<Problem, TrainingState> => {
  const paths = Object.keys(program.weights)
  const fresh = { adam: { generator: 0, kp_detector: 0, discriminator: 0 }, iteration: 0, epoch: 0, index: 0 }
  if (init === undefined) return TE.right({ values: initial(program, seed), ...fresh })
  const { training: _, ...bare } = init
  return pipe(
    complete(program, init),
    TE.map(() => (fineTune ? { ...stateOf(bare, paths), ...fresh } : stateOf(init, paths)))
  )
}

/** What a run is made of, read and checked before its folder is touched. */
interface Ready {
  readonly o: Asked
  readonly seed: number
  readonly config: Trainable
  readonly engine: Engine
  readonly dataset: Dataset
  readonly init: Model | undefined
  readonly program: Program<any, any>
}

/** The tests of a dataset, if it has any. */
const testPart = (o: Asked, config: Trainable, terminal: Terminal): TE.TaskEither<Problem, Dataset | undefined> =>
  pipe(
    withProgress({ ...o, folder: o.data }, terminal, (options) =>
      openDataset(o.data, { ...openingOf(config, 'test'), ...options })
    ),
    TE.orElse((): TE.TaskEither<Problem, Dataset | undefined> => TE.right(undefined))
  )

const inFolder = (folder: RunFolder, ready: Ready, terminal: Terminal): TE.TaskEither<Problem, Trained> => {
  const { o, seed, config, dataset, init, program } = ready
  const { batch_size, lr, epoch_milestones, num_epochs, log_params } = config.train_params
  const augmentation = config.dataset_params?.augmentation_params ?? {}
  const rate = (epoch: number) => (o.fineTune ? lr / 10 : rateAt(lr, epoch_milestones, epoch))
  return pipe(
    TE.Do,
    TE.bind('batches', () =>
      TE.fromEither(batches(dataset, augmentation as never, { seed, batchSize: batch_size, dropLast: true }))
    ),
    TE.bind('before', () => resumed(folder.checkpoints, Object.keys(program.weights), terminal.say)),
    TE.bind('state', ({ before }) =>
      before === undefined ? begun(program, seed, init, o.fineTune) : TE.right(before.state)
    ),
    TE.let('total', ({ batches: b }) => o.steps ?? num_epochs * b.perEpoch),
    TE.bind('recorder', ({ state, total }) =>
      openRecorder(folder, {
        config,
        done: state.iteration,
        total,
        keeping: { recent: 2, every: o.keepEvery ?? 0 },
        teller: terminal.teller
      })
    ),
    TE.bind('test', () => testPart(o, config, terminal)),
    TE.bind('judged', ({ batches: b, test }) =>
      pipe(
        TE.tryCatch(
          () => b.at({ epoch: 0, index: 0 }),
          (cause): Problem => ({ _tag: 'Failed', at: o.data, cause: String(cause) })
        ),
        TE.flatMap(({ shape: [, h, w] }) => (test === undefined ? TE.right(undefined) : judgedPairs(test, [h, w])))
      )
    ),
    TE.flatMap(({ batches: b, before, state, total, recorder, judged }) =>
      pipe(
        train(
          {
            config,
            rate,
            batches: b,
            judged,
            recorder,
            total,
            rhythm: { checkpoints: o.every ?? 250, pictures: o.picturesEvery ?? log_params.log_freq_iter },
            origin: { file: o.data, sha256: dataset.manifest.sha256 },
            last: before?.path,
            signal: terminal.signal
          },
          program,
          state
        ),
        (work) => async () => {
          const result = await work()
          tf.dispose((judged ?? {}) as tf.TensorContainer)
          return result
        },
        recorded(recorder)
      )
    )
  )
}

export const run: RunOf<'train'> = (o, terminal) => {
  const seed = o.seed ?? 0
  const resume = `keyflow train --config ${o.config} --data ${o.data} --out ${o.out} --resume`
  return pipe(
    TE.Do,
    TE.let('o', () => o),
    TE.let('seed', () => seed),
    TE.bind('config', () => trainable(o.config)),
    TE.bind('init', () => (o.init === undefined ? TE.right(undefined) : readModel(o.init))),
    TE.bind('program', ({ config }) => TE.fromEither(iterationProgram(config))),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('dataset', ({ config }) =>
      withProgress({ ...o, folder: o.data }, terminal, (options) =>
        openDataset(o.data, { ...openingOf(config, 'train'), ...options })
      )
    ),
    TE.bind('folder', ({ config, engine: e, init, dataset }) =>
      openRun(o.out, {
        config,
        info: infoOf(e, seed, init),
        manifest: dataset.manifest,
        resume: o.resume,
        now: new Date()
      })
    ),
    TE.flatMap(({ folder, ...ready }) => {
      folder.notes.forEach(terminal.say)
      return inFolder(folder, ready, terminal)
    }),
    TE.tapError((problem) => {
      if (problem._tag === 'Interrupted') terminal.say(`stopped; to go on: ${resume}`)
      return TE.right(undefined)
    }),
    TE.map(({ steps, losses, path }) => ({
      json: { path, steps, losses, folder: o.out },
      text: `${path}\n${Object.entries(losses)
        .map(([name, value]) => `${name} ${value.toFixed(4)}`)
        .join('  ')}`
    }))
  )
}
