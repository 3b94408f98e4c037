/**
 * Folders of training runs, read and never written.
 *
 * @since 0.1.0
 */
import { open, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { logFiles, Step } from '../../io/training/log.js'
import type { Run, RunDetails } from '../http/shapes.js'

/** Bytes of a log that are sent at once. */
const piece = 2 ** 20

const found = (path: string) => stat(path).catch(() => undefined)

/** A name that is one part of a path and not hidden. */
const plain = (name: string): boolean => /^[\w][\w.+=@ -]{0,199}$/.test(name)

/**
 * Runs below a folder, which may be a run itself.
 *
 * @category model
 * @since 0.1.0
 */
export interface Runs {
  readonly all: () => Promise<ReadonlyArray<Run>>
  readonly get: (run: string) => Promise<RunDetails | undefined>
  /** The path of a file of a run, if it is one and lies in its folder, whatever links say. */
  readonly file: (run: string, ...parts: ReadonlyArray<string>) => Promise<string | undefined>
}

/** The last whole line of a log, and the number of its steps, for they count from 1. */
const lastStep = async (path: string): Promise<Step | undefined> => {
  const handle = await open(path).catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, 65_536)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.subarray(0, bytesRead).toString('utf8').split('\n')
    const line = lines.at(-2)
    const value = E.tryCatch(() => JSON.parse(line ?? 'null') as unknown, String)
    const step = E.isRight(value) ? Step.decode(value.right) : value
    return E.isRight(step) ? (step.right as Step) : undefined
  } finally {
    await handle.close()
  }
}

const listed = async (folder: string): Promise<ReadonlyArray<string>> =>
  (await readdir(folder).catch(() => [] as Array<string>)).filter(plain)

/**
 * The runs below a folder; none without one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openRuns = (root: string | undefined): Runs => {
  const isRun = async (path: string): Promise<boolean> => (await found(join(path, logFiles.steps)))?.isFile() === true
  const folders = async (): Promise<ReadonlyMap<string, string>> => {
    if (root === undefined) return new Map()
    const own = (await isRun(root)) ? [[basename(await realpath(root)), root] as const] : []
    const below = (await listed(root)).map((name) => [name, join(root, name)] as const)
    const runs = await Promise.all(below.map(async (pair) => ((await isRun(pair[1])) ? [pair] : [])))
    return new Map([...own, ...runs.flat()])
  }
  const short = async (name: string, path: string): Promise<Run> => {
    const log = join(path, logFiles.steps)
    const [step, changed] = await Promise.all([lastStep(log), found(log)])
    return {
      name,
      url: `/api/runs/${encodeURIComponent(name)}`,
      changed: (changed?.mtime ?? new Date(0)).toISOString(),
      steps: step?.step ?? 0,
      ...(step === undefined ? {} : { epoch: step.epoch, losses: { ...step.losses } })
    }
  }
  const file: Runs['file'] = async (run, ...parts) => {
    const folder = (await folders()).get(run)
    if (folder === undefined || !parts.every(plain)) return undefined
    const base = await realpath(folder).catch(() => undefined)
    const path = await realpath(join(folder, ...parts)).catch(() => undefined)
    return base !== undefined && path?.startsWith(`${base}${sep}`) && (await found(path))?.isFile() ? path : undefined
  }
  return {
    all: async () => {
      const runs = await Promise.all([...(await folders())].map(([name, path]) => short(name, path)))
      return runs.sort((a, b) => (a.changed < b.changed ? 1 : -1))
    },
    get: async (name) => {
      const path = (await folders()).get(name)
      if (path === undefined) return undefined
      const run = await short(name, path)
      const at = (part: string): string => `${run.url}/${part}`
      const text = await readFile(join(path, 'run.json'), 'utf8').catch(() => 'null')
      const info = E.tryCatch(() => JSON.parse(text) as unknown, String)
      const pictures = (await listed(join(path, 'pictures'))).flatMap((picture) => {
        const [, step] = /^step-(\d+)\.png$/.exec(picture) ?? []
        return step === undefined ? [] : [{ name: picture, url: at(`pictures/${picture}`), step: Number(step) }]
      })
      const names = (await listed(join(path, 'checkpoints'))).filter((c) => c.endsWith('.safetensors'))
      const checkpoints = await Promise.all(
        names.map(async (c) => ({ name: c, bytes: (await found(join(path, 'checkpoints', c)))?.size ?? 0 }))
      )
      return {
        ...run,
        info: E.isRight(info) ? info.right : null,
        pictures: pictures.sort((a, b) => a.step - b.step),
        checkpoints,
        log: at('log'),
        times: at('times'),
        curves: (await found(join(path, 'curves.svg'))) === undefined ? null : at('curves')
      }
    },
    file
  }
}

/**
 * Whole lines of a growing file from a byte on, at most a megabyte, and the byte to go on from. Behind its end (a run that began
 * anew) it begins at the start.
 *
 * @category files
 * @since 0.1.0
 */
export const linesFrom = async (
  path: string,
  from: number
): Promise<{ readonly lines: Uint8Array; readonly next: number; readonly size: number }> => {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const start = from > size ? 0 : from
    const length = Math.min(piece, size - start)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start)
    const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1
    return { lines: buffer.subarray(0, end), next: start + end, size }
  } finally {
    await handle.close()
  }
}
