/**
 * Figures of a dataset: how much there is, how large, how long, how coloured, how much it moves.
 *
 * @since 0.1.0
 */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { attempt } from '../media/failure.js'
import type { Problem } from '../problem/problem.js'
import { readFrames } from './cache.js'
import type { Clip, Dataset } from './model.js'
import { pooled } from './pooled.js'

/**
 * Least, middle, mean and most of some numbers.
 *
 * @category model
 * @since 0.1.0
 */
export interface Spread {
  readonly least: number
  readonly median: number
  readonly mean: number
  readonly most: number
}

/**
 * The figures of one part. Colours are red, green and blue from 0 to 1. `motion` is the mean absolute difference from
 * frame to frame, of colours from 0 to 1, over the pictures of a clip; `stillest` and `liveliest` name the ends of it.
 * Colours and motion are taken from `sampled` frames.
 *
 * @category model
 * @since 0.1.0
 */
export interface Stats {
  readonly clips: number
  readonly frames: number
  readonly sizes: ReadonlyArray<{ readonly size: string; readonly clips: number }>
  readonly lengths: Spread
  readonly sampled: number
  readonly mean: ReadonlyArray<number>
  readonly deviation: ReadonlyArray<number>
  readonly motion: Spread
  readonly stillest: string
  readonly liveliest: string
}

const spread = (values: ReadonlyArray<number>): Spread => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
  const mean = sorted.reduce((a, b) => a + b, 0) / sorted.length
  return { least: sorted[0]!, median: middle, mean, most: sorted.at(-1)! }
}

/** Neighbours that are looked at in each clip. */
const looks = 8

/** Neighbouring frames at places evenly spread over a clip. */
const places = (frames: number): ReadonlyArray<number> => {
  const gaps = frames - 1
  const count = Math.min(looks, gaps)
  const first = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * gaps) / count))
  return frames === 1 ? [0] : first.flatMap((i) => [i, i + 1])
}

/** Sums over the channels of some frames, and of the changes between neighbours. */
interface Sums {
  readonly frames: number
  readonly values: ReadonlyArray<number>
  readonly squares: ReadonlyArray<number>
  readonly motion: number
}

const look = async (clip: Clip): Promise<Sums> => {
  const indices = places(clip.frames)
  const data = await readFrames(clip, indices)
  const size = data.length / indices.length
  const [values, squares] = [
    [0, 0, 0],
    [0, 0, 0]
  ]
  for (let i = 0; i < data.length; i++) {
    values[i % 3]! += data[i]!
    squares[i % 3]! += data[i]! * data[i]!
  }
  let change = 0
  for (let n = 0; n + 1 < indices.length; n += 2)
    for (let i = n * size; i < (n + 1) * size; i++) change += Math.abs(data[i + size]! - data[i]!)
  const pairs = indices.length >> 1
  const motion = pairs === 0 ? 0 : change / (255 * size * pairs)
  return { frames: indices.length, values, squares, motion }
}

/**
 * The figures of a part of a dataset. Means and deviations are from 0 to 1.
 *
 * Fails with `BadData` where a clip is no longer what it was, `Interrupted` by the signal.
 *
 * @category files
 * @since 0.1.0
 */
export const statsOf = (
  { folder, clips }: Dataset,
  signal?: AbortSignal,
  progress?: (frames: number) => void
): TE.TaskEither<Problem, Stats> =>
  attempt(folder, 'read', async () => {
    const looked = await pooled(
      4,
      clips,
      async (clip) => {
        const sums = await look(clip)
        progress?.(sums.frames)
        return sums
      },
      signal
    )
    const sizes = new Map<string, number>()
    for (const { height, width } of clips) {
      const size = `${height}x${width}`
      sizes.set(size, (sizes.get(size) ?? 0) + 1)
    }
    const pixels = clips.reduce((n, { height, width }, i) => n + height * width * looked[i]!.frames, 0)
    const total = (of: 'values' | 'squares', c: number): number => looked.reduce((n, sums) => n + sums[of][c]!, 0)
    const mean = [0, 1, 2].map((c) => total('values', c) / pixels / 255)
    const deviation = [0, 1, 2].map((c) =>
      Math.sqrt(Math.max(0, total('squares', c) / pixels / 255 ** 2 - mean[c]! ** 2))
    )
    const moved = clips.map(({ name }, i) => ({ name, motion: looked[i]!.motion })).sort((a, b) => a.motion - b.motion)
    return {
      clips: clips.length,
      frames: clips.reduce((n, { frames }) => n + frames, 0),
      sizes: [...sizes].map(([size, count]) => ({ size, clips: count })).sort((a, b) => b.clips - a.clips),
      lengths: spread(clips.map(({ frames }) => frames)),
      sampled: looked.reduce((n, { frames }) => n + frames, 0),
      mean,
      deviation,
      motion: spread(moved.map(({ motion }) => motion)),
      stillest: moved[0]!.name,
      liveliest: moved.at(-1)!.name
    }
  })
