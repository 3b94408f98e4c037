/**
 * The folder of a training run: what it was started with, and where everything that it writes lies.
 *
 * `config.yaml`, `run.json` and `data.json` say all that the result depends on and are written once; `starts.ndjson` has
 * a line with the time for each start of a process.
 *
 * @since 0.1.0
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { sweep } from '../files/atomic.js'
import { fileTrouble } from '../files/file-trouble.js'
import { openJournal } from '../files/journal.js'
import { lockFolder } from '../files/lock.js'
import { lineOf } from '../files/ndjson.js'
import type { Problem } from '../problem/problem.js'
import { agree, begin, exists, type RunInfo, type Start, startedWith } from './started.js'

/**
 * The folder of a run, held by this process until it is closed. `resumed` tells whether a run was there; `notes` what is other
 * than when it began, so that it will not end with the same bytes. `close` fails with `FileTrouble` where the folder cannot be
 * let go of.
 *
 * @category model
 * @since 0.1.0
 */
export interface RunFolder {
  readonly path: string
  readonly checkpoints: string
  readonly pictures: string
  readonly events: string
  readonly curves: string
  readonly resumed: boolean
  /** What the run began with. */
  readonly info: RunInfo
  readonly notes: ReadonlyArray<string>
  readonly close: TE.TaskEither<Problem, void>
}

/** Notes the time of a start. */
const noteStart = (path: string, { now, info, resume }: Start): TE.TaskEither<Problem, void> =>
  pipe(
    openJournal(join(path, 'starts.ndjson')),
    TE.flatMap(({ append, close }) =>
      pipe(
        append(lineOf({ time: now.toISOString(), resume, process: process.pid, command: info.command })),
        TE.flatMap(() => close)
      )
    )
  )

const refused = (path: string, expected: string, actual: string): Problem => ({
  _tag: 'Usage',
  at: path,
  expected,
  actual
})

/**
 * What the run in a folder began with, if there is one. A new run is refused with `Usage` where there is one already, a
 * resumed one where there is no folder; `FileTrouble` or `BadData` where its record cannot be read.
 *
 * @category files
 * @since 0.1.0
 */
export const standing = (path: string, resume: boolean): TE.TaskEither<Problem, RunInfo | undefined> =>
  pipe(
    TE.fromTask(() => exists(path)),
    TE.filterOrElse(
      (there) => there || !resume,
      () => refused(path, 'the folder of a run to resume', 'no such folder')
    ),
    TE.flatMap(() => startedWith(path)),
    TE.filterOrElse(
      (info) => resume || info === undefined,
      () => refused(path, 'a folder without a run, or to resume the run', 'a run')
    )
  )

/**
 * Takes the folder of a run for this process. A new run is refused with `Usage` where there is one already; a resumed one
 * where there is no folder, or where configuration, seed, first model or data are not those that the run began with: the
 * problem says what differs. A run that was ended before it had begun begins anew.
 *
 * Fails with `FileTrouble` where another process has the folder, or it cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const openRun = (path: string, start: Start): TE.TaskEither<Problem, RunFolder> => {
  const folder = (name: string) => join(path, name)
  const make = (name: string) => TE.tryCatch(() => mkdir(name, { recursive: true }), fileTrouble(name, 'make'))
  return pipe(
    standing(path, start.resume),
    TE.flatMap(() => make(path)),
    TE.flatMap(() => lockFolder(path)),
    TE.flatMap((free) =>
      pipe(
        ['pictures', 'checkpoints', 'events'],
        TE.traverseSeqArray((name) => make(folder(name))),
        TE.flatMap(() => sweep(path)),
        TE.flatMap(() => sweep(folder('pictures'))),
        TE.flatMap(() => standing(path, start.resume)),
        TE.bindTo('was'),
        TE.bind('info', ({ was }) => (was === undefined ? begin(path, start) : TE.right(was))),
        TE.bind('notes', ({ was }) => (was === undefined ? TE.right([]) : agree(path, was, start))),
        TE.tap(() => noteStart(path, start)),
        TE.map(
          ({ was, info, notes }): RunFolder => ({
            path,
            checkpoints: folder('checkpoints'),
            pictures: folder('pictures'),
            events: folder('events'),
            curves: folder('curves.svg'),
            resumed: was !== undefined,
            info,
            notes,
            close: free
          })
        ),
        TE.orElse((problem: Problem) =>
          pipe(
            free,
            TE.flatMap(() => TE.left<Problem, RunFolder>(problem))
          )
        )
      )
    )
  )
}
