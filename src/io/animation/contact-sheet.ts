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
 * Pictures of one shape in rows and columns on white, enlarged by whole numbers, as a PNG.
 *
 * @category files
 * @since 0.1.0
 */
export const gridOf = async (
  pictures: ReadonlyArray<ReadonlyArray<Frame>>,
  gap: number,
  scale: number
): Promise<Uint8Array> => {
  const { default: sharp } = await import('sharp')
  const { height, width } = pictures[0]![0]!
  const cells = pictures.flatMap((row, y) =>
    row.map(({ data }, x) => ({
      input: Buffer.from(data),
      raw: { height, width, channels: 3 as const },
      left: x * (width + gap),
      top: y * (height + gap)
    }))
  )
  const columns = Math.max(...pictures.map((row) => row.length))
  const sheet = { width: columns * (width + gap) - gap, height: pictures.length * (height + gap) - gap }
  const { data, info } = await sharp({ create: { ...sheet, channels: 3, background: '#ffffff' } })
    .composite(cells)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return sharp(data, { raw: { ...sheet, channels: info.channels } })
    .removeAlpha()
    .resize(sheet.width * scale, sheet.height * scale, { kernel: 'nearest' })
    .png()
    .toBuffer()
}

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
        return gridOf(pairs, Math.round(size.width / 8), enlarged)
      })
    ),
    TE.flatMap((png) => writeAtomic(path, png))
  )
