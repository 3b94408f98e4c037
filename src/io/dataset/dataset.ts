/**
 * Opens a folder of videos for training: all frames decoded, any of them at hand.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Config } from '../config/config.js'
import { cacheFolder } from '../files/cache-folder.js'
import { attempt, problemOf } from '../media/failure.js'
import { gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { cached, sweep } from './cache.js'
import { type Known, keepKnown, readKnown, recall } from './catalogue.js'
import { type DatasetFormat, datasetFormats } from './format.js'
import type { Entry, Layout } from './layout.js'
import type { Clip, Dataset, Decoding, Division, Manifest, Part } from './model.js'
import { pooled } from './pooled.js'

/**
 * How to open a dataset. `seed` divides a folder that nothing else divides; `cache` is the folder that the frames are
 * kept in; `progress` is told of every clip that is decoded or found, with its frames.
 *
 * @category model
 * @since 0.1.0
 */
export interface Opening extends Decoding {
  readonly part: Part
  readonly seed?: number
  /** What lists the clips; a folder of videos unless given. */
  readonly format?: DatasetFormat
  readonly cache?: string
  readonly signal?: AbortSignal
  readonly progress?: (frames: number) => void
}

/** Files decoded at once. */
const width = 4

/**
 * The manifest of some clips.
 *
 * @category constructors
 * @since 0.1.0
 */
export const manifestOf = (part: Part, division: Division, clips: ReadonlyArray<Clip>): Manifest => {
  const listed = clips.map(({ name, sha256, frames, height, width: w }) => ({ name, sha256, frames, height, width: w }))
  const sha256 = createHash('sha256').update(JSON.stringify(listed)).digest('hex')
  return { version: 1, part, division, sha256, clips: listed }
}

/** Whether no other file would fare better: an interruption, or a cache that can not be written. */
const endsAll = (problem: Problem, cache: string): boolean =>
  problem._tag === 'Interrupted' || (problem._tag === 'FileTrouble' && problem.file.startsWith(cache))

/**
 * Decodes each of some files, or says what is wrong with it; the problems of one file leave the others as they are.
 *
 * @category files
 * @since 0.1.0
 */
export const decodeAll = (
  folder: string,
  entries: ReadonlyArray<Entry>,
  { cache = cacheFolder(), size, fit, limits, signal, progress }: Omit<Opening, 'part'>
): TE.TaskEither<Problem, ReadonlyArray<E.Either<Problem, Clip>>> => {
  const decoding: Decoding = {
    ...(size === undefined ? {} : { size }),
    ...(fit === undefined ? {} : { fit }),
    ...(limits === undefined ? {} : { limits })
  }
  return attempt(folder, 'read', async () => {
    await sweep(cache)
    const known = await readKnown(cache, folder, decoding)
    const fresh: Record<string, Known[string]> = {}
    const one = async ({ name, path }: Entry): Promise<Clip> => {
      const inside = relative(folder, path)
      const old = await recall(known, inside, name, path, decoding)
      if (old !== undefined) return old
      const { clip, signature } = await cached(name, path, cache, decoding, signal)
      const { sha256, entry, frames, height, width: w } = clip
      fresh[inside] = { signature, sha256, entry, frames, height, width: w }
      return clip
    }
    try {
      return await pooled(
        width,
        entries,
        async (entry): Promise<E.Either<Problem, Clip>> => {
          try {
            const clip = await one(entry)
            progress?.(clip.frames)
            return E.right(clip)
          } catch (cause) {
            const problem = problemOf(entry.path, 'read', cause)
            if (endsAll(problem, cache)) throw cause
            return E.left(problem)
          }
        },
        signal
      )
    } finally {
      if (Object.keys(fresh).length > 0) await keepKnown(cache, folder, decoding, { ...known, ...fresh })
    }
  })
}

/**
 * Opens one part of a dataset. Every file that does not decode is told, not the first alone; so is an empty part. The
 * first opening decodes all frames into the cache and may be interrupted; the next goes on from there.
 *
 * Fails with `BadData`, `OverLimit` or `FileTrouble` for each such file (`Problems` where there are several), `NoEngine`
 * without ffmpeg, `Interrupted` by the signal.
 *
 * @category files
 * @since 0.1.0
 */
export const openDataset = (folder: string, opening: Opening): TE.TaskEither<Problem, Dataset> =>
  pipe(
    (opening.format ?? datasetFormats.folder).layout(folder, opening.seed ?? 0),
    TE.flatMap((layout: Layout) => {
      const { part } = opening
      const { division } = layout
      const entries = layout[part]
      if (entries.length === 0)
        return TE.left<Problem, Dataset>({
          _tag: 'BadData',
          file: folder,
          at: part,
          expected: 'videos',
          actual: 'none'
        })
      return pipe(
        decodeAll(folder, entries, opening),
        TE.flatMapEither((found): E.Either<Problem, Dataset> => {
          const [first, ...rest] = found.flatMap((one) => (E.isLeft(one) ? [one.left] : []))
          if (first !== undefined) return E.left(gather(first, rest))
          const clips = found.flatMap((one) => (E.isRight(one) ? [one.right] : []))
          return E.right({ folder, part, clips, manifest: manifestOf(part, division, clips) })
        })
      )
    })
  )

/**
 * How a configuration has its dataset opened: the shape of the frames of strips, and the seed of the division.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openingOf = ({ dataset_params }: Config, part: Part): Opening => {
  const [height, w] = dataset_params?.image_shape ?? [64, 64]
  return { part, seed: dataset_params?.random_seed ?? 0, size: { height: height!, width: w! } }
}
