/**
 * Streams of every kind as something to pull from.
 *
 * @since 0.1.0
 */
import { from, materialize, type ObservableInput, type ObservableNotification } from 'rxjs'

/** What comes by itself waits in a queue until it is asked for. */
const queued = <A>(values: ObservableInput<A>): AsyncIterator<A> => {
  const waiting: Array<ObservableNotification<A>> = []
  let wake = (): void => {}
  const running = from(values)
    .pipe(materialize())
    .subscribe((told) => {
      waiting.push(told)
      wake()
    })
  const next = async (): Promise<IteratorResult<A, undefined>> => {
    for (;;) {
      const told = waiting.shift()
      if (told === undefined) await new Promise<void>((resolve) => (wake = resolve))
      else if (told.kind === 'N') return { done: false, value: told.value }
      else if (told.kind === 'E') throw told.error
      else return { done: true, value: undefined }
    }
  }
  const leave = async (): Promise<IteratorResult<A, undefined>> => {
    running.unsubscribe()
    return { done: true, value: undefined }
  }
  return { next, return: leave }
}

const begun = <A>(values: ObservableInput<A>): AsyncIterator<A> | Iterator<A> => {
  if (Symbol.asyncIterator in (values as object)) return (values as AsyncIterable<A>)[Symbol.asyncIterator]()
  if (Symbol.iterator in (values as object)) return (values as Iterable<A>)[Symbol.iterator]()
  return queued(values)
}

/** What a promise gives, or the reason of a signal that is aborted before. */
const before = <A>(promise: Promise<A>, signal: AbortSignal): Promise<A> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })

/**
 * The values of any stream, pulled one at a time where the stream can be pulled. When `signal` is aborted its reason is thrown, also
 * while a value is waited for; the stream is left, which is waited for unless a pull is on its way. Throws what the stream throws.
 *
 * @category operators
 * @since 0.1.0
 */
export async function* pulled<A>(values: ObservableInput<A>, signal: AbortSignal): AsyncGenerator<A, void, void> {
  signal.throwIfAborted()
  const source = begun(values)
  let underWay = false
  let ended = false
  try {
    for (;;) {
      signal.throwIfAborted()
      underWay = true
      const next = await before(Promise.resolve(source.next()), signal)
      underWay = false
      ended = next.done === true
      if (next.done === true) return
      yield next.value
    }
  } finally {
    const left = ended ? undefined : Promise.resolve(source.return?.())
    if (underWay) left?.catch(() => {})
    else await left
  }
}
