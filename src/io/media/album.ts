/**
 * Clips made of pictures: one still, a strip, an animation, a folder. One way to deliver them all.
 *
 * @since 0.1.0
 */
import { badData } from './failure.js'
import { resize } from './fit.js'
import { limitsOf, overFrames, overPixels, overSeconds } from './limits.js'
import type { Clip, Frame, ReadOptions, Shape } from './model.js'
import type { Raw } from './pixels.js'
import { type Rational, resample, timesOf, toNumber } from './rational.js'

/**
 * Pictures in order, all of one shape. `from` gives them from an index on, one at a time. `timed`: they have a rate of
 * their own, so that another rate repeats or leaves out some.
 *
 * @category model
 * @since 0.1.0
 */
export interface Album extends Shape {
  readonly kind: Exclude<Clip['kind'], 'video'>
  readonly count: number
  readonly rate: Rational
  readonly timed: boolean
  readonly codec?: string
  /** How long each is shown, in milliseconds, where the file says so. */
  readonly delays?: ReadonlyArray<number>
  readonly from: (index: number) => AsyncIterable<Raw>
}

/**
 * The rate of what has none.
 *
 * @category model
 * @since 0.1.0
 */
export const still: Rational = { num: 25, den: 1 }

async function* deliver(
  album: Album,
  shown: ReadonlyArray<number>,
  size: Shape,
  time: (tick: number) => number,
  fit: ReadOptions['fit']
): AsyncGenerator<Frame, void, undefined> {
  let index = (shown[0] ?? 0) - 1
  let data = new Uint8Array()
  const pictures = album.from(index + 1)[Symbol.asyncIterator]()
  try {
    for (const [tick, due] of shown.entries()) {
      if (index < due) {
        let picture: Raw | undefined
        for (; index < due; index++) picture = (await pictures.next()).value
        if (picture === undefined) return
        data = new Uint8Array(resize(picture, size, fit ?? 'crop').data)
      }
      yield { data, height: size.height, width: size.width, time: time(tick) }
    }
  } finally {
    await pictures.return?.()
  }
}

/**
 * The album as a clip: judged by the limits, in the size and at the rate that the options ask for.
 *
 * @category reading
 * @since 0.1.0
 */
export const clipOf = (file: string, album: Album, options: ReadOptions): Clip => {
  const limits = limitsOf(options.limits)
  const size = options.size ?? { height: album.height, width: album.width }
  const rate = options.rate ?? album.rate
  overPixels(file, album, limits.pixels)
  overPixels(file, size, limits.pixels)
  overFrames(file, album.count, limits)
  if (album.timed) overSeconds(file, album.count / toNumber(album.rate), limits)
  const resampled = album.timed && options.rate !== undefined
  if (resampled) overFrames(file, Math.round((album.count * toNumber(rate)) / toNumber(album.rate)), limits)
  const all = resampled
    ? resample(album.count, album.rate, rate)
    : Array.from({ length: album.count }, (_, index) => index)
  const shown = options.only === undefined ? all : all.slice(options.only, options.only + 1)
  const times = options.ownTimes === true && !resampled ? timesOf(album.delays ?? []) : undefined
  const time = (tick: number): number => times?.[shown[tick]!] ?? (tick * rate.den) / rate.num
  if (shown.length === 0) throw badData(file, `frame ${options.only}`, `one of ${all.length} frames`, 'no such frame')
  return {
    kind: album.kind,
    height: size.height,
    width: size.width,
    sourceHeight: album.height,
    sourceWidth: album.width,
    rate,
    count: shown.length,
    audio: false,
    ...(times !== undefined && { timed: true }),
    ...(album.codec !== undefined && { codec: album.codec }),
    frames: () => deliver(album, shown, size, time, options.fit)
  }
}
