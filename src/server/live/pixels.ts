/**
 * Pictures of a session between the forms they are sent in and the bytes that the engine takes.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Sharp } from 'sharp'
import sharp from 'sharp'
import type { Part, Picture } from '../../client/protocol.js'
import { describe, sniff } from '../../io/media/sniff.js'
import type { Layer } from '../engine/wire.js'
import { type Refusal, refusal } from '../http/refusal.js'

// Pictures are small: one thread each, and nothing of them is kept.
sharp.concurrency(1)
sharp.cache(false)

interface Size {
  readonly height: number
  readonly width: number
}

const wrong = (where: string, expected: string, actual: string, status = 422, kind = 'picture'): Refusal =>
  refusal(status, kind, 'The picture is not taken', { where, expected, actual })

const taken = ['png', 'jpeg', 'webp']

const opened = (picture: Picture, pixels: number): E.Either<Refusal, Sharp> => {
  const { format, width, height, bytes } = picture
  if (format === 'raw')
    return width * height > pixels
      ? E.left(wrong('size', `at most ${pixels} pixels`, `${width}x${height}`, 413, 'over-limit'))
      : E.right(sharp(bytes, { raw: { width, height, channels: 3 } }))
  const content = sniff(bytes.subarray(0, 4096))
  return content?._tag === 'Picture' && taken.includes(content.format)
    ? E.right(sharp(bytes, { limitInputPixels: pixels, failOn: 'error' }))
    : E.left(wrong('payload', 'JPEG, PNG or WebP', content === undefined ? describe(bytes) : 'another format', 415))
}

/**
 * RGB bytes of a picture at the model's size: what has another is cut to its proportions around the centre. Transparency is
 * laid on white.
 *
 * @category conversion
 * @since 0.1.0
 */
export const toPixels = async (
  picture: Picture,
  size: Size,
  pixels: number
): Promise<E.Either<Refusal, Uint8Array>> => {
  if (picture.format === 'raw' && picture.width === size.width && picture.height === size.height)
    return E.right(picture.bytes)
  const source = opened(picture, pixels)
  if (E.isLeft(source)) return source
  try {
    const { data, info } = await source.right
      .autoOrient()
      .flatten({ background: '#fff' })
      .resize(size.width, size.height, { fit: 'cover' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return info.channels === 3 ? E.right(data) : E.left(wrong('channels', '3', String(info.channels)))
  } catch (cause) {
    const said = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n').at(-1) ?? ''
    return /pixel limit/.test(said)
      ? E.left(wrong('size', `at most ${pixels} pixels`, 'more', 413, 'over-limit'))
      : E.left(wrong('payload', 'a picture that decodes', said))
  }
}

/**
 * A map of a result as it is sent: pictures as JPEG where that is wanted, everything else as it is.
 *
 * @category conversion
 * @since 0.1.0
 */
export const toPart = async ({ bytes, ...map }: Layer, reply: 'jpeg' | 'raw', quality: number): Promise<Part> => {
  if (map.what === 'flow') return { ...map, format: 'fixed16', bytes }
  if (map.what === 'mask' || reply === 'raw') return { ...map, format: 'raw', bytes }
  const jpeg = await sharp(bytes, { raw: { width: map.width, height: map.height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:4:4' })
    .toBuffer()
  return { ...map, format: 'encoded', bytes: jpeg }
}
