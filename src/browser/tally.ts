/**
 * What a session in the page counts.
 *
 * @since 0.1.0
 */
import type { Frame, Stats } from '../client/animator.js'

/** The counts of one session; `stats` begins the next second. */
export interface Tally {
  readonly received: () => void
  readonly shown: (frame: Frame, nodes: Readonly<Record<string, number>>) => void
  readonly stats: (now: number, queued: number) => Stats
}

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/**
 * A tally of nothing, begun at a time in milliseconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tally = (began: number): Tally => {
  let [received, shown, since] = [0, 0, began]
  let last: ReadonlyArray<Frame> = []
  let nodes: Readonly<Record<string, number>> = {}
  return {
    received: () => {
      received += 1
    },
    shown: (frame, times) => {
      shown += 1
      last = [...last, frame]
      nodes = times
    },
    stats: (now, queued) => {
      const fps = (1000 * last.length) / Math.max(1, now - since)
      const milliseconds = {
        queue: median(last.map((f) => f.queueMs)),
        model: median(last.map((f) => f.modelMs)),
        encode: 0
      }
      last = []
      since = now
      const dropped = Math.max(0, received - shown - queued)
      return { type: 'stats', received, shown, dropped, queued, fps, milliseconds, nodes: { ...nodes } }
    }
  }
}
