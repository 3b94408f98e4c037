/**
 * Pictures in memory to RGB bytes, by sharp, which is loaded when the first picture is.
 *
 * @since 0.1.0
 */
import type { Metadata, Sharp, SharpOptions } from 'sharp'
import { badData } from './failure.js'
import type { Frame } from './model.js'

/**
 * The pixels of a picture, without a place in time.
 *
 * @category model
 * @since 0.1.0
 */
export type Raw = Omit<Frame, 'time'>

/** The limits of sharp are off because ours are checked on the header, before. Damage fails; mere oddities pass. */
const open = async (bytes: Uint8Array, more: SharpOptions = {}): Promise<Sharp> =>
  (await import('sharp')).default(bytes, { limitInputPixels: false, failOn: 'error', ...more })

const unsound = (file: string, at: string, cause: unknown): Error => {
  const lines = String((cause as Error).message)
    .trim()
    .split('\n')
  return badData(file, at, 'a picture that decodes', lines[lines.length - 1] ?? '')
}

/**
 * What the header of a picture says; nothing is decoded.
 *
 * @category reading
 * @since 0.1.0
 */
export const header = async (file: string, bytes: Uint8Array): Promise<Metadata> => {
  try {
    return await (await open(bytes)).metadata()
  } catch (cause) {
    throw unsound(file, 'header', cause)
  }
}

/**
 * Which part of a file to decode and how: some pages of an animation, one below the other; transparency laid on
 * `white`, or dropped with the colours kept as they are stored (as the original reads its strips, profiles ignored).
 *
 * @category model
 * @since 0.1.0
 */
export interface Part {
  readonly alpha: 'white' | 'drop'
  readonly page?: number
  readonly pages?: number
}

/**
 * Decodes a picture upright as 8-bit RGB: grey is repeated, palettes are looked up, 16 bits lose the lower 8.
 *
 * @category reading
 * @since 0.1.0
 */
export const decode = async (file: string, bytes: Uint8Array, { alpha, page, pages }: Part): Promise<Raw> => {
  try {
    const opened = await open(bytes, {
      ...(page !== undefined && { page }),
      ...(pages !== undefined && { pages }),
      ...(alpha === 'drop' && { ignoreIcc: true })
    })
    const upright = page === undefined ? opened.autoOrient() : opened
    const opaque = alpha === 'white' ? upright.flatten({ background: '#fff' }) : upright.removeAlpha()
    const { data, info } = await opaque
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw new Error(`${info.channels} channels`)
    return { data, width: info.width, height: info.height }
  } catch (cause) {
    throw unsound(file, page === undefined ? 'pixels' : `frame ${page}`, cause)
  }
}
