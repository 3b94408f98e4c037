/**
 * How losses went: one small chart for each loss, one line for each run.
 *
 * @since 0.1.0
 */
import { type Chart, grid, type Point } from './chart.js'
import type { Step } from './log.js'

/**
 * A run by its name.
 *
 * @category model
 * @since 0.1.0
 */
export interface Run {
  readonly label: string
  readonly points: ReadonlyArray<Pick<Step, 'step' | 'losses'>>
}

/**
 * What a drawing of losses may be told: its title, which losses and in which order (all of them), how many charts stand side by
 * side, the part of a run that is averaged into one point of the smooth line.
 *
 * @category model
 * @since 0.1.0
 */
export interface CurvesOptions {
  readonly title?: string
  readonly losses?: ReadonlyArray<string>
  readonly columns?: number
  readonly smoothing?: number
  readonly log?: boolean
}

/** A line is drawn with at most so many points, or twice that where it is raw. */
const most = 300

/**
 * Means over a window around each point: narrower towards the first one, so that a steep beginning stays steep, and of
 * what there is towards the last.
 *
 * @category numbers
 * @since 0.1.0
 */
export const smooth = (points: ReadonlyArray<Point>, window: number): ReadonlyArray<Point> => {
  const sums = [0]
  for (const { y } of points) sums.push(sums.at(-1)! + y)
  return points.map(({ x }, i) => {
    const reach = Math.min(Math.floor(window / 2), i)
    const [from, to] = [i - reach, Math.min(points.length, i + reach + 1)]
    return { x, y: (sums[to]! - sums[from]!) / (to - from) }
  })
}

const buckets = (points: ReadonlyArray<Point>): ReadonlyArray<ReadonlyArray<Point>> => {
  const size = Math.ceil(points.length / most)
  return Array.from({ length: Math.ceil(points.length / size) || 0 }, (_, i) => points.slice(i * size, (i + 1) * size))
}

/** Few points for many: the mean of each bucket, or its extremes in their order, which keep the height of the noise. */
const thinned = (points: ReadonlyArray<Point>, keep: 'mean' | 'extremes'): ReadonlyArray<Point> =>
  buckets(points).flatMap((bucket) => {
    if (keep === 'mean') {
      const mean = (of: (p: Point) => number) => bucket.reduce((sum, p) => sum + of(p), 0) / bucket.length
      return [{ x: mean(({ x }) => x), y: mean(({ y }) => y) }]
    }
    const ends = [Math.min, Math.max].map((f) => bucket.find(({ y }) => y === f(...bucket.map((p) => p.y)))!)
    return [...new Set(ends)].sort((a, b) => a.x - b.x)
  })

/** The losses of all runs, each once, in the order in which they appear. */
const namesOf = (runs: ReadonlyArray<Run>): ReadonlyArray<string> => [
  ...new Set(runs.flatMap(({ points }) => Object.keys(points[0]?.losses ?? {})))
]

/**
 * The losses of runs as SVG: a smooth line over a faint one for each run. The same logs give the same text.
 *
 * @category pictures
 * @since 0.1.0
 */
export const curves = (runs: ReadonlyArray<Run>, options: CurvesOptions = {}): Promise<string> => {
  const { title = 'Losses', losses = namesOf(runs), columns = 3, smoothing = 0.05, log = false } = options
  const charts = losses.map((name): Chart => {
    const series = runs.flatMap(({ label, points }) => {
      const all = points.flatMap(({ step, losses: { [name]: y } }) => (y === undefined ? [] : [{ x: step, y }]))
      if (all.length === 0) return []
      const even = smooth(all, Math.max(1, Math.round(smoothing * all.length)))
      return [{ label, points: thinned(even, 'mean'), raw: thinned(all, 'extremes') }]
    })
    return { title: name, x: 'step', y: log ? 'loss (logarithmic)' : 'loss', series, log }
  })
  return grid(title, charts, columns)
}
