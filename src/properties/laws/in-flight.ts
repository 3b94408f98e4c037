/**
 * The laws of back-pressure, whatever the speeds: sources and stages wait for a scheduler that picks who goes on.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import { concatMap, type Observable, take } from 'rxjs'
import type { inFlight } from '../../streams/in-flight.js'
import * as some from '../arbitrary/numbers.js'
import { atLeast, atMost, equal } from '../due.js'
import { type Law, law } from '../law.js'

/** How a source and the stages behind it behave, and when the receiver leaves. */
interface Behaviour {
  /** Values of the source. */
  readonly count: number
  /** The pull that fails, none below 0. */
  readonly sourceFails: number
  /** The value whose stage fails, none below 0. */
  readonly stageFails: number
  /** Whether the source fails to close, at its end or when it is left. */
  readonly closingFails: boolean
  /** Leave after so many values; never below 0. */
  readonly leaveAfter: number
  /** Leave at some time, even with nothing received. */
  readonly leaveSometime: boolean
}

/** What was seen of one run. */
interface Seen {
  readonly pulled: Array<number>
  readonly entered: Array<number>
  readonly emitted: Array<number>
  readonly dropped: Array<number>
  mostUnderWay: number
  mostInside: number
  /** Whether the source was left open, as nobody has to do with one that ended. */
  open: boolean
  left: boolean
  ended: 'no' | 'complete' | 'error'
  pulledAfterLeaving: number
}

/** Runs a source through `inFlight` under a scheduler, until nothing moves any more. */
const observe = async (
  s: fc.Scheduler,
  pace: (
    stages: Parameters<typeof inFlight<number, number>>[1],
    drop: (v: number) => void
  ) => (source: AsyncIterable<number>) => Observable<number>,
  { count, sourceFails, stageFails, closingFails, leaveAfter, leaveSometime }: Behaviour
): Promise<Seen> => {
  const seen: Seen = {
    ...{ pulled: [], entered: [], emitted: [], dropped: [] },
    ...{ mostUnderWay: 0, mostInside: 0, open: true, left: false, ended: 'no', pulledAfterLeaving: 0 }
  }
  async function* source(): AsyncGenerator<number> {
    try {
      for (let i = 0; i < count; i++) {
        await s.schedule(Promise.resolve(), `pull ${i}`)
        if (i === sourceFails) throw new Error('source')
        seen.pulled.push(i)
        if (seen.left) seen.pulledAfterLeaving += 1
        seen.mostUnderWay = Math.max(seen.mostUnderWay, seen.pulled.length - seen.emitted.length - seen.dropped.length)
        yield i
      }
    } finally {
      seen.open = false
      // biome-ignore lint/correctness/noUnsafeFinally: a source that fails to close
      if (closingFails) throw new Error('closing')
    }
  }
  const stages = concatMap(async (v: number) => {
    seen.entered.push(v)
    seen.mostInside = Math.max(seen.mostInside, seen.entered.length - seen.emitted.length)
    await s.schedule(Promise.resolve(), `stage ${v}`)
    if (v === stageFails) throw new Error('stage')
    return v
  })
  // the stages queue what they are given: what has entered the queue is theirs
  const queued = pace(stages, (v) => seen.dropped.push(v))(source())
  const wanted = leaveAfter < 0 ? queued : queued.pipe(take(leaveAfter))
  const running = wanted.subscribe({
    next: (v) => void seen.emitted.push(v),
    error: () => (seen.ended = 'error'),
    complete: () => (seen.ended = 'complete')
  })
  const leave = (): void => {
    seen.left = true
    running.unsubscribe()
  }
  if (leaveSometime) void s.schedule(Promise.resolve(), 'leave').then(leave)
  await s.waitIdle()
  return seen
}

const upTo = (n: number): ReadonlyArray<number> => Array.from({ length: n }, (_, i) => i)

/** Law: at most `limit` values are between the source and the end, in order, none lost; a source that is left is closed. */
const boundedAndInOrder =
  (pace: typeof inFlight) =>
  async (s: fc.Scheduler, limit: number, how: Behaviour): Promise<void> => {
    const seen = await observe(s, (stages, drop) => pace({ _tag: 'block', limit }, stages, drop), how)
    atMost(seen.mostUnderWay, limit)
    equal(seen.emitted, upTo(seen.emitted.length))
    equal(seen.pulled, upTo(seen.pulled.length))
    // entered stages, or dropped: each value once
    const waiting = seen.pulled.length - seen.entered.length - seen.dropped.length
    atLeast(waiting, 0)
    atMost(waiting, limit) // queued inside the stages, which own it
    equal(
      seen.dropped.every((v) => !seen.entered.includes(v)),
      true
    )
    atMost(seen.pulledAfterLeaving, 1) // the pull that was on its way
    equal(seen.open && seen.pulled.length > 0, false)
    if (seen.left || how.leaveAfter >= 0) return
    const fails = how.closingFails || [how.sourceFails, how.stageFails].some((at) => at >= 0 && at < how.count)
    equal(seen.ended, fails ? 'error' : 'complete')
    if (fails) return
    equal(seen.emitted, upTo(how.count))
    equal(seen.dropped, [])
  }

/** Law: one value at a time, always the newest, in order; every other one is dropped and counted; the last one is never lost. */
const newestFirst =
  (pace: typeof inFlight) =>
  async (s: fc.Scheduler, how: Behaviour): Promise<void> => {
    const seen = await observe(s, (stages, drop) => pace({ _tag: 'latest', drop }, stages), how)
    atMost(seen.mostInside, 1)
    equal(
      [...seen.entered].sort((a, b) => a - b),
      seen.entered
    )
    equal(
      [...seen.entered, ...seen.dropped].sort((a, b) => a - b),
      seen.pulled
    )
    equal(seen.open && seen.pulled.length > 0, false)
    if (seen.left || how.leaveAfter >= 0) return
    const sourceFails = how.sourceFails >= 0 && how.sourceFails < how.count
    if (seen.ended === 'complete') {
      equal(sourceFails || how.closingFails, false)
      equal(seen.entered, seen.emitted)
      equal(seen.emitted.at(-1), how.count === 0 ? undefined : how.count - 1)
    } else equal(seen.ended, 'error')
  }

const rarely = (max: number) => fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, fc.nat(max))
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  count: fc.nat(8),
  sourceFails: rarely(8),
  stageFails: rarely(8),
  closingFails: fc.nat(9).map((n) => n === 9),
  leaveAfter: rarely(5),
  leaveSometime: fc.boolean()
})

/**
 * What an operator that bounds the values under way keeps, whatever the speeds.
 *
 * @category laws
 * @since 0.1.0
 */
export const inFlightLaws: ReadonlyArray<Law<typeof inFlight>> = [
  law('are bounded and in order, and none is lost', [fc.scheduler(), some.count(4), behaviour], boundedAndInOrder, {
    runs: 400
  }),
  law('that are the latest are the newest, and the others are dropped', [fc.scheduler(), behaviour], newestFirst, {
    runs: 400
  })
]
