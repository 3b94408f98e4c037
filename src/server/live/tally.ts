/**
 * What a session counts, and tells once a second.
 *
 * @since 0.1.0
 */
import type { ServerSays } from '../../client/protocol.js'

type Stage = 'queue' | 'model' | 'encode'

/**
 * The counts of one session; `stats` is what is told, and begins the next second.
 *
 * @category model
 * @since 0.1.0
 */
export interface Tally {
  readonly received: () => void
  readonly dropped: (count: number) => void
  readonly shown: (milliseconds: Readonly<Record<Stage, number>>) => void
  readonly stats: (now: number, queued: number, nodes: Readonly<Record<string, number>>) => ServerSays<'stats'>
}

const median = (values: ReadonlyArray<number>): number =>
  values.length === 0 ? 0 : ([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)

/**
 * A tally of nothing, begun at a time in milliseconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tally = (began: number): Tally => {
  let [received, shown, dropped, since] = [0, 0, 0, began]
  let last: ReadonlyArray<Readonly<Record<Stage, number>>> = []
  return {
    received: () => {
      received += 1
    },
    dropped: (count) => {
      dropped += count
    },
    shown: (milliseconds) => {
      shown += 1
      last = [...last, milliseconds]
    },
    stats: (now, queued, nodes) => {
      const of = (stage: Stage): number => median(last.map((m) => m[stage]))
      const milliseconds = { queue: of('queue'), model: of('model'), encode: of('encode') }
      const fps = (1000 * last.length) / Math.max(1, now - since)
      last = []
      since = now
      return { type: 'stats', received, shown, dropped, queued, fps, milliseconds, nodes: { ...nodes } }
    }
  }
}
