/**
 * Files and folders in the making, beside where they will be.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { lstat, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MediaFailure } from './failure.js'

/** What is still to be removed if this process ends early. */
const pending = new Set<string>()
process.on('exit', () => {
  for (const path of pending) rmSync(path, { recursive: true, force: true })
})

/**
 * A temporary file or folder. `keep` flushes it and gives it its name, in one step; `drop` removes it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Temporary {
  readonly path: string
  readonly keep: () => Promise<void>
  readonly drop: () => Promise<void>
}

const refuse = (file: string, cause: string): MediaFailure =>
  new MediaFailure({ _tag: 'FileTrouble', file, doing: 'write', cause })

const beside = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`)

const flush = async (path: string): Promise<void> => {
  const handle = await open(path, 'r+')
  await handle.sync().finally(() => handle.close())
}

/** Makes a rename last through a power cut, where the system can. */
const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close().catch(() => undefined)
}

const missing = (cause: unknown): undefined => {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw cause
}

const temporary = (path: string, keep: () => Promise<void>): Temporary => {
  pending.add(path)
  const drop = async (): Promise<void> => {
    await rm(path, { recursive: true, force: true })
    pending.delete(path)
  }
  return {
    path,
    drop,
    keep: async () => {
      try {
        await keep()
        pending.delete(path)
      } catch (cause) {
        await drop().catch(() => undefined)
        throw cause
      }
    }
  }
}

/**
 * An empty temporary file for a path. A link is written through; folders, pipes and devices are refused.
 *
 * @category files
 * @since 0.1.0
 */
export const temporaryFile = async (path: string): Promise<Temporary> => {
  const link = await lstat(path).catch(missing)
  const real = link?.isSymbolicLink() ? await realpath(path) : path
  if (link !== undefined && !(await stat(real)).isFile()) throw refuse(path, 'not a regular file')
  const name = beside(real)
  await (await open(name, 'wx')).close()
  return temporary(name, async () => {
    await flush(name)
    await rename(name, real)
    await flushFolder(dirname(real))
  })
}

/** What a folder of frames holds. */
const isFrame = (name: string): boolean => /^\d{5,}\.png$/.test(name)

/**
 * An empty temporary folder for a path. A folder that is there already is replaced if it holds nothing but numbered
 * frames, and refused otherwise.
 *
 * @category files
 * @since 0.1.0
 */
export const temporaryFolder = async (path: string): Promise<Temporary> => {
  const real = await realpath(path).catch((cause) => missing(cause) ?? path.replace(/[/\\]+$/, ''))
  const other = ((await readdir(real).catch(missing)) ?? []).find((name) => !isFrame(name))
  if (other !== undefined) throw refuse(path, `the folder holds something else than frames: ${other}`)
  const name = beside(real)
  await mkdir(name)
  return temporary(name, async () => {
    for (const file of await readdir(name)) await flush(join(name, file))
    const old = beside(real)
    const replaced = await rename(real, old).then(() => true, missing)
    await rename(name, real)
    if (replaced) await rm(old, { recursive: true, force: true })
    await flushFolder(dirname(real))
  })
}
