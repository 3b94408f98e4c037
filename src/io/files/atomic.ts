/**
 * Files that appear whole or not at all.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { lstat, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { fileTrouble, isFileError } from './file-trouble.js'

/**
 * What to write: bytes, or pieces of bytes that come one after another.
 *
 * @category files
 * @since 0.1.0
 */
export type Content = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** One write hands over at most this much: a single call cannot pass 2 GiB. */
const piece = 2 ** 28

/** The file that a path stands for (what a link points to) and its permissions; nothing if it is no regular file. */
const target = async (path: string): Promise<{ readonly real: string; readonly mode: number } | undefined> => {
  const link = await lstat(path).catch((cause: unknown) => {
    if (isFileError(cause) && cause.code === 'ENOENT') return undefined
    throw cause
  })
  if (link === undefined) return { real: path, mode: 0o666 }
  const real = link.isSymbolicLink() ? await realpath(path) : path
  const there = await stat(real)
  return there.isFile() ? { real, mode: there.mode & 0o777 } : undefined
}

/** What a disk answers that did not keep what it was given; other refusals mean that the system cannot flush folders. */
const lost = ['EIO', 'ENOSPC', 'EDQUOT']

/** Makes a rename last through a power cut, where the system can. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined)
  try {
    await handle?.sync()
  } catch (cause) {
    if (isFileError(cause) && lost.includes(cause.code ?? '')) throw cause
  } finally {
    await handle?.close().catch(() => undefined)
  }
}

/**
 * Writes a file so that the path holds either what it held before or all of the new content: into a temporary file
 * in the same folder, flushed, then renamed. On any failure the temporary file is removed. A link is written through;
 * folders, pipes and devices are refused. Content that throws is a `Failed` problem. The path holds the new content, too,
 * if only the flush of the folder after the rename fails.
 *
 * @category files
 * @since 0.1.0
 */
export const writeAtomic =
  (path: string, content: Content): TE.TaskEither<Problem, void> =>
  async () => {
    let temporary: string | undefined
    try {
      const found = await target(path)
      if (found === undefined) {
        return E.left({ _tag: 'FileTrouble', file: path, doing: 'write', cause: 'not a regular file' })
      }
      const { real, mode } = found
      const name = join(dirname(real), `.${basename(real).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`)
      const handle = await open(name, 'wx', mode)
      temporary = name
      try {
        const chunks = content instanceof Uint8Array ? [content] : content
        for await (const chunk of chunks) {
          for (let at = 0; at < chunk.length; ) {
            const { bytesWritten } = await handle.write(chunk, at, Math.min(piece, chunk.length - at))
            at += bytesWritten
          }
        }
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(name, real)
      temporary = undefined
      await syncFolder(dirname(real))
      return E.right(undefined)
    } catch (cause) {
      if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined)
      if (isFileError(cause)) return E.left(fileTrouble(path, 'write')(cause))
      return E.left({ _tag: 'Failed', at: path, cause: cause instanceof Error ? cause.message : String(cause) })
    }
  }

/** The names that `writeAtomic` writes to before it renames. */
const temporary = /^\..+\.[0-9a-f]{12}\.tmp$/

/**
 * Removes from a folder what writers that were killed have left half written. Only for a folder that nobody else writes to.
 *
 * @category files
 * @since 0.1.0
 */
export const sweep = (folder: string): TE.TaskEither<Problem, void> =>
  TE.tryCatch(
    async () => {
      const names = await readdir(folder)
      for (const name of names.filter((n) => temporary.test(n))) await rm(join(folder, name), { force: true })
    },
    fileTrouble(folder, 'clean')
  )
