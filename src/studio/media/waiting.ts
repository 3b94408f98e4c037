/**
 * Values that wait until they are asked for.
 *
 * @since 0.1.0
 */
import type { Observable } from 'rxjs'

/** What can be told to wait: a film is paused and goes on. */
export interface Tap {
  readonly hold: () => void
  readonly go: () => void
}

/** Values that may wait before the source is told to. */
const most = 3

/**
 * What an Observable gives, at the pace of whoever asks. `hold` is called when some wait, `go` when they are gone. Leaving ends
 * the subscription.
 *
 * @category streams
 * @since 0.1.0
 */
export const waiting = <A>(values: Observable<A>, { hold, go }: Tap): AsyncIterable<A> => ({
  async *[Symbol.asyncIterator]() {
    const queue: Array<A> = []
    let [ended, held] = [false, false]
    let failure: unknown
    let wake = (): void => {}
    const subscription = values.subscribe({
      next: (value) => {
        queue.push(value)
        if (queue.length >= most && !held) {
          held = true
          hold()
        }
        wake()
      },
      error: (cause: unknown) => {
        ;[failure, ended] = [{ cause }, true]
        wake()
      },
      complete: () => {
        ended = true
        wake()
      }
    })
    try {
      while (true) {
        const value = queue.shift()
        if (held && queue.length === 0) {
          held = false
          go()
        }
        if (value !== undefined) yield value
        else if (failure !== undefined) throw (failure as { readonly cause: unknown }).cause
        else if (ended) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      subscription.unsubscribe()
    }
  }
})
