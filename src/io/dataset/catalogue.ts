/**
 * What was found when a folder was opened last, so that a file which looks the same need not be hashed again.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { writeAtomic } from '../files/atomic.js'
import { readBytes } from '../files/read-bytes.js'
import { settingsKey } from './cache.js'
import { looksWhole } from './entry.js'
import { signature } from './fingerprint.js'
import type { Clip, Decoding } from './model.js'

const Known = t.strict({
  signature: t.string,
  sha256: t.string,
  entry: t.string,
  frames: t.number,
  height: t.number,
  width: t.number
})
const Catalogue = t.strict({ version: t.literal(1), clips: t.record(t.string, Known) })

/**
 * What is known of the files of one folder, by their paths in it.
 *
 * @category model
 * @since 0.1.0
 */
export type Known = Readonly<Record<string, t.TypeOf<typeof Known>>>

const pathOf = (cache: string, folder: string, decoding: Decoding): string => {
  const key = createHash('sha256')
    .update(`${resolve(folder)} ${settingsKey(decoding)}`)
    .digest('hex')
  return join(cache, 'datasets', `${key.slice(0, 32)}.json`)
}

/**
 * Reads what is known; a catalogue that is missing or damaged knows nothing.
 *
 * @category cache
 * @since 0.1.0
 */
export const readKnown = async (cache: string, folder: string, decoding: Decoding): Promise<Known> => {
  const read = await readBytes(pathOf(cache, folder, decoding))()
  if (E.isLeft(read)) return {}
  const parsed = E.tryCatch(() => JSON.parse(Buffer.from(read.right).toString()) as unknown, String)
  const decoded = Catalogue.decode(E.toUnion(parsed))
  return E.isLeft(decoded) ? {} : decoded.right.clips
}

/**
 * Keeps what is known. That it cannot be kept is no failure: it costs time at the next opening.
 *
 * @category cache
 * @since 0.1.0
 */
export const keepKnown = async (cache: string, folder: string, decoding: Decoding, clips: Known): Promise<void> => {
  const path = pathOf(cache, folder, decoding)
  await mkdir(dirname(path), { recursive: true }).catch(() => undefined)
  await writeAtomic(path, Buffer.from(JSON.stringify(Catalogue.encode({ version: 1, clips }))))()
}

/**
 * The clip of a file that looks as it did, if its frames are still there.
 *
 * @category cache
 * @since 0.1.0
 */
export const recall = async (
  known: Known,
  path: string,
  name: string,
  source: string,
  decoding: Decoding
): Promise<Clip | undefined> => {
  const found = Object.hasOwn(known, path) ? known[path] : undefined
  if (found === undefined || (await signature(source)) !== found.signature) return undefined
  if (!(await looksWhole(found.entry, found))) return undefined
  const { sha256, entry, frames, height, width } = found
  return { name, sha256, frames, height, width, channels: 3, source, entry, decoding }
}
