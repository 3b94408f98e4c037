/**
 * Everything that a training run writes, in the order that lets it be killed at any moment and resumed: what tells of a step
 * is written before the checkpoint that holds it.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Batch } from '../../graphs/training-sheet.js'
import type { Config } from '../config/config.js'
import { writeAtomic } from '../files/atomic.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'
import { curves } from './curves.js'
import { openEvents } from './events.js'
import type { RunFolder } from './folder.js'
import { type Keeping, openKeeper } from './keep.js'
import { type Line, openLog, readLog } from './log.js'
import { drawable, writePicture } from './pictures.js'
import { type StepProgress, stepProgress, type Teller } from './progress.js'

/**
 * Where the steps of a run are recorded. To be used one call after another, each step recorded before its picture and its
 * checkpoint. Fails with `FileTrouble` where nothing can be written, `record` with `BadData` for numbers that a line cannot
 * hold.
 *
 * @category model
 * @since 0.1.0
 */
export interface Recorder {
  readonly record: (line: Line) => TE.TaskEither<Problem, void>
  /** Borrows the batch; gives the path. */
  readonly picture: (step: number, batch: Batch) => TE.TaskEither<Problem, string>
  /** `write` writes a whole file or none; the lowest `score` is the best. Gives the path. The curves are drawn anew first. */
  readonly checkpoint: (
    step: number,
    write: (path: string) => TE.TaskEither<Problem, void>,
    score?: number
  ) => TE.TaskEither<Problem, string>
  /** Closes all files. */
  readonly close: TE.TaskEither<Problem, void>
}

/**
 * What a recorder is opened with: the step that the run goes on from, the step it goes to, which
 * checkpoints stay, where progress is told.
 *
 * @category model
 * @since 0.1.0
 */
export interface Recording {
  readonly config: Pick<Config, 'visualizer_params'>
  readonly done: number
  readonly total: number
  readonly keeping: Keeping
  readonly teller: Teller | undefined
}

const prefixed = (prefix: string, values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]))

/** Draws the losses of a run into its folder. */
const drawCurves = (folder: RunFolder): TE.TaskEither<Problem, void> =>
  pipe(
    readLog(folder.path),
    TE.flatMap((points) => attempt(() => curves([{ label: 'run', points }]))),
    TE.flatMap((svg) => writeAtomic(folder.curves, Buffer.from(svg)))
  )

/** One after another, whatever fails; the first problem comes out. */
const both = (
  first: TE.TaskEither<Problem, void>,
  second: TE.TaskEither<Problem, void>
): TE.TaskEither<Problem, void> =>
  pipe(
    first,
    TE.matchE(
      (problem) =>
        pipe(
          second,
          TE.flatMap(() => TE.left(problem)),
          TE.mapLeft(() => problem)
        ),
      () => second
    )
  )

/**
 * Opens a recorder in the folder of a run; on failure, with `Usage` for a colour map that cannot be drawn, `BadData` or
 * `FileTrouble` for what is there already, the folder stays with the caller.
 *
 * @category files
 * @since 0.1.0
 */
export const openRecorder = (folder: RunFolder, recording: Recording): TE.TaskEither<Problem, Recorder> => {
  const { config, done, total, keeping, teller } = recording
  return pipe(
    TE.Do,
    TE.tap(() => TE.fromEither(drawable(config))),
    TE.bind('log', () => openLog(folder.path, done, folder.info.began)),
    TE.bind('events', ({ log }) =>
      pipe(
        openEvents(folder.events, done, () => Date.now() / 1000),
        TE.tapError(() => log.close)
      )
    ),
    TE.bind('keeper', ({ log, events }) =>
      pipe(
        openKeeper(folder.checkpoints, done, keeping),
        TE.tapError(() => both(log.close, events.close))
      )
    ),
    TE.map(({ log, events, keeper }): Recorder => {
      const progress: StepProgress = stepProgress(teller, total)
      return {
        record: (line) =>
          pipe(
            log.append(line),
            TE.flatMap(() => {
              const times = { seconds: line.seconds, waiting: line.waiting }
              return events.scalars(line.step, { ...prefixed('losses', line.losses), ...prefixed('times', times) })
            }),
            TE.map(() => progress.step(line))
          ),
        picture: (step, batch) => {
          const path = join(folder.pictures, `step-${step}.png`)
          return pipe(
            writePicture(path, config, batch),
            TE.flatMap((shown) => events.picture(step, 'pictures', shown)),
            TE.map(() => path)
          )
        },
        checkpoint: (step, write, score) =>
          pipe(
            log.sync,
            TE.flatMap(() => drawCurves(folder)),
            TE.flatMap(() => keeper.save(step, write, score))
          ),
        close: pipe(
          TE.fromIO<void, Problem>(progress.end),
          TE.flatMap(() => [log.close, events.close, keeper.close].reduce(both))
        )
      }
    })
  )
}
