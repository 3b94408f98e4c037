/**
 * The newest value of a source, whenever there is time for one.
 *
 * @since 0.1.0
 */
import { breath, breaths } from './breath.js'

/**
 * Pulls as fast as values come, and gives the newest one when it is asked: the policy `latest` between two ends that are pulled.
 * Values in between are given to `drop`, as is one that waits when it is left.
 *
 * Takes over what it pulls, hands over what it gives. Leaving it ends the source, which is not waited for: a pull may be on its
 * way. Throws what the source throws, after the value that waits.
 *
 * @category operators
 * @since 0.1.0
 */
export async function* newest<A>(source: AsyncIterable<A>, drop: (value: A) => void): AsyncGenerator<A, void, void> {
  const pulled = source[Symbol.asyncIterator]()
  let waiting: { readonly value: A } | undefined
  let end: (() => void) | undefined
  let left = false
  let wake = (): void => {}
  const rest = breaths()
  const pull = async (): Promise<() => void> => {
    for (let next = await pulled.next(); next.done !== true; next = await pulled.next()) {
      if (left) drop(next.value)
      else if (waiting !== undefined) drop(waiting.value)
      if (left) break
      waiting = next
      wake()
      await rest()
    }
    return () => {}
  }
  const fail = (cause: unknown) => (): never => {
    throw cause
  }
  void pull()
    .catch(fail)
    .then((how) => {
      end = how
      wake()
    })
  try {
    for (;;) {
      await breath()
      const next = waiting
      waiting = undefined
      if (next !== undefined) yield next.value
      else if (end !== undefined) return end()
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    left = true
    if (waiting !== undefined) drop(waiting.value)
    Promise.resolve(pulled.return?.()).catch(() => {})
  }
}
