/**
 * Training runs, followed as they grow.
 *
 * @since 0.1.0
 */
import { batch, computed, effect, signal } from '@preact/signals'
import { api, type Run, type RunDetails } from '../backend/api.js'
import { type Curves, extended } from './log.js'
import { alone, view } from './place.js'
import { attempt } from './troubles.js'

/** Milliseconds between two looks. */
const every = 2000

/** What is known of a run that is followed. */
export interface Followed {
  readonly details: RunDetails
  readonly curves: Curves
  /** The byte of the log to go on from. */
  readonly next: number
}

/** All runs, the last changed first; undefined before the first answer. */
export const runs = signal<ReadonlyArray<Run> | undefined>(undefined)
/** Names of the runs that are shown. */
export const picked = signal<ReadonlySet<string>>(new Set())
/** What is known of the runs that are shown, by name. */
export const followed = signal<Readonly<Record<string, Followed>>>({})
/** Whether the losses have a logarithmic axis. */
export const scale = signal<'linear' | 'log'>('linear')
/** Steps that a smoothed curve takes the mean over. */
export const window = signal(1)

/** The runs that are shown, in the order of the list. */
export const pickedRuns = computed(() => (runs.value ?? []).filter(({ name }) => picked.value.has(name)))

/** Shows a run, or no more. */
export const pick = (name: string): void => {
  const next = new Set(picked.value)
  if (!next.delete(name)) next.add(name)
  picked.value = next
}

/** The rest of a run's log, piece by piece. */
const grown = async (run: Run): Promise<Followed> => {
  const details = await api.run(run.url)
  let { curves, next } = followed.peek()[run.name] ?? { curves: {} as Curves, next: 0 }
  while (true) {
    const piece = await api.log(details.log, next)
    if (piece.next === next) break
    if (piece.next < next) curves = {} // the run began anew
    curves = extended(curves, piece.text)
    next = piece.next
  }
  return { details, curves, next }
}

const look = async (): Promise<void> => {
  const all = await api.runs()
  const first = runs.peek() === undefined
  batch(() => {
    runs.value = all
    if (first) picked.value = new Set(all.slice(0, 2).map(({ name }) => name))
  })
  const shown = await Promise.all(pickedRuns.peek().map(async (run) => [run.name, await grown(run)] as const))
  followed.value = { ...followed.peek(), ...Object.fromEntries(shown) }
}

effect(() => {
  if (view.value !== 'training' || alone) return
  void picked.value
  let [gone, timer] = [false, undefined as ReturnType<typeof setTimeout> | undefined]
  const again = async () => {
    await attempt('runs', look)
    if (!gone) timer = setTimeout(again, document.hidden ? 5 * every : every)
  }
  timer = setTimeout(again)
  return () => {
    gone = true
    clearTimeout(timer)
  }
})
