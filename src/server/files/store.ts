/**
 * Where uploads, results and work under way lie. Names are this program's own: nothing that a client says becomes a path.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isAbandoned, lockFolder } from '../../io/files/lock.js'
import { orThrow } from '../../io/media/failure.js'

/**
 * Folders of a server. `close` removes work under way, and everything where the folder was temporary.
 *
 * @category model
 * @since 0.1.0
 */
export interface Store {
  readonly uploads: string
  readonly results: string
  readonly samples: string
  readonly work: string
  /** Bytes of uploads, results and work. */
  readonly bytes: () => Promise<number>
  readonly close: () => Promise<void>
}

/**
 * A name that nobody can guess.
 *
 * @category names
 * @since 0.1.0
 */
export const newName = (): string => randomBytes(12).toString('hex')

/**
 * Whether a name is one that `newName` made, with an ending.
 *
 * @category names
 * @since 0.1.0
 */
export const isOurs = (name: string): boolean => /^[0-9a-f]{24}\.[a-z0-9]{2,11}$/.test(name)

const sizes = async (folder: string): Promise<number> => {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const found = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)))
  return found.reduce((sum, s) => sum + (s?.isFile() ? s.size : 0), 0)
}

/**
 * How temporary folders of servers begin: with the number of the namespace that counts the processes, where there are such. Whoever
 * is dead as seen from another one (of a container with the same temporary folder) may be alive there.
 */
const prefix = async (): Promise<string> => {
  const space = await readlink('/proc/self/ns/pid').catch(() => '')
  return `keyflow-serve-${space.replaceAll(/\D/g, '')}-`
}

/** Removes the temporary folders that servers of this user left when they were killed. */
const sweep = async (): Promise<void> => {
  const start = await prefix()
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const path = join(tmpdir(), name)
    const own = async (): Promise<boolean> => {
      const found = await lstat(path)
      return found.isDirectory() && found.uid === process.getuid?.() && (await isAbandoned(path))
    }
    // what cannot be looked at or removed stays
    if (name.startsWith(start) && (await own().catch(() => false)))
      await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** A temporary folder that the next server removes if this one cannot. */
const passingFolder = async (): Promise<string> => {
  await sweep()
  const folder = await mkdtemp(join(tmpdir(), await prefix()))
  try {
    await orThrow(lockFolder(folder))
  } catch (e) {
    await rm(folder, { recursive: true, force: true })
    throw e
  }
  return folder
}

/**
 * Makes the folders, in `folder` or in a temporary one that goes when the server does, whatever ends it: one that
 * was killed leaves it to the next server of the same user.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openStore = async (folder: string | undefined): Promise<Store> => {
  const root = folder === undefined ? await passingFolder() : resolve(folder)
  const work = folder === undefined ? join(root, 'work') : join(root, `work-${newName()}`)
  const [uploads, results, samples] = ['uploads', 'results', 'samples'].map((name) => join(root, name)) as [
    string,
    string,
    string
  ]
  for (const path of [uploads, results, samples, work]) await mkdir(path, { recursive: true, mode: 0o700 })
  const passing = folder === undefined ? root : work
  const atExit = (): void => rmSync(passing, { recursive: true, force: true })
  process.on('exit', atExit)
  return {
    uploads,
    results,
    samples,
    work,
    bytes: async () => (await Promise.all([uploads, results, work].map(sizes))).reduce((a, b) => a + b, 0),
    close: async () => {
      await rm(passing, { recursive: true, force: true })
      process.off('exit', atExit)
    }
  }
}
