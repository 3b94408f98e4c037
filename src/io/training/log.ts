/**
 * The log of a training run: one line a step. Losses and times are two files, so that the losses of the same run are
 * the same bytes whenever and wherever it ran.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { natural, real, whole } from '../../graphs/params/leaf.js'
import { cutJournal, openJournal, readJournal } from '../files/journal.js'
import { firstError, lineOf, lines } from '../files/ndjson.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

const count = whole(1, Number.MAX_SAFE_INTEGER)

/**
 * What was learned at a step: steps count from 1, so that a step is the number of iterations done; epochs from 0.
 *
 * @category model
 * @since 0.1.0
 */
export const Step = t.strict(
  { step: count, epoch: whole(0, Number.MAX_SAFE_INTEGER), losses: t.record(t.string, real) },
  'step'
)
export type Step = t.TypeOf<typeof Step>

/**
 * How long a step took and how much of that it waited for data, in seconds.
 *
 * @category model
 * @since 0.1.0
 */
export const Time = t.strict({ step: count, seconds: natural, waiting: natural }, 'times of a step')
export type Time = t.TypeOf<typeof Time>

/**
 * A step with its times.
 *
 * @since 0.1.0
 */
export type Line = Step & Time

/**
 * The log of a run, open at its end. Fails with `FileTrouble` where nothing can be written, `append` with `BadData` for
 * numbers that a line cannot hold.
 *
 * @category model
 * @since 0.1.0
 */
export interface Log {
  readonly append: (line: Line) => TE.TaskEither<Problem, void>
  /** To be called before a checkpoint is written, so that no checkpoint is ahead of the log. */
  readonly sync: TE.TaskEither<Problem, void>
  readonly close: TE.TaskEither<Problem, void>
}

/** The files of a log in the folder of a run. */
export const logFiles = { steps: 'log.ndjson', times: 'times.ndjson' } as const

const [steps, times] = [lines(Step), lines(Time)]

/** Holds a log to one line for each step after `began`. */
const everyStep = (file: string, kept: ReadonlyArray<Step>, done: number, began: number): E.Either<Problem, void> => {
  const due = Array.from({ length: done - began }, (_, i) => began + i + 1)
  const wrong = due.findIndex((step, i) => kept[i]?.step !== step)
  return wrong < 0
    ? E.right(undefined)
    : E.left(complaint(file)(`line ${wrong + 1}`, `step ${due[wrong]} of ${done}`, `${kept[wrong]?.step ?? 'nothing'}`))
}

/** A step whose numbers a line can hold. */
const sound = (file: string, step: Step): E.Either<Problem, Step> =>
  pipe(
    Step.decode(step),
    E.mapLeft(firstError),
    E.mapLeft(({ expected, actual }) => complaint(file)(`step ${step.step}`, expected, actual))
  )

/**
 * Opens the log in a folder to go on after step `done`: later lines are cut, those up to it must be there, from that after
 * `began` on. Where both are the same it begins anew.
 *
 * Fails with `BadData` where a line that must be there is missing, `FileTrouble` where the files cannot be read or written.
 *
 * @category files
 * @since 0.1.0
 */
export const openLog = (folder: string, done: number, began = 0): TE.TaskEither<Problem, Log> => {
  const [file, timing] = [join(folder, logFiles.steps), join(folder, logFiles.times)]
  return pipe(
    cutJournal(file, steps, done),
    TE.flatMapEither((kept) => everyStep(file, kept, done, began)),
    TE.tap(() => cutJournal(timing, times, done)),
    TE.bind('losses', () => openJournal(file)),
    TE.bind('seconds', () => openJournal(timing)),
    TE.map(({ losses, seconds: clock }) => ({
      append: ({ step, epoch, losses: values, seconds, waiting }) =>
        pipe(
          TE.fromEither(sound(file, { step, epoch, losses: values })),
          TE.flatMap((line) => losses.append(lineOf(line))),
          TE.flatMap(() => clock.append(lineOf({ step, seconds, waiting })))
        ),
      sync: losses.sync,
      close: pipe(
        losses.close,
        TE.flatMap(() => clock.close)
      )
    }))
  )
}

/**
 * The steps of a run, in order; what a run that is under way has not finished writing is passed over.
 *
 * Fails with `BadData` where a line is wrong, `FileTrouble` where there is no log.
 *
 * @category files
 * @since 0.1.0
 */
export const readLog = (folder: string): TE.TaskEither<Problem, ReadonlyArray<Step>> =>
  readJournal(join(folder, logFiles.steps), steps)

/**
 * The times of the steps of a run, in order. Times are in seconds. Fails with `BadData` where a line is wrong, `FileTrouble`
 * where there is no log.
 *
 * @category files
 * @since 0.1.0
 */
export const readTimes = (folder: string): TE.TaskEither<Problem, ReadonlyArray<Time>> =>
  readJournal(join(folder, logFiles.times), times)
