/**
 * Frames a second, latency and drops over the last minute.
 *
 * @since 0.1.0
 */
import { batch, signal } from '@preact/signals'
import { append, none, type Series } from '../draw/series.js'

/** Seconds that charts show. */
const span = 60
/** Milliseconds between two points. */
const every = 500

/** Results a second. */
export const rates = signal<Series>(none)
/** Milliseconds from capture to result, the median of the last second. */
export const latencies = signal<Series>(none)
/** Frames a second that were not answered, and all since the begin. */
export const drops = signal<Series>(none)
/** All that were dropped since the begin. */
export const dropped = signal(0)

const median = (values: ReadonlyArray<number>): number | null => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

/**
 * Begins to measure. `took` is called for every driving frame, `gave` for every result with its latency; `stop` ends it.
 *
 * @category state
 * @since 0.1.0
 */
export const measure = () => {
  let recent: Array<{ readonly at: number; readonly latency: number }> = []
  let [taken, given, before] = [0, 0, 0]
  const begin = performance.now()
  batch(() => {
    for (const series of [rates, latencies, drops]) series.value = none
    dropped.value = 0
  })
  const point = () => {
    const now = performance.now()
    const at = (now - begin) / 1000
    recent = recent.filter((r) => r.at > now - 1000)
    // up to four frames are under way and not lost
    const lost = Math.max(before, taken - given - 4)
    batch(() => {
      rates.value = append(rates.value, at, recent.length / Math.min(1, at), span)
      latencies.value = append(latencies.value, at, median(recent.map((r) => r.latency)), span)
      drops.value = append(drops.value, at, (lost - before) * (1000 / every), span)
      dropped.value = lost
    })
    before = lost
  }
  const timer = setInterval(point, every)
  return {
    took: () => taken++,
    gave: (latency: number) => {
      given++
      recent.push({ at: performance.now(), latency })
    },
    stop: () => clearInterval(timer)
  }
}
