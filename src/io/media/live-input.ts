/**
 * Inputs that may never end, as ffmpeg is asked for them: standard input, files that grow, cameras.
 *
 * @since 0.1.0
 */
import { existsSync, statSync } from 'node:fs'
import { type Bytes, growingFile } from './bytes.js'
import { badData, MediaFailure } from './failure.js'
import type { Fit, Shape } from './model.js'
import { shallow } from './probe.js'
import { type Rational, showRational } from './rational.js'
import { accepted, type Demuxer, describe, sniff, sniffed } from './sniff.js'
import { standardBytes } from './standard-input.js'

/**
 * What is said of a stream: `path` is `-`, a camera or a file; `raw` the shape of bare rgb24 frames; `rate` the frames per
 * second of raw frames and of JPEG pictures behind one another, which have no times; `patience` how many seconds a file may
 * not grow before it counts as ended.
 *
 * @category model
 * @since 0.1.0
 */
export interface Streamed {
  readonly path: string
  readonly raw: Shape | null
  readonly rate: Rational | null
  readonly patience: number | null
}

/** The path of a camera: `camera:0` is the first device of the system. */
const camera = /^(?:camera:(\d{1,3})|(\/dev\/video\d{1,3}))$/

/**
 * Whether a path names a camera.
 *
 * @category reading
 * @since 0.1.0
 */
export const isCamera = (path: string): boolean => camera.test(path)

/** JPEG pictures behind one another, and raw frames, come at this rate unless another is said. */
const usual: Rational = { num: 25, den: 1 }

/** Nothing waits in front of the decoder, and nothing in it: one frame in, one frame out. */
const prompt = ['-flags', 'low_delay', '-probesize', '32', '-analyzeduration', '0']

/**
 * The arguments that open a camera: Video4Linux on Linux, AVFoundation on macOS. Fails where there is no such device, or no
 * way to ask for one.
 *
 * @category reading
 * @since 0.1.0
 */
export const cameraInput = (
  path: string,
  platform: NodeJS.Platform = process.platform,
  there: (device: string) => boolean = (device) => existsSync(device) && statSync(device).isCharacterDevice()
): ReadonlyArray<string> => {
  const [, index, device = `/dev/video${index}`] = camera.exec(path) ?? []
  const quick = ['-fflags', 'nobuffer', '-flags', 'low_delay']
  if (platform === 'darwin' && index !== undefined) return [...quick, '-f', 'avfoundation', '-i', `${index}:none`]
  const trouble = (cause: string) => new MediaFailure({ _tag: 'FileTrouble', file: path, doing: 'read', cause })
  if (platform !== 'linux')
    throw trouble(`cameras are read on Linux (/dev/video0) and macOS (camera:0), not on ${platform}`)
  if (!there(device)) throw trouble(`there is no camera at ${device}`)
  return [...quick, '-f', 'v4l2', '-i', device]
}

/** How bytes are read: what kind they are in the program's words, and in ffmpeg's. */
export interface Reading {
  readonly bytes: Bytes
  /** The container, or none for frames that have no times. */
  readonly demuxer: Demuxer | undefined
  /** What ffmpeg is told before `-i`. */
  readonly args: ReadonlyArray<string>
  readonly rate: Rational
}

/** An MP4 can be read as it comes if what tells how to read it stands ahead of what is to be read. */
const ordered = (head: Uint8Array): boolean => {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  for (let at = 0; at + 8 <= head.length; ) {
    const name = String.fromCharCode(...head.subarray(at + 4, at + 8))
    if (name === 'moov' || name === 'moof') return true
    if (name === 'mdat') return false
    at += Math.max(8, view.getUint32(at))
  }
  return false
}

const bytesOf = ({ path, patience }: Streamed): Bytes =>
  path === '-' ? standardBytes() : growingFile(path, patience ?? 0)

/**
 * How the bytes of a stream are read as they come; nothing for what has to be read to its end first (a picture, or an MP4
 * with its index behind). Fails for what is not opened at all.
 *
 * @category reading
 * @since 0.1.0
 */
export const readingOf = async (s: Streamed): Promise<Reading | undefined> => {
  const bytes = bytesOf(s)
  const rate = s.rate ?? usual
  if (s.raw !== null) {
    const shape = ['-pix_fmt', 'rgb24', '-video_size', `${s.raw.width}x${s.raw.height}`]
    return {
      bytes,
      demuxer: undefined,
      rate,
      args: [...prompt, '-f', 'rawvideo', ...shape, '-framerate', showRational(rate)]
    }
  }
  const head = await bytes.head(sniffed)
  const content = sniff(head)
  if (content === undefined) throw badData(bytes.name, 'content', accepted, describe(head))
  if (content._tag === 'Picture')
    return content.format === 'jpeg'
      ? { bytes, demuxer: undefined, rate, args: [...prompt, '-f', 'mjpeg', '-framerate', showRational(rate)] }
      : undefined
  const { demuxer } = content
  if (demuxer === 'mov' && !ordered(head)) return undefined
  return { bytes, demuxer, rate, args: ['-threads', '1', ...shallow, '-f', demuxer] }
}

/**
 * Filters that bring pictures of any size to one, where the size is not known beforehand.
 *
 * @category sizes
 * @since 0.1.0
 */
export const anyFilters = ({ height, width }: Shape, fit: Fit): string => {
  const flags = 'flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp'
  if (fit === 'stretch') return `scale=${width}:${height}:${flags},format=rgb24`
  const ratio = fit === 'crop' ? 'increase' : 'decrease'
  const rest = fit === 'crop' ? `crop=${width}:${height}` : `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:black`
  return `scale=${width}:${height}:force_original_aspect_ratio=${ratio}:${flags},format=rgb24,${rest}`
}
