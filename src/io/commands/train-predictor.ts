/** `keyflow train-predictor`: teaches a model how keypoints move on, into the folder of a run. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/index.js'
import type { Terminal } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import { type Config, readConfig } from '../config/index.js'
import { type Dataset, type DatasetClip, openDataset, openingOf, withProgress } from '../dataset/index.js'
import { datasetFor, extended } from '../extension/index.js'
import { checksum, type Model, readModel, writeModel } from '../model/index.js'
import { complaint, type Problem } from '../problem/index.js'
import { attempt, engine, holding } from '../run/index.js'
import {
  drawingOf,
  infoOf,
  keypointsOf,
  openRecorder,
  openRun,
  type Predictable,
  predictable,
  predictorProgram,
  type RunFolder,
  readLog,
  sequences,
  standingAt,
  type Trained,
  trainPredictor,
  untaught,
  withPredictor
} from '../training/index.js'

type Asked = Parameters<RunOf<'train-predictor'>>[0]

/** The model's configuration, with data and prediction as another has them. */
const configOf = (o: Asked, model: Model): TE.TaskEither<Problem, Predictable> =>
  pipe(
    o.config === undefined ? TE.right<Problem, Config>(model.config) : readConfig(o.config),
    TE.flatMapEither(({ prediction_params, dataset_params }) =>
      predictable(o.config ?? o.model, {
        ...model.config,
        prediction_params,
        dataset_params: dataset_params ?? model.config.dataset_params
      })
    )
  )

/** The clips that are learned from: the first `train_size`, as far as they are long enough. */
const chosen = (
  { folder, clips }: Dataset,
  { prediction_params: { train_size, num_frames } }: Predictable,
  say: (line: string) => void
): E.Either<Problem, ReadonlyArray<DatasetClip>> => {
  const first = clips.slice(0, train_size ?? clips.length)
  const long = first.filter(({ frames }) => frames >= num_frames)
  const left = first.length - long.length
  if (long.length === 0)
    return E.left(complaint(folder)('clips', `at least one of ${num_frames} frames`, `${left} shorter ones`))
  if (left > 0) say(`${left} of ${first.length} clips are left out: they have fewer than ${num_frames} frames`)
  return E.right(long)
}

/** What a run is made of, read and checked before its folder is touched. */
interface Ready {
  readonly o: Asked
  readonly seed: number
  readonly model: Model
  readonly config: Predictable
  readonly program: Program<any, any>
  readonly clips: ReadonlyArray<DatasetClip>
}

const inFolder = (folder: RunFolder, ready: Ready, terminal: Terminal): TE.TaskEither<Problem, Trained> => {
  const { o, seed, model, config, program, clips } = ready
  const drawing = drawingOf(config, seed)
  return pipe(
    TE.Do,
    TE.bind('tracks', () => keypointsOf(join(folder.path, 'keypoints.safetensors'), model, clips, terminal)),
    TE.let('batches', ({ tracks }) => sequences(tracks, drawing)),
    TE.bind('before', () => standingAt(folder.checkpoints, program, terminal.say)),
    TE.bind('state', ({ before }) => attempt(before?.state ?? (() => untaught(program, seed)))),
    TE.let('total', ({ batches }) => o.steps ?? config.prediction_params.num_epochs * batches.perEpoch),
    TE.flatMap(({ batches, before, state, total }) =>
      holding(
        openRecorder(folder, {
          config,
          done: state.iteration,
          total,
          keeping: { recent: 2, every: 0 },
          teller: terminal.teller
        }),
        ({ close }) => close
      )((recorder) =>
        pipe(
          readLog(folder.path),
          TE.flatMap((log) =>
            trainPredictor(
              {
                config,
                model,
                drawing,
                batches,
                recorder,
                total,
                checkpoints: [o.checkpointEvery ?? 250],
                log,
                last: before?.path,
                signal: terminal.signal
              },
              program,
              state
            )
          )
        )
      )
    )
  )
}

/** The model with the predictor of a checkpoint, in the folder of the run. */
const delivered = (folder: string, { model, config }: Ready, { path }: Trained): TE.TaskEither<Problem, string> => {
  const to = join(folder, 'model.safetensors')
  return pipe(
    readModel(path),
    TE.flatMap(({ tensors }) => writeModel(to, withPredictor(model, config, tensors))),
    TE.map(() => to)
  )
}

export const run: RunOf<'train-predictor'> = (o, terminal) => {
  const seed = o.seed ?? 0
  return pipe(
    TE.Do,
    TE.let('o', () => o),
    TE.let('seed', () => seed),
    TE.bind('model', () => readModel(o.model)),
    TE.bind('config', ({ model }) => configOf(o, model)),
    TE.bind('program', ({ config }) => TE.fromEither(predictorProgram(config))),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.bind('tables', () => extended(o.with)),
    TE.let('found', ({ tables }) => datasetFor(tables, o.data)),
    TE.bind('dataset', ({ config, found }) =>
      withProgress({ ...o, ...found }, terminal, (options) =>
        openDataset(found.folder, { ...openingOf(config, 'train'), ...options })
      )
    ),
    TE.bind('clips', ({ dataset, config }) => TE.fromEither(chosen(dataset, config, terminal.say))),
    TE.flatMap(({ dataset, engine: e, ...ready }) =>
      holding(
        openRun(o.out, {
          config: ready.config,
          info: infoOf(e, seed, ready.model),
          manifest: { ...dataset.manifest, model: checksum(ready.model.tensors) },
          resume: o.resume,
          now: new Date()
        }),
        ({ close }) => close
      )((folder) => {
        folder.notes.forEach(terminal.say)
        return pipe(
          inFolder(folder, ready, terminal),
          TE.bindTo('done'),
          TE.bind('path', ({ done }) => delivered(folder.path, ready, done))
        )
      })
    ),
    TE.tapError((problem) => {
      if (problem._tag === 'Interrupted') terminal.say('stopped; to go on: the same command with --resume')
      return TE.right(undefined)
    }),
    TE.map(({ done: { steps, losses }, path }) => ({
      json: { path, steps, losses, folder: o.out },
      text: `${path}\n${Object.entries(losses)
        .map(([name, value]) => `${name} ${value.toFixed(4)}`)
        .join('  ')}`
    }))
  )
}
