/**
 * Keeping a native library from talking while it is loaded.
 *
 * @since 0.1.0
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs'

const stderr = 2
const again = (fd: number): number => openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY)

/** Standard error once more. Terminals and pipes allow it; a file would be written from its start, over what others wrote. */
const reopened = (): number | undefined => {
  try {
    const what = fstatSync(stderr)
    return what.isCharacterDevice() || what.isFIFO() ? again(stderr) : undefined
  } catch {
    return undefined
  }
}

/**
 * Runs `f` with standard error going nowhere: TensorFlow prints banners before its log level is read. Where standard
 * error cannot be opened again (a file, a socket, not Linux), `f` simply runs.
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
    again(saved)
    closeSync(saved)
  }
}
