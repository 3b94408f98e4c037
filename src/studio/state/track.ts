/**
 * The driving keypoints of a session, to be kept as a motion template.
 *
 * @since 0.1.0
 */
import { signal } from '@preact/signals'
import type { Frame } from '../../client/animator.js'
import { type Template, writeTemplate } from '../media/template.js'

/** Frames that are kept at most: twenty minutes at 30 a second. */
const most = 36_000

let frames: Array<Pick<Frame, 'time' | 'seen'>> = []

/** How many there are. */
export const tracked = signal(0)

/** Forgets all. */
export const forget = (): void => {
  frames = []
  tracked.value = 0
}

/** Keeps the keypoints of one more frame. */
export const keep = ({ time, seen }: Frame): void => {
  if (frames.length >= most || (frames[0] !== undefined && frames[0].seen.mean.length !== seen.mean.length)) return
  frames.push({ time, seen })
  tracked.value = frames.length
}

const joined = (parts: ReadonlyArray<Float32Array>): Float32Array => {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  parts.reduce((at, part) => {
    out.set(part, at)
    return at + part.length
  }, 0)
  return out
}

/** Frames with their times as a template. The rate is the mean one. */
export const templateOf = (kept: ReadonlyArray<Pick<Frame, 'time' | 'seen'>>): Template => {
  const begin = kept[0]?.time ?? 0
  const times: Array<number> = []
  // rounded to milliseconds, and yet each after the one before
  for (const { time } of kept) times.push(Math.max(Math.round(time - begin), 1000 * (times.at(-1) ?? -1) + 1) / 1000)
  const length = times.at(-1) ?? 0
  const variances = kept.flatMap(({ seen }) => (seen.var === undefined ? [] : [seen.var]))
  return {
    frames: kept.length,
    keypoints: (kept[0]?.seen.mean.length ?? 0) / 2,
    mean: joined(kept.map(({ seen }) => seen.mean)),
    var: variances.length === kept.length ? joined(variances) : undefined,
    rate: length > 0 ? Math.round((1000 * (kept.length - 1)) / length) / 1000 : 25,
    times
  }
}

/** The bytes of the template of what was tracked. */
export const template = (): Blob => new Blob([writeTemplate(templateOf(frames))])
