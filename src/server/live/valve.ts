/**
 * Whether more is read from a client: not while too much waits, and not for a moment when it comes too fast.
 *
 * @since 0.1.0
 */

/** What is opened and closed. */
export interface Piped {
  readonly pause: () => void
  readonly resume: () => void
}

/**
 * A valve. `look` holds it to the state of things; `rest` closes it for so many milliseconds.
 *
 * @category model
 * @since 0.1.0
 */
export interface Valve {
  readonly look: () => void
  readonly rest: (milliseconds: number) => void
  readonly closed: () => boolean
  readonly stop: () => void
}

/**
 * An open valve, to be closed while `full`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const valve = (pipe: Piped, full: () => boolean): Valve => {
  let closed = false
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const should = timer !== undefined || full()
    if (should === closed) return
    closed = should
    if (should) pipe.pause()
    else pipe.resume()
  }
  return {
    look,
    rest: (milliseconds) => {
      timer ??= setTimeout(() => {
        timer = undefined
        look()
      }, milliseconds)
      look()
    },
    closed: () => closed,
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    }
  }
}
