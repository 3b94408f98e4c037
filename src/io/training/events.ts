/**
 * Event files, as TensorBoard reads them: scalars and pictures by step.
 *
 * Every start of a run writes a file of its own, named after the step that it goes on from. Files of earlier starts are
 * cut at that step, so that no step is there twice; and the new file says where it starts, so that a TensorBoard that has
 * seen more forgets it. Held against TensorBoard 2.20's own reader: scalars, pictures, and a run that was resumed.
 *
 * @since 0.1.0
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { sweep, writeAtomic } from '../files/atomic.js'
import { fileTrouble } from '../files/file-trouble.js'
import { cutJournal, openJournal } from '../files/journal.js'
import type { Problem } from '../problem/problem.js'
import { bytes, document, double, float, integer, message } from './protobuf.js'
import { recordOf, records } from './tfrecord.js'

/**
 * A picture for TensorBoard: the bytes of a PNG and its size.
 *
 * @category model
 * @since 0.1.0
 */
export interface Shown {
  readonly png: Uint8Array
  readonly height: number
  readonly width: number
}

/**
 * An event file that is open at its end.
 *
 * @category model
 * @since 0.1.0
 */
export interface Events {
  readonly scalars: (step: number, values: Readonly<Record<string, number>>) => TE.TaskEither<Problem, void>
  readonly picture: (step: number, tag: string, picture: Shown) => TE.TaskEither<Problem, void>
  readonly close: TE.TaskEither<Problem, void>
}

/** The numbers of the fields of `Event` and of what is in it. */
const event = (seconds: number, step: number, what: Uint8Array): Uint8Array =>
  recordOf(document(double(1, seconds), integer(2, step), what))
const version = bytes(3, 'brain.Event:2')
const summary = (...values: ReadonlyArray<Uint8Array>) => message(5, ...values.map((v) => bytes(1, v)))
const started = message(7, integer(1, 1))
const rgb = 3

const named = /^events\.out\.tfevents\.(\d{10})\.keyflow$/
const nameOf = (done: number): string => `events.out.tfevents.${String(done).padStart(10, '0')}.keyflow`

/** Leaves of earlier starts what they wrote up to a step. */
const cutBack = (folder: string, done: number): TE.TaskEither<Problem, void> =>
  pipe(
    TE.tryCatch(() => readdir(folder), fileTrouble(folder, 'read')),
    TE.map((names) => names.filter((name) => named.test(name))),
    TE.flatMap(
      TE.traverseSeqArray((name): TE.TaskEither<Problem, unknown> => {
        const file = join(folder, name)
        return Number(named.exec(name)?.[1]) >= done
          ? TE.tryCatch(() => rm(file), fileTrouble(file, 'remove'))
          : cutJournal(file, records, done)
      })
    ),
    TE.map(() => undefined)
  )

/**
 * Opens an event file in a folder, which is made, to go on after step `done`. `now` is the time in seconds.
 *
 * @category files
 * @since 0.1.0
 */
export const openEvents = (folder: string, done: number, now: () => number): TE.TaskEither<Problem, Events> => {
  const file = join(folder, nameOf(done))
  const head = [event(now(), 0, version), ...(done === 0 ? [] : [event(now(), done + 1, started)])]
  return pipe(
    TE.tryCatch(() => mkdir(folder, { recursive: true }), fileTrouble(folder, 'make')),
    TE.flatMap(() => sweep(folder)),
    TE.flatMap(() => cutBack(folder, done)),
    TE.flatMap(() => writeAtomic(file, head)),
    TE.flatMap(() => openJournal(file)),
    TE.map(({ append, close }) => ({
      scalars: (step, values) => {
        const all = Object.entries(values).map(([tag, value]) => document(bytes(1, tag), float(2, value)))
        return append(event(now(), step, summary(...all)))
      },
      picture: (step, tag, { png, height, width }) => {
        const image = message(4, integer(1, height), integer(2, width), integer(3, rgb), bytes(4, png))
        return append(event(now(), step, summary(document(bytes(1, tag), image))))
      },
      close
    }))
  )
}
