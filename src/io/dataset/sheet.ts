/**
 * Pictures of a dataset: some clips below one another, some frames of each side by side.
 *
 * @since 0.1.0
 */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomic } from '../files/atomic.js'
import { attempt } from '../media/failure.js'
import { resize } from '../media/fit.js'
import type { Shape } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { augment } from './augment/apply.js'
import { drawPlan } from './augment/draw.js'
import type { AugmentationParams } from './augment/model.js'
import { toUnit } from './augment/unit.js'
import { readFrames } from './cache.js'
import type { Clip, Dataset } from './model.js'
import { generatorAt, shuffled } from './random.js'

/**
 * What to show: `rows` clips by chance, `columns` frames of each, evenly spread; with `augmentation` instead pairs as
 * the training draws them, source and driving side by side.
 *
 * @category model
 * @since 0.1.0
 */
export interface Showing {
  readonly rows: number
  readonly columns: number
  readonly seed: number
  readonly augmentation?: AugmentationParams
}

interface Picture extends Shape {
  readonly data: Uint8Array
}

/** The side of a cell in pixels, and what is between two. */
const side = 128
const gap = 4

const slices = ({ height, width }: Shape, data: Uint8Array): ReadonlyArray<Picture> => {
  const size = 3 * height * width
  return Array.from({ length: data.length / size }, (_, n) => ({
    height,
    width,
    data: data.subarray(n * size, (n + 1) * size)
  }))
}

const spreadFrames = async (clip: Clip, columns: number): Promise<ReadonlyArray<Picture>> => {
  const count = Math.min(columns, clip.frames)
  const last = Math.max(1, count - 1)
  const indices = Array.from({ length: count }, (_, i) => Math.round((i * (clip.frames - 1)) / last))
  return slices(clip, await readFrames(clip, indices))
}

const drawnPairs = async (clip: Clip, columns: number, seed: number, params: AugmentationParams) => {
  const pairs = Array.from({ length: columns >> 1 }, async (_, n) => {
    const { frames, changes } = drawPlan(generatorAt(seed, 'show', clip.name, n), clip, params)
    const { height, width } = clip
    const changed = augment({ count: 2, height, width, data: toUnit(await readFrames(clip, frames)) }, changes)
    return slices(
      changed,
      Uint8Array.from(changed.data, (x) => Math.round(255 * x))
    )
  })
  return (await Promise.all(pairs)).flat()
}

/** Lays pictures out in a table of equal cells on white; small ones are enlarged by whole pixels. */
const table = async (rows: ReadonlyArray<ReadonlyArray<Picture>>): Promise<Uint8Array> => {
  const { default: sharp } = await import('sharp')
  const columns = Math.max(...rows.map((row) => row.length))
  const cells = rows.flatMap((row, y) =>
    row.map((picture, x) => {
      const long = Math.max(picture.height, picture.width)
      const scale = long <= side ? Math.max(1, Math.floor(side / long)) : side / long
      const to = {
        height: Math.max(1, Math.round(picture.height * scale)),
        width: Math.max(1, Math.round(picture.width * scale))
      }
      const { data } = scale > 1 ? enlarged(picture, scale) : resize(picture, to, 'stretch')
      const [left, top] = [x * (side + gap), y * (side + gap)]
      return {
        input: Buffer.from(data),
        raw: { ...to, channels: 3 as const },
        left: left + ((side - to.width) >> 1),
        top: top + ((side - to.height) >> 1)
      }
    })
  )
  const size = { height: rows.length * (side + gap) - gap, width: columns * (side + gap) - gap }
  return sharp({ create: { ...size, channels: 3, background: '#ffffff' } })
    .composite(cells)
    .png()
    .toBuffer()
}

/** Every pixel as a square of `scale` pixels. */
const enlarged = ({ height, width, data }: Picture, scale: number): Picture => {
  const to = { height: height * scale, width: width * scale }
  const out = new Uint8Array(3 * to.height * to.width)
  for (let y = 0, at = 0; y < to.height; y++) {
    const line = Math.floor(y / scale) * width
    for (let x = 0; x < to.width; x++, at += 3) {
      const from = 3 * (line + Math.floor(x / scale))
      out[at] = data[from]!
      out[at + 1] = data[from + 1]!
      out[at + 2] = data[from + 2]!
    }
  }
  return { ...to, data: out }
}

/**
 * Writes a contact sheet as PNG, and says which clips it shows, from top to bottom.
 *
 * Fails with `BadData` where a clip is no longer what it was, `FileTrouble` where the picture cannot be written.
 *
 * @category files
 * @since 0.1.0
 */
export const writeSheet = (
  { folder, clips }: Dataset,
  { rows, columns, seed, augmentation }: Showing,
  path: string
): TE.TaskEither<Problem, ReadonlyArray<string>> => {
  const chosen = shuffled(generatorAt(seed, 'sheet'), clips)
    .slice(0, rows)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return pipe(
    attempt(folder, 'show', async () => {
      const pictures: Array<ReadonlyArray<Picture>> = []
      for (const clip of chosen)
        pictures.push(
          augmentation === undefined
            ? await spreadFrames(clip, columns)
            : await drawnPairs(clip, columns, seed, augmentation)
        )
      return table(pictures)
    }),
    TE.flatMap((png) => writeAtomic(path, png)),
    TE.map(() => chosen.map(({ name }) => name))
  )
}
