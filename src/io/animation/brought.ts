/**
 * Ticks of the sources that extensions bring.
 *
 * @since 0.1.0
 */
import * as tf from '../../nodes/tf.js'
import type { Tick } from '../../streams/play.js'
import type { Rational } from '../media/index.js'
import type { SourceDriver, Timing } from './driver.js'
import { evenTimes } from './ticks.js'

const over: IteratorResult<Tick, undefined> = { done: true, value: undefined }

/** Lets go of a tick that nobody waits for any more. */
const drop = (coming: Promise<IteratorResult<Tick>>): void =>
  void coming.then(
    ({ value }) => tf.dispose(value?.values as tf.TensorContainer),
    () => {}
  )

/**
 * Ticks, each with the times of its frames: its own, or those of `rate` in frames per second. They end with `signal`, also while
 * one is waited for: what comes then is let go.
 */
const timed = (ticks: AsyncIterable<Tick>, rate: Rational, signal: AbortSignal): AsyncIterable<Tick> => ({
  [Symbol.asyncIterator]: () => {
    const pulled = ticks[Symbol.asyncIterator]()
    let [given, ended] = [0, false]
    let wake = (): void => {}
    const end = (): void => {
      ended = true
      signal.removeEventListener('abort', leave)
    }
    const leave = (): void => {
      if (ended) return
      end()
      wake()
      void (async () => pulled.return?.())().catch(() => {})
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave)
    return {
      next: async () => {
        if (ended) return over
        const coming = pulled.next()
        const one = await new Promise<IteratorResult<Tick>>((resolve, reject) => {
          wake = () => resolve(over)
          coming.then(resolve, reject)
        })
        if (ended) {
          drop(coming)
          return over
        }
        if (one.done === true) {
          end()
          return over
        }
        const { count, times } = one.value
        const due = times ?? evenTimes(rate, given, count)
        given += count
        return { done: false, value: { ...one.value, times: due } }
      },
      return: async () => {
        leave()
        return over
      }
    }
  }
})

/**
 * A driver whose ticks have times, its own or those of its rate, and end with `signal` as if they had come to their end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const brought = ({ read, ...driver }: SourceDriver, untold: Timing, signal: AbortSignal): SourceDriver => ({
  ...driver,
  ...(read === undefined
    ? {}
    : {
        read: async (settings, path) => {
          const { rate } = (await driver.timing?.(settings, path)) ?? untold
          return timed(await read(settings, path), rate, signal)
        }
      })
})
