/**
 * Which files of a folder are clips, and of which part.
 *
 * A folder with `train` or `test` inside is divided by them; one with a split file by that; any other by a seed, a
 * fifth of it for tests. Hidden files and what stands beside the media (ground truth, manifests, lists) are passed over.
 *
 * Source: `FramesDataset` of the reference implementation; an incomplete pair of folders is allowed here.
 *
 * @since 0.1.0
 */
import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { attempt, badData } from '../media/failure.js'
import { headOf } from '../media/regular.js'
import { sniff, sniffed } from '../media/sniff.js'
import type { Problem } from '../problem/problem.js'
import type { Division, Part } from './model.js'
import { seededSplit } from './split.js'
import { readSplit, splitFile } from './split-file.js'

/**
 * A file or folder of frames that is to be a clip.
 *
 * @category model
 * @since 0.1.0
 */
export interface Entry {
  readonly name: string
  readonly path: string
}

/**
 * What is in the folder of a dataset: the clips of each part, by name, and what was passed over.
 *
 * @category model
 * @since 0.1.0
 */
export interface Layout {
  readonly division: Division
  readonly train: ReadonlyArray<Entry>
  readonly test: ReadonlyArray<Entry>
  readonly passed: ReadonlyArray<string>
}

/** Names that promise a picture or a film: what does not keep the promise is a problem, not passed over. */
const media =
  /^[.](png|apng|jpe?g|gif|webp|avif|heic|bmp|tiff?|svg|mp4|m4v|mov|webm|mkv|avi|og[vg]|flv|m?ts|mpe?g|wmv|asf|y4m|m3u8?|mpd)$/i
/** Names of what stands beside media. */
const beside = /^[.](safetensors|json|ndjson|csv|txt|md|ya?ml|log|html|npy|npz|pkl|zip)$/i

const startsAsMedia = async (path: string): Promise<boolean> => sniff((await headOf(path, sniffed)).bytes) !== undefined

/** Whether a file or folder is one clip. */
const isClip = async (path: string): Promise<boolean> => {
  const found = await stat(path)
  if (found.isFile()) return media.test(extname(path)) || (!beside.test(extname(path)) && (await startsAsMedia(path)))
  if (!found.isDirectory()) return false
  for (const inside of await readdir(path, { withFileTypes: true })) {
    const file = join(path, inside.name)
    if (inside.name.startsWith('.') || !(await stat(file)).isFile()) continue
    if (!beside.test(extname(file)) && (await startsAsMedia(file))) return true
  }
  return false
}

const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

const list = async (folder: string): Promise<{ clips: ReadonlyArray<Entry>; passed: ReadonlyArray<string> }> => {
  const entries = (await readdir(folder))
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ name, path: join(folder, name) }))
    .sort(byName)
  const clips: Array<Entry> = []
  const passed: Array<string> = []
  for (const entry of entries) {
    if (await isClip(entry.path)) clips.push(entry)
    else passed.push(entry.path)
  }
  return { clips, passed }
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true

/**
 * The clips that lie in a folder itself, by name.
 *
 * Fails with `FileTrouble` where the folder cannot be read.
 *
 * @category files
 * @since 0.1.0
 */
export const readClips = (folder: string): TE.TaskEither<Problem, ReadonlyArray<Entry>> =>
  attempt(folder, 'read', async () => (await list(folder)).clips)

/** The share that is for tests where nothing else says so. */
const fifth = 0.2

/**
 * Lists a dataset; nothing is decoded. `seed` matters where neither folders nor a split file divide it.
 *
 * Fails with `FileTrouble` where the folder cannot be read, `BadData` where it is none, or its split file names what is not
 * there.
 *
 * @category files
 * @since 0.1.0
 */
export const readLayout = (folder: string, seed = 0): TE.TaskEither<Problem, Layout> =>
  attempt(folder, 'read', async () => {
    if (!(await stat(folder)).isDirectory()) throw badData(folder, 'dataset', 'a folder', 'a file')
    const folders = { train: join(folder, 'train'), test: join(folder, 'test') }
    if ((await isFolder(folders.train)) || (await isFolder(folders.test))) {
      const none = { clips: [], passed: [] }
      const train = (await isFolder(folders.train)) ? await list(folders.train) : none
      const test = (await isFolder(folders.test)) ? await list(folders.test) : none
      const parts = new Set(['train', 'test'])
      const outside = (await readdir(folder)).filter((name) => !name.startsWith('.') && !parts.has(name)).sort()
      const passed = [...outside.map((name) => join(folder, name)), ...train.passed, ...test.passed]
      return { division: { by: 'folders' }, train: train.clips, test: test.clips, passed }
    }
    const { clips, passed } = await list(folder)
    const split = await readSplit(join(folder, splitFile))
    if (split === undefined) {
      const { train, test } = seededSplit(clips, fifth, seed)
      return { division: { by: 'seed', seed, test: fifth }, train, test, passed }
    }
    const named = new Map(clips.map((clip) => [clip.name, clip]))
    const of = (part: Part): ReadonlyArray<Entry> =>
      split[part].map((name) => {
        const clip = named.get(name)
        if (clip === undefined) throw badData(join(folder, splitFile), part, 'names of clips beside it', name)
        named.delete(name)
        return clip
      })
    const [train, test] = [of('train'), of('test')]
    return { division: { by: 'file' }, train, test, passed: [...passed, ...[...named.values()].map((c) => c.path)] }
  })
