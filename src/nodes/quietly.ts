/**
 * Keeping a native library from talking while it is loaded.
 *
 * @since 0.1.0
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

const stderr = 2
const again = (fd: number, flags: number): number => openSync(`/proc/self/fd/${fd}`, flags)

/** Whether all that is written to an open file goes to its end (`2>> log`). */
const isAppended = (fd: number): boolean => {
  const [, flags = ''] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? []
  return (Number.parseInt(flags, 8) & constants.O_APPEND) !== 0
}

/**
 * Standard error once more, and what it is opened with. Not a file that is not appended to (`2> log`): opened again it would have
 * a place of its own, and write over what others write who share it (`2>&1`, the next command); Node cannot keep one open twice.
 */
const reopened = (): { readonly fd: number; readonly flags: number } | undefined => {
  try {
    const what = fstatSync(stderr)
    if (what.isFile() ? !isAppended(stderr) : !what.isCharacterDevice() && !what.isFIFO()) return undefined
    const flags = constants.O_WRONLY | (what.isFile() ? constants.O_APPEND : 0)
    return { fd: again(stderr, flags), flags }
  } catch {
    return undefined
  }
}

/**
 * Runs `f` with standard error going nowhere: TensorFlow prints banners before its log level is read. Where standard
 * error cannot be opened again (a file that is not appended to, a socket, not Linux), `f` simply runs.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const quietly = <A>(f: () => A): A => {
  const saved = reopened()
  if (saved === undefined) return f()
  // a file that is opened gets the lowest number that is free: the one just closed
  closeSync(stderr)
  const nowhere = openSync('/dev/null', constants.O_WRONLY)
  try {
    return f()
  } finally {
    closeSync(nowhere)
    again(saved.fd, saved.flags)
    closeSync(saved.fd)
  }
}
