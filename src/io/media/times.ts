/**
 * The times of frames, as ffmpeg tells them while it decodes.
 *
 * @since 0.1.0
 */
import type { Ending } from './child.js'

/**
 * Filters that count from time zero in microseconds and tell the time of every frame on standard error.
 *
 * @category reading
 * @since 0.1.0
 */
export const timing: ReadonlyArray<string> = ['setpts=PTS-STARTPTS', 'settb=1/1000000', 'showinfo']

const told = /_showinfo_\d+ @ [^\]]*\].* n: *\d+ pts: *(-?\d+|NOPTS)/
const complaint = /\[(?:error|fatal|panic)\]/

/** Two frames are at least this far apart, in seconds. */
const apart = 1e-6

/**
 * Hears the times of frames and gives them out one by one, in seconds, always rising.
 *
 * @category reading
 * @since 0.1.0
 */
export const frameTimes = () => {
  const waiting: Array<number> = []
  let last = Number.NEGATIVE_INFINITY
  let wake = (): void => {}
  return {
    /** A line of standard error; true for what is a complaint. */
    heard: (line: string): boolean => {
      const [, pts] = told.exec(line) ?? []
      if (pts !== undefined) {
        const time = Math.max(pts === 'NOPTS' ? last : Number(pts) / 1e6, last + apart)
        last = Number.isFinite(time) ? time : 0
        waiting.push(last)
        wake()
      }
      return complaint.test(line)
    },
    /** The time of the next frame; that of the last one where ffmpeg ended without a word about it. */
    next: async (ended: Promise<Ending>): Promise<number> => {
      let over = false
      void ended.then(() => {
        over = true
        wake()
      })
      while (waiting.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve))
      const time = waiting.shift()
      if (time !== undefined) return time
      last = Number.isFinite(last) ? last + apart : 0
      return last
    }
  }
}
