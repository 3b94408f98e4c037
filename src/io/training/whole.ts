/**
 * A whole run of training in its folder: taken, gone on with, and let go of however it ends.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { rateAt } from '../../graphs/training.js'
import * as tf from '../../nodes/tf.js'
import type { Terminal } from '../cli/command.js'
import type { Config } from '../config/config.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import { holding } from '../run/holding.js'
import { version } from '../run/version.js'
import type { Trained } from './fold.js'
import { openRun, type RunFolder } from './folder.js'
import { openJudge } from './judge.js'
import { type Asked, prepare, type Ready } from './prepare.js'
import { openRecorder } from './recorder.js'
import { type Beginning, standingAt } from './start.js'
import { train } from './train.js'

/** The threads that the engine computes with, as it was told. */
const threads = (): number => Number(process.env.TF_NUM_INTRAOP_THREADS ?? 0) || tf.cores()

/** Steps between checkpoints, unless something else is asked for. */
const usual = 250

const open = (o: Asked, { config, engine, data, seed, fineTune, init, beginning }: Ready) =>
  openRun(o.out, {
    config,
    info: {
      keyflow: version,
      node: process.version,
      engine,
      threads: threads(),
      seed,
      fineTune,
      began: beginning?.iteration ?? 0,
      command: process.argv.slice(2),
      init
    },
    manifest: data.manifest,
    resume: o.resume,
    now: new Date()
  })

/** The step at which a run ends: that which was asked for, or the last of the configuration's epochs. */
const totalOf = (o: Asked, { config, batches }: Ready, { iteration, epoch, index }: Beginning): number =>
  o.steps ?? iteration + Math.max(0, (config.train_params.num_epochs - epoch) * batches.perEpoch - index)

/** The last step of a new run, which must be one that it has not made yet. */
const ahead = (o: Asked, ready: Ready): TE.TaskEither<Problem, Ready> => {
  const { beginning: from } = ready
  const total = from === undefined ? Number.POSITIVE_INFINITY : totalOf(o, ready, from)
  if (from === undefined || o.resume || total > from.iteration) return TE.right(ready)
  const expected = `a step after ${from.iteration}, where training stands`
  return TE.left({ _tag: 'Usage', at: '--steps', expected, actual: String(total) })
}

/** Where the run in a folder goes on. */
const start = (folder: RunFolder, { program, beginning }: Ready, { say }: Terminal) =>
  pipe(
    standingAt(folder.checkpoints, program, say),
    TE.flatMap((found): TE.TaskEither<Problem, Beginning & { readonly path?: string }> => {
      if (found !== undefined) return TE.right(found)
      const expected = 'the model that the run began with, for it has no checkpoint yet'
      return beginning === undefined
        ? TE.left({ _tag: 'Usage', at: '--init', expected, actual: 'none' })
        : TE.right(beginning)
    })
  )

const inFolder = (o: Asked, ready: Ready, terminal: Terminal, folder: RunFolder): TE.TaskEither<Problem, Trained> => {
  const { config, program, batches, test, data, fineTune } = ready
  const { lr, epoch_milestones, log_params } = config.train_params
  const rhythm = {
    checkpoints: [o.checkpointEvery ?? usual, ...(o.keepEvery === undefined ? [] : [o.keepEvery])],
    pictures: [o.pictureEvery ?? log_params.log_freq_iter]
  }
  const keeping = { recent: 2, every: o.keepEvery ?? 0 }
  const common = {
    config,
    rate: (epoch: number) => (fineTune ? lr / 10 : rateAt(lr, epoch_milestones, epoch)),
    batches,
    rhythm,
    origin: { file: 'data.json', sha256: data.manifest.sha256 },
    signal: terminal.signal
  }
  folder.notes.forEach(terminal.say)
  return pipe(
    start(folder, ready, terminal),
    TE.flatMap((from) => {
      const { iteration: done, path: last } = from
      const total = totalOf(o, ready, from)
      if (done >= total) terminal.say(`nothing to do: the run is at step ${done}`)
      const recording = openRecorder(folder, { config, done, total, keeping, teller: terminal.teller })
      return holding(
        recording,
        ({ close }) => close
      )((recorder) =>
        holding(
          openJudge(config, test, batches.shape),
          ({ close }) => close
        )((judge) =>
          pipe(
            attempt(from.state),
            TE.flatMap((state) => train({ ...common, judge, recorder, total, last }, program, state))
          )
        )
      )
    })
  )
}

/** Whether the same run can be gone on with after a problem. */
const passing = ({ _tag }: Problem): boolean => _tag === 'Interrupted' || _tag === 'FileTrouble'

/**
 * Trains into a folder: a new run, or one that goes on. Where it is interrupted, or the disk refuses, `again` is said to be
 * what goes on. Whatever happens, no tensor is left and the folder is free.
 *
 * Fails with `Usage` for options that do not go together or a folder that cannot be taken, `BadData` where dataset, model or
 * configuration do not fit, `FileTrouble`, `Interrupted` by the terminal's signal, `Failed` where numbers are no longer
 * finite.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const trainInto = (
  o: Asked,
  config: Config,
  again: string,
  terminal: Terminal
): TE.TaskEither<Problem, Trained> =>
  pipe(
    prepare(o, config, terminal),
    TE.flatMap((ready) => ahead(o, ready)),
    TE.flatMap((ready) =>
      holding(
        open(o, ready),
        ({ close }) => close
      )((folder) =>
        pipe(
          inFolder(o, ready, terminal, folder),
          TE.tapError((problem) => TE.fromIO(() => (passing(problem) ? terminal.say(`to go on: ${again}`) : undefined)))
        )
      )
    )
  )
