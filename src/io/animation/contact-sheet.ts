/**
 * A film on one picture: some of its frames below one another.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomic } from '../files/atomic.js'
import { type Frame, mosaic, openClip, pngOf, type Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'

const rows = 8
const enlarged = 2

/**
 * Eight frames of a comparison, evenly spread, laid out in two columns and enlarged, as a PNG. `size` is that of one picture
 * of the comparison.
 *
 * Fails as `openClip` and `writeAtomic`: with `BadData`, `OverLimit`, `NoEngine` or `FileTrouble`.
 *
 * @category files
 * @since 0.1.0
 */
export const contactSheet = (film: string, size: Shape, path: string): TE.TaskEither<Problem, void> =>
  pipe(
    openClip(film, { whole: true }),
    TE.flatMap((clip) =>
      attempt(async () => {
        const all: Array<Frame> = []
        for await (const frame of clip.frames()) all.push(frame)
        const chosen = Array.from({ length: rows }, (_, i) => all[Math.floor((i * all.length) / rows)]!)
        const pairs = Array.from({ length: rows / 2 }, (_, i) => chosen.slice(2 * i, 2 * i + 2))
        return pngOf(await mosaic(pairs, { gap: Math.round(size.width / 8), scale: enlarged }))
      })
    ),
    TE.flatMap((png) => writeAtomic(path, png))
  )
