/**
 * Numbers that come over time, as charts show them.
 *
 * @since 0.1.0
 */

/** Times and values, as many of the one as of the other. */
export interface Series {
  readonly x: ReadonlyArray<number>
  readonly y: ReadonlyArray<number | null>
}

/** No numbers yet. */
export const none: Series = { x: [], y: [] }

/**
 * A series with one more number, and without what is older than `span` before it.
 *
 * @category charts
 * @since 0.1.0
 */
export const append = ({ x, y }: Series, at: number, value: number | null, span: number): Series => {
  const from = x.findIndex((t) => t >= at - span)
  const keep = from < 0 ? x.length : from
  return { x: [...x.slice(keep), at], y: [...y.slice(keep), value] }
}

/**
 * The mean over the last `window` numbers up to each, so that a rough curve can be read; gaps stay gaps and count for nothing.
 *
 * @category charts
 * @since 0.1.0
 */
export const smoothed = (values: ReadonlyArray<number | null>, window: number): ReadonlyArray<number | null> => {
  let [sum, count] = [0, 0]
  const weigh = (value: number | null | undefined, sign: 1 | -1) => {
    if (value === null || value === undefined) return
    sum += sign * value
    count += sign
  }
  return values.map((value, i) => {
    weigh(value, 1)
    if (i >= window) weigh(values[i - window], -1)
    return value === null || count === 0 ? null : sum / count
  })
}

/**
 * Several series over one axis: every x once, in order, and for each series its value there or null.
 *
 * @category charts
 * @since 0.1.0
 */
export const aligned = (
  all: ReadonlyArray<Series>
): { readonly x: ReadonlyArray<number>; readonly ys: ReadonlyArray<ReadonlyArray<number | null>> } => {
  const x = [...new Set(all.flatMap((s) => s.x))].sort((a, b) => a - b)
  const ys = all.map((s) => {
    const at = new Map(s.x.map((t, i) => [t, s.y[i] ?? null] as const))
    return x.map((t) => at.get(t) ?? null)
  })
  return { x, ys }
}

/**
 * At most about `most` points of a series: every nth, and the last.
 *
 * @category charts
 * @since 0.1.0
 */
export const thinned = ({ x, y }: Series, most: number): Series => {
  const every = Math.max(1, Math.ceil(x.length / most))
  const keep = x.map((_, i) => i).filter((i) => i % every === 0 || i === x.length - 1)
  return { x: keep.map((i) => x[i]!), y: keep.map((i) => y[i] ?? null) }
}

/**
 * A number as people read it: three digits that count.
 *
 * @category charts
 * @since 0.1.0
 */
export const brief = (n: number): string => {
  if (!Number.isFinite(n)) return '–'
  if (n === 0) return '0'
  const size = Math.abs(n)
  if (size >= 10_000 || size < 0.001) return n.toExponential(1).replace('e+', 'e')
  return size >= 100 ? n.toFixed(0) : size >= 10 ? n.toFixed(1) : size >= 1 ? n.toFixed(2) : n.toPrecision(2)
}
