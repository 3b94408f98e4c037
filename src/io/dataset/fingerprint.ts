/**
 * Whether a file or folder is what it was: by its content, and at a glance.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** The files of a folder of frames, by name. */
const filesIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((e) => (e.isFile() || e.isSymbolicLink()) && !e.name.startsWith('.'))
    .map((e) => e.name)
    .sort()
}

/**
 * The SHA-256 of a file's bytes, or of the names and bytes of the files in a folder.
 *
 * @category files
 * @since 0.1.0
 */
export const contentHash = async (path: string): Promise<string> => {
  if (!(await stat(path)).isDirectory()) return hashOf(path)
  const hash = createHash('sha256')
  for (const name of await filesIn(path)) {
    if ((await stat(join(path, name))).isFile())
      hash.update(`${JSON.stringify(name)} ${await hashOf(join(path, name))}\n`)
  }
  return hash.digest('hex')
}

const glance = async (file: string): Promise<string> => {
  const { size, mtimeNs, ctimeNs } = await stat(file, { bigint: true })
  return `${size}:${mtimeNs}:${ctimeNs}`
}

/**
 * Size and times of a file, or of every file in a folder: as long as it is the same, so is the content.
 *
 * @category files
 * @since 0.1.0
 */
export const signature = async (path: string): Promise<string> => {
  if (!(await stat(path)).isDirectory()) return glance(path)
  const hash = createHash('sha256')
  for (const name of await filesIn(path)) hash.update(`${JSON.stringify(name)} ${await glance(join(path, name))}\n`)
  return hash.digest('hex')
}
