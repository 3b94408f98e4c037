/**
 * The log of a training run as curves.
 *
 * @since 0.1.0
 */
import type { Series } from '../draw/series.js'

/** The losses of a run, each over the steps. */
export type Curves = Readonly<Record<string, Series>>

const isStep = (u: unknown): u is { readonly step: number; readonly losses: Readonly<Record<string, number>> } =>
  typeof u === 'object' &&
  u !== null &&
  'losses' in u &&
  typeof u.losses === 'object' &&
  u.losses !== null &&
  typeof (u as { readonly step?: unknown }).step === 'number'

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * Curves with the lines of a log behind them. Lines that are none are passed over; a step that was there already (the run went on
 * from an older checkpoint) takes the place of it and of all after it.
 *
 * @category charts
 * @since 0.1.0
 */
export const extended = (curves: Curves, text: string): Curves => {
  const grown = new Map<string, { x: Array<number>; y: Array<number | null> }>()
  for (const [name, { x, y }] of Object.entries(curves)) grown.set(name, { x: [...x], y: [...y] })
  for (const step of text.split('\n').map(parsed).filter(isStep))
    for (const [name, loss] of Object.entries(step.losses)) {
      const curve = grown.get(name) ?? { x: [], y: [] }
      const cut = curve.x.length > 0 && (curve.x.at(-1) ?? 0) >= step.step ? curve.x.findIndex((x) => x >= step.step) : -1
      if (cut >= 0) {
        curve.x.length = cut
        curve.y.length = cut
      }
      curve.x.push(step.step)
      curve.y.push(Number.isFinite(loss) ? loss : null)
      grown.set(name, curve)
    }
  return Object.fromEntries(grown)
}

/**
 * The losses of runs, those of the picture first, each once.
 *
 * @category charts
 * @since 0.1.0
 */
export const lossesOf = (all: ReadonlyArray<Curves>): ReadonlyArray<string> =>
  [...new Set(all.flatMap((curves) => Object.keys(curves)))].sort((a, b) => place(a) - place(b) || a.localeCompare(b))

const place = (name: string): number => (name.includes('rec') ? 0 : name.startsWith('gen') ? 1 : 2)

/** Colours of runs: told apart in light and in dark, and by those who see few. */
const palette = ['#3f6fd8', '#d9730d', '#1f9d72', '#b549a8', '#8a6d1c', '#d1435b', '#5a7d95', '#6f5bd6']

/**
 * The colour of run `i`.
 *
 * @category charts
 * @since 0.1.0
 */
export const colourOfRun = (i: number): string => palette[i % palette.length] ?? '#777777'
