/**
 * Training clips out of raw videos, with a record of every frame's fate; what was done is not done again.
 *
 * @since 0.1.0
 */
import { existsSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { writeAtomic } from '../../files/atomic.js'
import { fileTrouble } from '../../files/file-trouble.js'
import { readBytes } from '../../files/read-bytes.js'
import { attempt, badData, MediaFailure } from '../../media/failure.js'
import type { Limits } from '../../media/index.js'
import type { Problem } from '../../problem/problem.js'
import { contentHash } from '../fingerprint.js'
import { type Entry, readClips } from '../layout.js'
import { pooled } from '../pooled.js'
import { Record, type Settings, type Source, type Take } from './model.js'
import { prepareSource } from './source.js'

/**
 * What to prepare: the videos of a folder (or one video), what to take of each, and where to. A video of which nothing
 * is taken is left out.
 *
 * @category model
 * @since 0.1.0
 */
export interface Preparation {
  readonly out: string
  readonly settings: Settings
  readonly videos: ReadonlyArray<Entry>
  readonly takes: (name: string) => ReadonlyArray<Take>
  readonly limits: Partial<Limits>
  readonly signal: AbortSignal
  readonly progress: (frames: number) => void
}

/**
 * The name of the record in the folder of the clips.
 *
 * @category model
 * @since 0.1.0
 */
export const recordFile = 'manifest.json'

/**
 * The videos that a path means: those of a folder, or the one that it is.
 *
 * Fails with `FileTrouble` where the path cannot be read, `BadData` where a folder holds no video.
 *
 * @category files
 * @since 0.1.0
 */
export const videosOf = (raw: string): TE.TaskEither<Problem, ReadonlyArray<Entry>> =>
  pipe(
    TE.tryCatch(() => stat(raw), fileTrouble(raw, 'read')),
    TE.flatMap((found) => (found.isDirectory() ? readClips(raw) : TE.right([{ name: basename(raw), path: raw }]))),
    TE.filterOrElse(
      (videos) => videos.length > 0,
      (): Problem => ({ _tag: 'BadData', file: raw, at: 'files', expected: 'videos', actual: 'none' })
    )
  )

const readRecord = async (path: string): Promise<Record | undefined> => {
  if (!existsSync(path)) return undefined
  const read = await readBytes(path)()
  if (E.isLeft(read)) throw new MediaFailure(read.left)
  const decoded = Record.decode(
    E.toUnion(E.tryCatch(() => JSON.parse(Buffer.from(read.right).toString()) as unknown, String))
  )
  if (E.isLeft(decoded)) throw badData(path, 'document', 'the record of a preparation', 'other data')
  return decoded.right
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Whether all that is on record of a video still holds; what failed is tried again. */
const stands = (out: string, old: Source, sha256: string, takes: ReadonlyArray<Take>): boolean =>
  old.sha256 === sha256 &&
  old.failed.length === 0 &&
  same(old.takes, takes) &&
  old.clips.every(({ name }) => existsSync(join(out, name)))

/** The record is written this often, and at the end. */
const often = 2_000

/**
 * Prepares videos one after another. The record in the folder says what was done; another run with the same settings goes on
 * from there, with others it fails with `BadData`. Videos that are gone from the input keep their clips.
 *
 * Fails with `FileTrouble` where the folder cannot be written, `BadData` or `OverLimit` where a video does not decode,
 * `Interrupted` by the signal.
 *
 * @category files
 * @since 0.1.0
 */
export const prepare = (p: Preparation): TE.TaskEither<Problem, Record> => {
  const { out, settings } = p
  const path = join(out, recordFile)
  return attempt(out, 'prepare', async () => {
    await mkdir(out, { recursive: true })
    const before = await readRecord(path)
    if (before !== undefined && !same(before.settings, settings))
      throw badData(path, 'settings', 'those of the clips that are there', 'others; name another folder with --out')
    const sources = new Map(before?.sources.map((source) => [source.file, source]))
    const record = (): Record => ({
      version: 1,
      settings,
      sources: [...sources.values()].sort((a, b) => (a.file < b.file ? -1 : 1))
    })
    let written = Date.now()
    const keep = async (): Promise<void> => {
      const done = await writeAtomic(path, Buffer.from(`${JSON.stringify(record(), undefined, 2)}\n`))()
      if (E.isLeft(done)) throw new MediaFailure(done.left)
      written = Date.now()
    }
    const one = async (video: Entry): Promise<void> => {
      const takes = p.takes(video.name)
      const hashed = await contentHash(video.path)
      const old = sources.get(video.name)
      if (old !== undefined && stands(out, old, hashed, takes)) return
      for (const { name } of old?.clips ?? []) await rm(join(out, name), { recursive: true, force: true })
      sources.delete(video.name)
      const { limits, signal, progress } = p
      sources.set(video.name, await prepareSource(video, hashed, takes, settings, out, limits, signal, progress))
      if (Date.now() - written > often) await keep()
    }
    try {
      await pooled(1, p.videos, one, p.signal)
    } finally {
      await keep()
    }
    return record()
  })
}
