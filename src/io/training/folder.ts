/**
 * The folder of a training run: what it was started with, and where everything that it writes lies.
 *
 * `config.yaml`, `run.json` and `data.json` say all that the result depends on and are written once; `starts.ndjson` has
 * a line with the time for each start of a process.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { access, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { stringify } from 'yaml'
import { type Config, readConfig } from '../config/config.js'
import { sweep, writeAtomic } from '../files/atomic.js'
import { fileTrouble } from '../files/file-trouble.js'
import { openJournal } from '../files/journal.js'
import { lockFolder } from '../files/lock.js'
import { firstError, lineOf } from '../files/ndjson.js'
import { readBytes } from '../files/read-bytes.js'
import { brief, complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

/**
 * What a run depends on beside its configuration. `data` is the sha256 of the data's manifest.
 *
 * @category model
 * @since 0.1.0
 */
export const RunInfo = t.strict(
  {
    keyflow: t.string,
    node: t.string,
    engine: t.strict({ backend: t.string, version: t.string }),
    threads: t.number,
    seed: t.number,
    command: t.readonlyArray(t.string),
    /** The sha256 of the model whose weights it began with, if any. */
    init: t.union([t.string, t.null]),
    data: t.string
  },
  'what a run was started with'
)
export type RunInfo = t.TypeOf<typeof RunInfo>

/**
 * What a run is started with. `manifest` is the data's: plain data.
 *
 * @category model
 * @since 0.1.0
 */
export interface Start {
  readonly config: Config
  readonly info: Omit<RunInfo, 'data'>
  readonly manifest: unknown
  readonly resume: boolean
  /** The time of this start, for people. */
  readonly now: Date
}

/**
 * The folder of a run, held by this process until it is closed. `resumed` tells whether a run was there; `notes` what is
 * other than when it began, so that it will not end with the same bytes.
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
  readonly notes: ReadonlyArray<string>
  readonly close: TE.TaskEither<Problem, void>
}

/**
 * A configuration as YAML that is read back as the same configuration.
 *
 * @category codec
 * @since 0.1.0
 */
export const configText = (config: Config): string =>
  stringify(config, { version: '1.1', aliasDuplicateObjects: false })

const jsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

/**
 * The sha256 of a manifest as it is written in the folder of a run.
 *
 * @category codec
 * @since 0.1.0
 */
export const manifestDigest = (manifest: unknown): string =>
  createHash('sha256').update(jsonText(manifest)).digest('hex')

/** Where two values of plain data are not the same, each place with both. */
const differences = (path: string, was: unknown, is: unknown): ReadonlyArray<readonly [string, unknown, unknown]> => {
  if (isDeepStrictEqual(was, is)) return []
  const objects =
    [was, is].every((u) => typeof u === 'object' && u !== null) && Array.isArray(was) === Array.isArray(is)
  if (!objects) return [[path, was, is]]
  const [a, b] = [was, is] as [Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return keys.flatMap((key) => differences(path === '' ? key : `${path}.${key}`, a[key], b[key]))
}

/** What must be the same as when the run began. */
const same = (file: string, was: unknown, is: unknown): E.Either<Problem, void> => {
  const [first, ...rest] = differences('', was, is).map(([at, before, now]) =>
    complaint(file)(at || 'value', `${brief(before)}, as the run began with`, brief(now))
  )
  return first === undefined ? E.right(undefined) : E.left(gather(first, rest, 20))
}

const readInfo = (file: string): TE.TaskEither<Problem, RunInfo> =>
  pipe(
    readBytes(file),
    TE.flatMapEither((bytes) =>
      pipe(
        E.tryCatch(
          () => JSON.parse(Buffer.from(bytes).toString()) as unknown,
          () => ({ expected: 'JSON', actual: 'something else' })
        ),
        E.flatMap((u) => pipe(RunInfo.decode(u), E.mapLeft(firstError))),
        E.mapLeft(({ expected, actual }) => complaint(file)('document', expected, actual))
      )
    )
  )

/** Holds a start to the run that is there; gives what may differ and does. */
const agree = (path: string, { config, info, manifest }: Start): TE.TaskEither<Problem, ReadonlyArray<string>> => {
  const file = join(path, 'run.json')
  return pipe(
    TE.Do,
    TE.bind('was', () => readInfo(file)),
    TE.bind('before', () => readConfig(join(path, 'config.yaml'))),
    TE.tap(({ before }) => TE.fromEither(same(join(path, 'config.yaml'), before, config))),
    TE.tap(({ was: { data, seed } }) =>
      TE.fromEither(same(file, { seed, data }, { seed: info.seed, data: manifestDigest(manifest) }))
    ),
    TE.map(({ was: { keyflow, node, engine, threads } }) =>
      differences(
        '',
        { keyflow, node, engine, threads },
        { keyflow: info.keyflow, node: info.node, engine: info.engine, threads: info.threads }
      ).map(([at, before, now]) => `${at} was ${brief(before)} when the run began and is ${brief(now)} now`)
    )
  )
}

/** Writes down what a run begins with; `run.json` comes last and makes it a run. */
const begin = (path: string, { config, info, manifest }: Start): TE.TaskEither<Problem, ReadonlyArray<string>> => {
  const { command, ...rest } = info
  const write = (name: string, text: string) => writeAtomic(join(path, name), Buffer.from(text))
  return pipe(
    write('config.yaml', configText(config)),
    TE.flatMap(() => write('data.json', jsonText(manifest))),
    TE.flatMap(() => write('run.json', jsonText({ ...rest, data: manifestDigest(manifest), command }))),
    TE.map(() => [])
  )
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

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )

const refused = (path: string, expected: string, actual: string): Problem => ({
  _tag: 'Usage',
  at: path,
  expected,
  actual
})

/**
 * Takes the folder of a run for this process. A new run is refused where there is one already; a resumed one where there is no
 * folder, or where configuration, seed or data are not those that the run began with: the problem says what differs.
 * A run that was ended before it had begun begins anew.
 *
 * @category files
 * @since 0.1.0
 */
export const openRun = (path: string, start: Start): TE.TaskEither<Problem, RunFolder> => {
  const folder = (name: string) => join(path, name)
  const make = (name: string) => TE.tryCatch(() => mkdir(name, { recursive: true }), fileTrouble(name, 'make'))
  return pipe(
    TE.fromTask(() => exists(path)),
    TE.filterOrElse(
      (there) => there || !start.resume,
      () => refused(path, 'the folder of a run to resume', 'no such folder')
    ),
    TE.flatMap(() => make(path)),
    TE.flatMap(() => lockFolder(path)),
    TE.flatMap((free) =>
      pipe(
        ['pictures', 'checkpoints', 'events'],
        TE.traverseSeqArray((name) => make(folder(name))),
        TE.flatMap(() => sweep(path)),
        TE.flatMap(() => sweep(folder('pictures'))),
        TE.flatMap(() => TE.fromTask(() => exists(folder('run.json')))),
        TE.filterOrElse(
          (there) => start.resume || !there,
          () => refused(path, 'a folder without a run, or to resume the run', 'a run')
        ),
        TE.bindTo('resumed'),
        TE.bind('notes', ({ resumed }) => (resumed ? agree(path, start) : begin(path, start))),
        TE.tap(() => noteStart(path, start)),
        TE.map(
          ({ resumed, notes }): RunFolder => ({
            path,
            checkpoints: folder('checkpoints'),
            pictures: folder('pictures'),
            events: folder('events'),
            curves: folder('curves.svg'),
            resumed,
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
