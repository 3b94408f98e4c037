/**
 * What a file is by its first bytes. Names and extensions are never trusted: a playlist called `a.mp4` is no video.
 *
 * @since 0.1.0
 */

/**
 * A kind of file that is opened: a picture format, or a video container by the name of its ffmpeg demuxer. Containers
 * that may name other files or addresses (playlists, scripts, HLS, DASH, SDP) are not among them.
 *
 * @category model
 * @since 0.1.0
 */
export type Content =
  | { readonly _tag: 'Picture'; readonly format: 'png' | 'apng' | 'jpeg' | 'webp' | 'gif' | 'avif' }
  | { readonly _tag: 'Video'; readonly demuxer: Demuxer }

/**
 * The ffmpeg demuxers that may be used.
 *
 * @category model
 * @since 0.1.0
 */
export type Demuxer = 'mov' | 'matroska' | 'avi' | 'ogg' | 'flv' | 'mpegts' | 'mpeg' | 'asf' | 'yuv4mpegpipe'

/**
 * How many bytes `sniff` wants to see (fewer if the file is shorter).
 *
 * @category reading
 * @since 0.1.0
 */
export const sniffed = 4096

/**
 * What is opened, in words for a message.
 *
 * @category reading
 * @since 0.1.0
 */
export const accepted =
  'a picture (PNG, JPEG, WebP, GIF, AVIF) or a video (MP4/MOV, WebM/Matroska, AVI, Ogg, FLV, MPEG, ASF, Y4M)'

const text = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length)))

const picture = (format: (Content & { readonly _tag: 'Picture' })['format']): Content => ({ _tag: 'Picture', format })
const video = (demuxer: Demuxer): Content => ({ _tag: 'Video', demuxer })

/** An APNG announces itself by an `acTL` chunk ahead of the first `IDAT`. */
const animated = (png: Uint8Array): boolean => {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  for (let at = 8; at + 8 <= png.length; at += view.getUint32(at) + 12) {
    const name = text(png, at + 4, at + 8)
    if (name === 'acTL') return true
    if (name === 'IDAT') return false
  }
  return false
}

/** Packets of a transport stream begin with the same byte; one byte alone says nothing. */
const packets = (bytes: Uint8Array, size: number, from: number): boolean =>
  bytes.length >= from + 4 * size && [0, 1, 2, 3].every((n) => bytes[from + n * size] === 0x47)

/**
 * What the file with these first bytes is; nothing if it is none of what is opened.
 *
 * @category reading
 * @since 0.1.0
 */
export const sniff = (head: Uint8Array): Content | undefined => {
  const starts = (magic: string, at = 0): boolean => text(head, at, at + magic.length) === magic
  if (starts('\x89PNG\r\n\x1a\n')) return picture(animated(head) ? 'apng' : 'png')
  if (starts('\xff\xd8\xff')) return picture('jpeg')
  if (starts('GIF87a') || starts('GIF89a')) return picture('gif')
  if (starts('RIFF') && starts('WEBP', 8)) return picture('webp')
  if (starts('RIFF') && starts('AVI ', 8)) return video('avi')
  if (starts('ftyp', 4) && /^avi[fs]$/.test(text(head, 8, 12))) return picture('avif')
  if (starts('ftyp', 4) && /^(he[im][cs]|hev[cx]|mif1|msf1|crx )$/.test(text(head, 8, 12))) return undefined
  if (/^(ftyp|moov|mdat|free|skip|wide|pnot)$/.test(text(head, 4, 8))) return video('mov')
  if (starts('\x1a\x45\xdf\xa3')) return video('matroska')
  if (starts('OggS')) return video('ogg')
  if (starts('FLV\x01')) return video('flv')
  if (starts('\x00\x00\x01\xba')) return video('mpeg')
  if (starts('\x30\x26\xb2\x75\x8e\x66\xcf\x11')) return video('asf')
  if (starts('YUV4MPEG2 ')) return video('yuv4mpegpipe')
  if (packets(head, 188, 0) || packets(head, 192, 4)) return video('mpegts')
  return undefined
}

/**
 * What bytes that are not opened look like, for a message.
 *
 * @category reading
 * @since 0.1.0
 */
export const describe = (head: Uint8Array): string => {
  if (head.length === 0) return 'an empty file'
  const start = text(head, 0, 512)
  if (start.startsWith('#EXTM3U')) return 'a playlist, which names other files'
  if (start.startsWith('ffconcat')) return 'an ffconcat script, which names other files'
  if (/^ftyp(he|mif1|msf1)/.test(start.slice(4))) return 'HEIC'
  if (/^(<\?xml|<!doctype|<svg|<MPD|\[playlist|v=0)/i.test(start)) return 'a text file'
  return `bytes that begin with ${Buffer.from(head.subarray(0, 8)).toString('hex')}`
}
