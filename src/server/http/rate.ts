/**
 * Rates: buckets that fill steadily and are drawn from.
 *
 * @since 0.1.0
 */

/**
 * A limit of so many a second, with as many at once as come in `burst` seconds. `take` says whether there was one; the clock is
 * in milliseconds.
 *
 * @category model
 * @since 0.1.0
 */
export interface Bucket {
  readonly take: (now: number) => boolean
  readonly full: (now: number) => boolean
}

/**
 * A bucket that starts full.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bucket = (rate: number, burst = 1): Bucket => {
  const most = Math.max(1, rate * burst)
  let [left, last] = [most, Number.NaN]
  const fill = (now: number): number => {
    left = Number.isNaN(last) ? most : Math.min(most, left + (rate * Math.max(0, now - last)) / 1000)
    last = now
    return left
  }
  return {
    take: (now) => {
      if (fill(now) < 1) return false
      left -= 1
      return true
    },
    full: (now) => fill(now) >= most
  }
}

/**
 * A bucket for each key, such as an address; those that are full again are forgotten, so that no more than `most` stay.
 *
 * @category constructors
 * @since 0.1.0
 */
export const buckets = (rate: number, burst: number, most = 1000): ((key: string, now: number) => boolean) => {
  const all = new Map<string, Bucket>()
  return (key, now) => {
    const own = all.get(key) ?? bucket(rate, burst)
    all.delete(key)
    all.set(key, own)
    if (all.size > most) for (const [k, b] of all) if (all.size > most || b.full(now)) all.delete(k)
    return own.take(now)
  }
}
