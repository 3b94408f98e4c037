/**
 * Bytes of regular files, thrown instead of returned when they cannot be had.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { readPart } from '../files/read-bytes.js'
import { MediaFailure } from './failure.js'
import type { Limits } from './model.js'

/**
 * The first bytes of a file and its size. Pipes and devices are refused without being opened.
 *
 * @category files
 * @since 0.1.0
 */
export const headOf = async (file: string, most: number): Promise<{ bytes: Uint8Array; size: number }> => {
  const part = await readPart(file, most)()
  if (E.isLeft(part)) throw new MediaFailure(part.left)
  return part.right
}

/**
 * All bytes of a picture file. No sound picture within the limits needs more than 8 bytes for each of its pixels.
 *
 * @category files
 * @since 0.1.0
 */
export const bytesOf = async (file: string, limits: Limits): Promise<Uint8Array> => {
  const limit = 8 * limits.pixels + 65_536
  const { bytes, size } = await headOf(file, limit)
  if (size <= limit) return bytes
  throw new MediaFailure({
    _tag: 'OverLimit',
    file,
    what: 'number of bytes',
    limit,
    actual: size,
    raise: '--max-pixels'
  })
}
