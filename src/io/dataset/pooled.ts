/**
 * Many tasks, a few at a time.
 *
 * @since 0.1.0
 */
import { MediaFailure } from '../media/index.js'

/**
 * What an aborted signal throws.
 *
 * @category errors
 * @since 0.1.0
 */
const interrupted = (signal: AbortSignal): MediaFailure =>
  new MediaFailure({ _tag: 'Interrupted', signal: String(signal.reason) })

/**
 * Values until the signal is aborted, which is thrown as an `Interrupted` problem.
 *
 * @category control
 * @since 0.1.0
 */
export async function* heeding<A>(values: AsyncIterable<A>, signal: AbortSignal | undefined): AsyncGenerator<A> {
  for await (const value of values) {
    if (signal?.aborted === true) throw interrupted(signal)
    yield value
  }
}

/**
 * Maps with at most `width` tasks under way, results in the order of the items. An aborted signal ends it with an
 * `Interrupted` problem before the next task starts; so does the first task that throws, with what it threw.
 *
 * @category control
 * @since 0.1.0
 */
export const pooled = async <A, B>(
  width: number,
  items: ReadonlyArray<A>,
  task: (item: A, index: number) => Promise<B>,
  signal?: AbortSignal
): Promise<ReadonlyArray<B>> => {
  const results = new Array<B>(items.length)
  let next = 0
  let failed = false
  let stopped = signal?.aborted === true
  const stop = (): void => {
    stopped = true
  }
  signal?.addEventListener('abort', stop)
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const index = next++
      try {
        if (stopped && signal !== undefined) throw interrupted(signal)
        results[index] = await task(items[index]!, index)
      } catch (cause) {
        failed = true
        throw cause
      }
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker))
  signal?.removeEventListener('abort', stop)
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason
  return results
}
