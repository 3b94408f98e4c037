/**
 * A whole file as bytes, regular files only.
 *
 * @since 0.1.0
 */
import { open, stat } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { fileTrouble } from './file-trouble.js'

/** One read asks for at most this much: a single call cannot pass 2 GiB. */
const piece = 2 ** 28

const notRegular = (file: string): Problem => ({
  _tag: 'FileTrouble',
  file,
  doing: 'read',
  cause: 'not a regular file'
})

/**
 * Reads the first `most` bytes of a file (all of it by default), and says how long the file is. Folders, pipes and
 * devices are refused before they are opened.
 *
 * @category files
 * @since 0.1.0
 */
export const readPart =
  (
    file: string,
    most = Number.MAX_SAFE_INTEGER
  ): TE.TaskEither<Problem, { readonly bytes: Uint8Array; readonly size: number }> =>
  async () => {
    try {
      if (!(await stat(file)).isFile()) return E.left(notRegular(file))
      const handle = await open(file, 'r')
      try {
        const size = (await handle.stat()).size
        const bytes = new Uint8Array(Math.min(size, most))
        let done = 0
        while (done < bytes.length) {
          const { bytesRead } = await handle.read(bytes, done, Math.min(piece, bytes.length - done), done)
          if (bytesRead === 0) break
          done += bytesRead
        }
        return E.right({ bytes: bytes.subarray(0, done), size })
      } finally {
        await handle.close()
      }
    } catch (cause) {
      return E.left(fileTrouble(file, 'read')(cause))
    }
  }

/**
 * The bytes of a file. Fails with `FileTrouble` where it cannot be read, or is a folder, a pipe or a device.
 *
 * @category files
 * @since 0.1.0
 */
export const readBytes =
  (file: string): TE.TaskEither<Problem, Uint8Array> =>
  async () => {
    const part = await readPart(file)()
    return E.isLeft(part) ? part : E.right(part.right.bytes)
  }
