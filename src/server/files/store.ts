/**
 * Where uploads, results and work under way lie. Names are this program's own: nothing that a client says becomes a path.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

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
 * Makes the folders, in `folder` or in a temporary one that goes when the server does, whatever ends it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openStore = async (folder: string | undefined): Promise<Store> => {
  const root = folder === undefined ? await mkdtemp(join(tmpdir(), 'keyflow-serve-')) : resolve(folder)
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
