/**
 * A film on one picture: some of its frames below one another.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomic } from '../files/atomic.js'
import { type Frame, openClip, type Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from '../run/compute.js'

const rows = 8
const enlarged = 2

/**
 * Eight frames of a comparison, evenly spread, laid out in two columns and enlarged, as a PNG. `size` is that of one picture
 * of the comparison.
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
        const { default: sharp } = await import('sharp')
        const { height, width } = clip
        const gap = Math.round(size.width / 8)
        const chosen = Array.from({ length: rows }, (_, i) => all[Math.floor((i * all.length) / rows)]!)
        const cells = chosen.map((frame, i) => ({
          input: Buffer.from(frame.data),
          raw: { height, width, channels: 3 as const },
          left: (i % 2) * (width + gap),
          top: Math.floor(i / 2) * (height + gap)
        }))
        const sheet = { width: 2 * width + gap, height: (rows / 2) * (height + gap) - gap }
        const { data, info } = await sharp({ create: { ...sheet, channels: 3, background: '#ffffff' } })
          .composite(cells)
          .raw()
          .toBuffer({ resolveWithObject: true })
        return sharp(data, { raw: { ...sheet, channels: info.channels } })
          .removeAlpha()
          .resize(sheet.width * enlarged, sheet.height * enlarged, { kernel: 'nearest' })
          .png()
          .toBuffer()
      })
    ),
    TE.flatMap((png) => writeAtomic(path, png))
  )
