/**
 * The cache of decoded frames: every content is decoded once for each way of decoding it.
 *
 * An entry is named after the hash of its source's content and of the settings that it was decoded with. It is written
 * under a name of its own and renamed when it is whole, so processes may share the cache and die at any time. What is
 * missing or damaged is made anew.
 *
 * @since 0.1.0
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { isFileError } from '../files/file-trouble.js'
import { badData, MediaFailure, problemOf } from '../media/failure.js'
import { openClip } from '../media/index.js'
import { type Extent, inspectEntry, readEntry, writeEntry } from './entry.js'
import { contentHash, signature } from './fingerprint.js'
import type { Clip, Decoding } from './model.js'
import { heeding } from './pooled.js'

/** Counts up when the same settings give other frames than before. */
const generation = 1

/**
 * The settings that change what is decoded, as text.
 *
 * @category cache
 * @since 0.1.0
 */
export const settingsKey = ({ size, fit }: Decoding): string =>
  JSON.stringify([generation, size === undefined ? null : [size.height, size.width], fit ?? null])

const entryPath = (cache: string, sha256: string, decoding: Decoding): string => {
  const key = createHash('sha256')
    .update(`${sha256} ${settingsKey(decoding)}`)
    .digest('hex')
  return join(cache, 'frames', key.slice(0, 2), `${key}.frames`)
}

const partial = (cache: string): string => join(cache, 'partial')

/** Decodes a source into an entry. */
const make = async (
  source: string,
  path: string,
  cache: string,
  decoding: Decoding,
  signal?: AbortSignal
): Promise<Extent> => {
  const { size, fit, limits } = decoding
  const opened = await openClip(source, {
    ...(size === undefined ? {} : { frameShape: size }),
    ...(size === undefined || fit === undefined ? {} : { size, fit }),
    ...(limits === undefined ? {} : { limits })
  })()
  if (E.isLeft(opened)) throw new MediaFailure(opened.left)
  const temporary = join(partial(cache), `${randomBytes(12).toString('hex')}.tmp`)
  try {
    await mkdir(partial(cache), { recursive: true })
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      const extent = await writeEntry(file, opened.right, heeding(opened.right.frames(), signal))
      if (extent.frames === 0) throw badData(source, 'frames', 'at least one', 'none')
      await file.close()
      await rename(temporary, path)
      return extent
    } finally {
      await file.close().catch(() => undefined)
    }
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new MediaFailure(problemOf(isFileError(cause) ? temporary : source, 'write', cause))
  }
}

/**
 * The clip of a source, decoded if the cache does not have it; throws a `MediaFailure` for one that does not decode.
 *
 * @category cache
 * @since 0.1.0
 */
export const cached = async (
  name: string,
  source: string,
  cache: string,
  decoding: Decoding,
  signal?: AbortSignal
): Promise<{ readonly clip: Clip; readonly signature: string }> => {
  const before = await signature(source)
  const sha256 = await contentHash(source)
  const entry = entryPath(cache, sha256, decoding)
  const { frames, height, width } = (await inspectEntry(entry)) ?? (await make(source, entry, cache, decoding, signal))
  if ((await signature(source)) !== before)
    throw badData(source, 'content', 'a file that nobody writes while it is read', 'one that changed')
  const clip = { name, sha256, frames, height, width, channels: 3 as const, source, entry, decoding }
  return { clip, signature: before }
}

/**
 * Frames of a clip by index, in the order asked for: bytes [n, height, width, 3]. A damaged or missing cache entry is
 * made anew, once; a source that is no longer what it was is a problem. Throws a `MediaFailure`.
 *
 * @category reading
 * @since 0.1.0
 */
export const readFrames = async (clip: Clip, indices: ReadonlyArray<number>): Promise<Uint8Array> => {
  const odd = indices.find((i) => !Number.isInteger(i) || i < 0 || i >= clip.frames)
  if (odd !== undefined) throw badData(clip.source, `frame ${odd}`, `one of ${clip.frames} frames`, 'no such frame')
  const read = await readEntry(clip.entry, clip, indices)
  if (read !== undefined) return read
  if ((await contentHash(clip.source)) !== clip.sha256)
    throw badData(clip.source, 'content', `sha256 ${clip.sha256}`, 'other content than when the dataset was opened')
  await make(clip.source, clip.entry, join(dirname(clip.entry), '..', '..'), clip.decoding)
  const again = await readEntry(clip.entry, clip, indices)
  if (again !== undefined) return again
  throw badData(clip.entry, 'frames', 'what was written there', 'something else')
}

/** What nobody has written to for this long was left behind. */
const hour = 3_600_000

/**
 * Removes what interrupted processes have left in a cache.
 *
 * @category cache
 * @since 0.1.0
 */
export const sweep = async (cache: string): Promise<void> => {
  for (const name of await readdir(partial(cache)).catch(() => [])) {
    const path = join(partial(cache), name)
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now())
    if (age > hour) await rm(path, { force: true })
  }
}
