/**
 * What the file system refuses, as data.
 *
 * @since 0.1.0
 */
import type { Problem } from '../problem/problem.js'

/**
 * Whether something thrown comes from the operating system (it carries a code such as `ENOSPC`).
 *
 * @category errors
 * @since 0.1.0
 */
export const isFileError = (cause: unknown): cause is NodeJS.ErrnoException =>
  cause instanceof Error && typeof (cause as NodeJS.ErrnoException).code === 'string'

/**
 * A failure of the file system as a problem: the words of the system and its code, without repeating the path.
 *
 * @category errors
 * @since 0.1.0
 */
export const fileTrouble =
  (file: string, doing: string) =>
  (cause: unknown): Problem => {
    if (!isFileError(cause)) return { _tag: 'FileTrouble', file, doing, cause: String(cause) }
    const words = cause.message.replace(/^[A-Z0-9_]+: /, '').replace(/, \w+( '.*)?$/s, '')
    return { _tag: 'FileTrouble', file, doing, cause: `${words} (${cause.code})` }
  }
