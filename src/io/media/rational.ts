/**
 * Frame rates as exact fractions: 30000/1001 stays what it is.
 *
 * @since 0.1.0
 */

/**
 * A positive fraction.
 *
 * @category model
 * @since 0.1.0
 */
export interface Rational {
  readonly num: number
  readonly den: number
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

/**
 * A fraction in lowest terms.
 *
 * @category rates
 * @since 0.1.0
 */
export const rational = (num: number, den: number): Rational => {
  const by = gcd(num, den)
  return { num: num / by, den: den / by }
}

/**
 * Reads `30000/1001`, `30000:1001` or `25`; nothing for what is no positive fraction of safe integers.
 *
 * @category rates
 * @since 0.1.0
 */
export const parseRational = (text: string): Rational | undefined => {
  const [, num, den = '1'] = /^(\d+)(?:[/:](\d+))?$/.exec(text) ?? []
  const [n, d] = [Number(num), Number(den)]
  return Number.isSafeInteger(n) && Number.isSafeInteger(d) && n > 0 && d > 0 ? rational(n, d) : undefined
}

/**
 * Writes `30000/1001`, as ffmpeg reads it.
 *
 * @category rates
 * @since 0.1.0
 */
export const showRational = (r: Rational): string => `${r.num}/${r.den}`

/**
 * The fraction as a number.
 *
 * @category rates
 * @since 0.1.0
 */
export const toNumber = (r: Rational): number => r.num / r.den

/** Delays up to this many milliseconds mean "as browsers do": a tenth of a second. */
const instant = 10

/**
 * The rate of an animation from the delays of its frames in milliseconds. Equal delays give it exactly; delays that
 * differ by rounding only (10 ms, the tick of a GIF) give their mean, a whole number where that is within a tick;
 * others give the median delay. A delay of 10 ms or less counts as 100 ms, as in browsers.
 *
 * @category rates
 * @since 0.1.0
 */
export const rateOfDelays = (delays: ReadonlyArray<number>): Rational => {
  const shown = delays.map((d) => (d <= instant ? 100 : Math.round(d))).sort((a, b) => a - b)
  const [least, most] = [shown[0] ?? 40, shown[shown.length - 1] ?? 40]
  if (least === most) return rational(1000, least)
  if (most - least > 10) return rational(1000, shown[shown.length >> 1] ?? least)
  const total = shown.reduce((sum, d) => sum + d, 0)
  const whole = Math.round((1000 * shown.length) / total)
  return Math.abs((1000 * shown.length) / whole - total) <= 10
    ? rational(whole, 1)
    : rational(1000 * shown.length, total)
}

/**
 * When the frames of an animation are shown, in seconds, where their delays differ by more than rounding; nothing where a
 * rate tells as much.
 *
 * @category rates
 * @since 0.1.0
 */
export const timesOf = (delays: ReadonlyArray<number>): ReadonlyArray<number> | undefined => {
  const shown = delays.map((d) => (d <= instant ? 100 : Math.round(d)))
  const least = shown.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  if (shown.every((d) => d - least <= 10)) return undefined
  let at = 0
  return shown.map((d) => {
    const now = at
    at += d
    return now / 1000
  })
}

/**
 * Which frame of a clip at rate `from` is shown at each tick of rate `to`: frame i comes at tick round(i * to / from)
 * and stays until the next; as ffmpeg's `fps` filter does it. Something is always shown.
 *
 * @category rates
 * @since 0.1.0
 */
export const resample = (count: number, from: Rational, to: Rational): ReadonlyArray<number> => {
  const [up, down] = [to.num * from.den, to.den * from.num]
  const tick = (i: number): number => Math.floor((2 * i * up + down) / (2 * down))
  const shown: Array<number> = []
  for (let i = 0; i < count; i++) while (shown.length < tick(i + 1)) shown.push(i)
  return shown.length === 0 && count > 0 ? [0] : shown
}
