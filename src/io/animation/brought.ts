/**
 * Ticks of the sources that extensions bring.
 *
 * @since 0.1.0
 */
import * as tf from '../../nodes/tf.js'
import type { Tick } from '../../streams/play.js'
import type { Rational } from '../media/index.js'
import type { SourceDriver, Timing } from './driver.js'

const over: IteratorResult<Tick, undefined> = { done: true, value: undefined }

/** The end, when a signal is aborted. */
const endOf = (signal: AbortSignal): Promise<typeof over> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(over)
    signal.addEventListener('abort', () => resolve(over), { once: true })
  })

/**
 * Ticks, each with the times of its frames: its own, or those of `rate` in frames per second. They end with `signal`, also while
 * one is waited for: what comes then is let go.
 */
const timed = (ticks: AsyncIterable<Tick>, rate: Rational, signal: AbortSignal): AsyncIterable<Tick> => ({
  [Symbol.asyncIterator]: () => {
    const pulled = ticks[Symbol.asyncIterator]()
    const end = endOf(signal)
    let given = 0
    const leave = (): void => void Promise.resolve(pulled.return?.()).catch(() => {})
    return {
      next: async () => {
        const coming = pulled.next()
        const one = await Promise.race([end, coming])
        if (one === over) {
          leave()
          coming.then(
            ({ value }) => tf.dispose(value?.values as tf.TensorContainer),
            () => {}
          )
        }
        if (one.done === true) return over
        const { count, times } = one.value
        const due = times ?? Array.from({ length: count }, (_, i) => ((given + i) * rate.den) / rate.num)
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
