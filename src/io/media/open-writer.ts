/**
 * Writes frames as whatever the name of the output asks for.
 *
 * @since 0.1.0
 */
import { extname } from 'node:path'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { attempt, MediaFailure } from './failure.js'
import type { WriteOptions, Writer } from './model.js'
import { folderFormat, stripFormat } from './write-picture.js'
import { pipeFormat } from './write-pipe.js'
import { videoFormat } from './write-video.js'
import { webpFormat } from './write-webp.js'
import { type Format, writerOf } from './writer.js'

/**
 * The endings of the films that `openWriter` writes; a path without one is a folder.
 *
 * @category writing
 * @since 0.1.0
 */
export const writtenEndings: ReadonlyArray<string> = ['.mp4', '.webm', '.gif', '.webp', '.png']

const formatOf = async (path: string, options: WriteOptions): Promise<Format> => {
  if (/[/\\]$/.test(path)) return folderFormat(path, options)
  const extension = extname(path).toLowerCase()
  switch (extension) {
    case '.mp4':
      return videoFormat(path, 'mp4', options)
    case '.webm':
      return videoFormat(path, 'webm', options)
    case '.gif':
      return videoFormat(path, 'gif', options)
    case '.webp':
      return webpFormat(path, options)
    case '.png':
      return stripFormat(path, options)
    case '':
      return folderFormat(path, options)
    default: {
      const expected = 'a name that ends in .mp4, .webm, .gif, .webp or .png, or a folder'
      throw new MediaFailure({ _tag: 'Usage', at: path, expected, actual: extension })
    }
  }
}

/**
 * Opens an output by its extension: `.mp4` (H.264), `.webm` (VP9), `.gif`, `.webp` (animated), `.png` (a strip, frames
 * side by side), or a folder of PNG frames (a name that ends in a slash or has no extension). It comes to be under a
 * temporary name beside its path, which it takes at `close`, replacing what was there.
 *
 * Colours are written as BT.709 with limited range and tagged so. Odd sides of MP4 and WebM get one more column or row,
 * equal to the last. GIF plays at most 50 frames a second; frames that come faster are kept and play slower.
 *
 * `height` and `width` are in pixels, `rate` in frames per second. Fails with `Usage` where these are no whole numbers from 1
 * on, or the extension or the format of standard output is not known, `NoEngine` where ffmpeg or its encoder is missing,
 * `FileTrouble` where nothing can be written.
 *
 * @category writing
 * @since 0.1.0
 */
export const openWriter = (path: string, options: WriteOptions): TE.TaskEither<Problem, Writer> =>
  attempt(path, 'write', async () => {
    const { height, width, rate } = options
    const numbers = [height, width, rate.num, rate.den]
    if (numbers.some((n) => !Number.isSafeInteger(n) || n < 1)) {
      const expected = 'a whole size and rate above 0'
      throw new MediaFailure({ _tag: 'Usage', at: path, expected, actual: numbers.join(' ') })
    }
    if (path === '-' && options.format === undefined) {
      const expected = 'a format for standard output: mp4, webm, mjpeg or raw'
      throw new MediaFailure({ _tag: 'Usage', at: path, expected, actual: 'none' })
    }
    const format = path === '-' ? pipeFormat(options.format ?? 'raw', options) : formatOf(path, options)
    return writerOf(path === '-' ? 'standard output' : path, options, await format)
  })
