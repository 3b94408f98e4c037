/**
 * What an upload is, told from its bytes alone.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { openClip, toNumber } from '../../io/media/index.js'
import { describe, type Content as Media, sniff } from '../../io/media/sniff.js'
import { fromProblem, type Refusal, refusal } from '../http/refusal.js'
import type { Bounds } from '../settings.js'

/**
 * A kind of upload: how it is used, the ending that it is kept under, its media type.
 *
 * @category model
 * @since 0.1.0
 */
export interface Content {
  readonly kind: 'picture' | 'film' | 'motion'
  readonly ending: string
  readonly type: string
}

const pictures: Readonly<Record<string, Content>> = {
  png: { kind: 'picture', ending: 'png', type: 'image/png' },
  apng: { kind: 'film', ending: 'png', type: 'image/apng' },
  jpeg: { kind: 'picture', ending: 'jpg', type: 'image/jpeg' },
  webp: { kind: 'picture', ending: 'webp', type: 'image/webp' },
  gif: { kind: 'film', ending: 'gif', type: 'image/gif' },
  avif: { kind: 'picture', ending: 'avif', type: 'image/avif' }
}

const films: Readonly<Record<string, readonly [ending: string, type: string]>> = {
  mov: ['mp4', 'video/mp4'],
  matroska: ['webm', 'video/webm'],
  avi: ['avi', 'video/x-msvideo'],
  ogg: ['ogv', 'video/ogg'],
  flv: ['flv', 'video/x-flv'],
  mpegts: ['ts', 'video/mp2t'],
  mpeg: ['mpg', 'video/mpeg'],
  asf: ['wmv', 'video/x-ms-asf'],
  yuv4mpegpipe: ['y4m', 'application/octet-stream']
}

const ofMedia = (media: Media): Content | undefined => {
  if (media._tag === 'Picture') return pictures[media.format]
  const [ending, type] = films[media.demuxer] ?? []
  return ending === undefined || type === undefined ? undefined : { kind: 'film', ending, type }
}

/** A motion template: a safetensors file, whose header of at most a megabyte is JSON. */
const isTemplate = (head: Uint8Array): boolean => {
  if (head.length < 10) return false
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true)
  return length >= 2n && length <= 2n ** 20n && head[8] === 0x7b
}

/**
 * What a file that begins with these bytes is, or that it is not taken: playlists and scripts, which name other files, are not.
 *
 * @category reading
 * @since 0.1.0
 */
export const contentOf = (head: Uint8Array): E.Either<Refusal, Content> => {
  const media = sniff(head)
  const content = media === undefined ? undefined : ofMedia(media)
  if (content !== undefined) return E.right(content)
  if (isTemplate(head)) return E.right({ kind: 'motion', ending: 'safetensors', type: 'application/octet-stream' })
  return E.left(
    refusal(415, 'content', 'The content is not taken', {
      where: 'body',
      expected:
        'a picture (PNG, JPEG, WebP, GIF, AVIF), a film (MP4, WebM, AVI, Ogg, FLV, MPEG, ASF, Y4M) or a motion template',
      actual: describe(head)
    })
  )
}

/** What a picture or film is like, by its header: nothing large is decoded. */
export interface Looks {
  readonly kind: Content['kind']
  readonly height?: number
  readonly width?: number
  readonly frames?: number
  readonly rate?: number
}

/**
 * Opens what was uploaded and holds it to the bounds by what its header says.
 *
 * @category reading
 * @since 0.1.0
 */
export const examined = async (path: string, { kind }: Content, bounds: Bounds): Promise<E.Either<Refusal, Looks>> => {
  if (kind === 'motion') return E.right({ kind })
  const { pixels, frames, seconds } = bounds
  const opened = await openClip(path, { limits: { pixels, frames, seconds }, whole: true })()
  if (E.isLeft(opened)) return E.left(fromProblem(opened.left))
  const { sourceHeight: height, sourceWidth: width, count, rate, kind: found } = opened.right
  const still = found === 'picture'
  return E.right({
    kind: still ? 'picture' : 'film',
    height,
    width,
    ...(still ? {} : { rate: toNumber(rate), ...(count === undefined ? {} : { frames: count }) })
  })
}
