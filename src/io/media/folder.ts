/**
 * Folders of frames: every picture in them, in the order that people count (`9.png` before `10.png`).
 *
 * @since 0.1.0
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Album, still } from './album.js'
import { badData } from './failure.js'
import { limitsOf, overFrames, overPixels } from './limits.js'
import type { ReadOptions, Shape } from './model.js'
import { decode, header, type Raw } from './pixels.js'
import { bytesOf, headOf } from './regular.js'
import { sniff } from './sniff.js'

const natural = new Intl.Collator('en', { numeric: true })

/** Whether a path leads to a picture file, by its content. */
const isPicture = async (path: string): Promise<boolean> =>
  (await stat(path)).isFile() && sniff((await headOf(path, 64)).bytes)?._tag === 'Picture'

/**
 * The pictures of a folder; other files, hidden files and folders inside are left alone. The first gives the shape;
 * without a `size` that all are brought to, another shape is bad data.
 *
 * @category reading
 * @since 0.1.0
 */
export const folderAlbum = async (folder: string, options: ReadOptions): Promise<Album> => {
  const limits = limitsOf(options.limits)
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((e) => (e.isFile() || e.isSymbolicLink()) && !e.name.startsWith('.')).map((e) => e.name)
  overFrames(folder, names.length, limits)
  const files: Array<string> = []
  for (const name of names.sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1))) {
    if (await isPicture(join(folder, name))) files.push(join(folder, name))
  }
  const first = files[0]
  if (first === undefined) throw badData(folder, 'files', 'at least one picture', 'none')

  const sizeOf = async (file: string, bytes: Uint8Array): Promise<Shape> => {
    const { width, height } = (await header(file, bytes)).autoOrient
    overPixels(file, { width, height }, limits.pixels)
    return { width, height }
  }
  const shape = await sizeOf(first, await bytesOf(first, limits))
  const from = async function* (index: number): AsyncGenerator<Raw, void, undefined> {
    for (const file of files.slice(index)) {
      const bytes = await bytesOf(file, limits)
      const { width, height } = await sizeOf(file, bytes)
      if (options.size === undefined && (width !== shape.width || height !== shape.height)) {
        throw badData(file, 'size', `${shape.width}x${shape.height} as ${first}`, `${width}x${height}`)
      }
      yield await decode(file, bytes, { alpha: 'white' })
    }
  }
  return { kind: 'folder', ...shape, count: files.length, rate: still, timed: false, from }
}
