/**
 * Opens whatever moves or could: videos, animations, pictures, strips, folders of frames.
 *
 * @since 0.1.0
 */
import { stat } from 'node:fs/promises'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { clipOf } from './album.js'
import { attempt, badData, MediaFailure } from './failure.js'
import { asTheyAre } from './find-ffmpeg.js'
import { folderAlbum } from './folder.js'
import { limitsOf, overFrames, overPixels, overSeconds } from './limits.js'
import { type Clip, type ReadOptions, type Shape, videoPixels } from './model.js'
import { pictureAlbum } from './picture.js'
import { probe } from './probe.js'
import { toNumber } from './rational.js'
import { bytesOf, headOf } from './regular.js'
import { accepted, type Demuxer, describe, sniff, sniffed } from './sniff.js'
import { standardInput } from './standard-input.js'
import { videoFrames } from './video.js'

const openVideo = async (file: string, demuxer: Demuxer, options: ReadOptions): Promise<Clip> => {
  const video = await probe(file, demuxer)
  const limits = limitsOf({ pixels: videoPixels, ...options.limits })
  const native: Shape = { height: video.height, width: video.width }
  const size = options.size ?? native
  const rate = options.rate ?? video.rate
  overPixels(file, native, limits.pixels)
  overPixels(file, size, limits.pixels)
  const same = options.rate === undefined && !video.variable
  const count = same ? video.count : undefined
  const only = options.only
  if (only === undefined) {
    overSeconds(file, video.seconds ?? 0, limits)
    overFrames(file, count ?? Math.floor((video.seconds ?? 0) * toNumber(rate)), limits)
  } else {
    overFrames(file, only + 1, limits)
  }
  const timed = options.ownTimes === true && options.rate === undefined && video.variable
  const passing = timed ? await asTheyAre() : []
  const decoding = { timed, passing, file, demuxer, video, size, rate, limits, fit: options.fit ?? 'crop' }
  const known = only === undefined ? count : 1
  return {
    kind: 'video',
    height: size.height,
    width: size.width,
    sourceHeight: video.height,
    sourceWidth: video.width,
    rate,
    ...(known !== undefined && { count: known }),
    ...(timed && { timed }),
    audio: video.sound !== undefined,
    ...(video.codec !== undefined && { codec: video.codec }),
    frames: () => videoFrames(only === undefined ? decoding : { ...decoding, only })
  }
}

const wrong = ({ size, only, rate, frameShape }: ReadOptions): ReadonlyArray<unknown> => {
  const whole = (n: number, least: number): boolean => Number.isSafeInteger(n) && n >= least
  return [
    ...[size, frameShape].filter((s) => s && !(whole(s.height, 1) && whole(s.width, 1))),
    ...[only].filter((n) => n !== undefined && !whole(n, 0)),
    ...[rate].filter((r) => r && !(whole(r.num, 1) && whole(r.den, 1)))
  ]
}

/**
 * Opens a local file or folder as a clip. What it is, is told from its content, never from its name; anything that may
 * name other files or addresses (a playlist, a script) is refused before any other program sees it. The header is
 * judged by the limits here, so that nothing large is decoded; frames are decoded when they are asked for.
 *
 * `-` is standard input, read to its end first: a film without end has no place here.
 *
 * Fails with `Usage` for options that are no numbers of their kind, `BadData` where the content is not what is accepted,
 * `OverLimit`, `FileTrouble` where it cannot be read, `NoEngine` where a film needs ffmpeg.
 *
 * @category reading
 * @since 0.1.0
 */
export const openClip = (given: string, options: ReadOptions = {}): TE.TaskEither<Problem, Clip> =>
  attempt(given, 'read', async () => {
    const path = given === '-' ? await standardInput() : given
    const expected = 'whole sizes and rates above 0 and a frame index from 0'
    const odd = wrong(options)
    if (odd.length > 0) {
      throw new MediaFailure({ _tag: 'Usage', at: path, expected, actual: JSON.stringify(odd[0]) })
    }
    if ((await stat(path)).isDirectory()) return clipOf(path, await folderAlbum(path, options), options)
    const { bytes } = await headOf(path, sniffed)
    const content = sniff(bytes)
    if (content === undefined) throw badData(path, 'content', accepted, describe(bytes))
    if (content._tag === 'Video') return openVideo(path, content.demuxer, options)
    const album = await pictureAlbum(path, await bytesOf(path, limitsOf(options.limits)), options)
    return clipOf(path, album, options)
  })
