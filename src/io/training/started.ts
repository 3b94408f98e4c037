/**
 * What a training run was started with, as its folder keeps it: all that the result depends on.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { stringify } from 'yaml'
import { brief } from '../../nodes/object.js'
import { type Config, readConfig } from '../config/config.js'
import { writeAtomic } from '../files/atomic.js'
import { firstError } from '../files/ndjson.js'
import { readBytes } from '../files/read-bytes.js'
import { complaint, gather } from '../problem/complaint.js'
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
    /** Whether it learns at the rate of a fine-tuning. */
    fineTune: t.boolean,
    /** The iteration that it began with: that of the model whose training it went on with, else 0. */
    began: t.number,
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
 * Whether something is at a path.
 *
 * @category files
 * @since 0.1.0
 */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )

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

/** The file that makes a folder the folder of a run. */
const infoFile = (path: string): string => join(path, 'run.json')

/**
 * What the run in a folder was started with, if one is there.
 *
 * Fails with `FileTrouble` or `BadData` where what is there cannot be read.
 *
 * @category files
 * @since 0.1.0
 */
export const startedWith = (path: string): TE.TaskEither<Problem, RunInfo | undefined> =>
  pipe(
    TE.fromTask(() => exists(infoFile(path))),
    TE.flatMap((there) => (there ? readInfo(infoFile(path)) : TE.right(undefined)))
  )

/**
 * Holds a start to the run that is there; gives what may differ and does.
 *
 * @category files
 * @since 0.1.0
 */
export const agree = (
  path: string,
  was: RunInfo,
  { config, info, manifest }: Start
): TE.TaskEither<Problem, ReadonlyArray<string>> => {
  const settled = ({ seed, init, fineTune, data }: Omit<RunInfo, 'began'>) => ({ seed, init, fineTune, data })
  const noted = ({ keyflow, node, engine, threads }: Start['info']) => ({ keyflow, node, engine, threads })
  const yaml = join(path, 'config.yaml')
  return pipe(
    readConfig(yaml),
    TE.flatMapEither((before) => same(yaml, before, config)),
    TE.flatMapEither(() => same(infoFile(path), settled(was), settled({ ...info, data: manifestDigest(manifest) }))),
    TE.map(() =>
      differences('', noted(was), noted(info)).map(
        ([at, before, now]) => `${at} was ${brief(before)} when the run began and is ${brief(now)} now`
      )
    )
  )
}

/**
 * Writes down what a run begins with, and gives it; `run.json` comes last and makes it a run.
 *
 * @category files
 * @since 0.1.0
 */
export const begin = (path: string, { config, info, manifest }: Start): TE.TaskEither<Problem, RunInfo> => {
  const { command, ...rest } = info
  const all = { ...rest, data: manifestDigest(manifest), command }
  const write = (name: string, text: string) => writeAtomic(join(path, name), Buffer.from(text))
  return pipe(
    write('config.yaml', configText(config)),
    TE.flatMap(() => write('data.json', jsonText(manifest))),
    TE.flatMap(() => write('run.json', jsonText(all))),
    TE.map(() => all)
  )
}
