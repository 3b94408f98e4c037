/**
 * Which encoders an ffmpeg has, and how each is asked for.
 *
 * @since 0.1.0
 */
import { collect } from './child.js'
import { MediaFailure } from './failure.js'

const known = new Map<string, Promise<ReadonlySet<string>>>()

const encodersOf = (ffmpeg: string): Promise<ReadonlySet<string>> => {
  const asked =
    known.get(ffmpeg) ??
    collect(ffmpeg, ['-hide_banner', '-encoders'], 20).then(
      ({ text }) => new Set([...text.matchAll(/^ [VAS][A-Z.]{5} (\S+)/gm)].map(([, name]) => name ?? ''))
    )
  known.set(ffmpeg, asked)
  return asked
}

/**
 * One way to encode: the encoder and its arguments.
 *
 * @category model
 * @since 0.1.0
 */
export interface Way {
  readonly encoder: string
  readonly args: ReadonlyArray<string>
}

/**
 * The first way that this ffmpeg knows; a `NoEngine` problem if it knows none.
 *
 * @category programs
 * @since 0.1.0
 */
export const firstKnown = async (ffmpeg: string, ways: ReadonlyArray<Way>): Promise<ReadonlyArray<string>> => {
  const there = await encodersOf(ffmpeg)
  const way = ways.find(({ encoder }) => there.has(encoder))
  if (way !== undefined) return [way.encoder, ...way.args]
  throw new MediaFailure({
    _tag: 'NoEngine',
    needed: `ffmpeg with ${ways.map(({ encoder }) => encoder).join(' or ')}`,
    actual: ffmpeg,
    remedy: 'set FFMPEG_PATH to a build that has it'
  })
}

/** From quality 0 to 100 to a constant rate factor between two ends. */
const factor = (quality: number, worst: number, best: number): string =>
  String(Math.round(worst + ((best - worst) * Math.min(100, Math.max(0, quality))) / 100))

/**
 * Video in MP4: H.264, at quality 80 with constant rate factor 17.
 *
 * @category formats
 * @since 0.1.0
 */
export const mp4Video = (quality: number): ReadonlyArray<Way> => [
  { encoder: 'libx264', args: ['-preset', 'medium', '-crf', factor(quality, 49, 9)] },
  { encoder: 'libopenh264', args: ['-b:v', '8M'] },
  { encoder: 'mpeg4', args: ['-q:v', factor(quality, 10, 2)] }
]

/**
 * Video in WebM: VP9, at quality 80 with constant rate factor 20; VP8 without it.
 *
 * @category formats
 * @since 0.1.0
 */
export const webmVideo = (quality: number): ReadonlyArray<Way> => [
  {
    encoder: 'libvpx-vp9',
    args: ['-crf', factor(quality, 60, 10), '-b:v', '0', '-deadline', 'good', '-cpu-used', '4', '-row-mt', '1']
  },
  { encoder: 'libvpx', args: ['-crf', factor(quality, 60, 6), '-b:v', '20M', '-deadline', 'good', '-cpu-used', '2'] }
]

/**
 * Video for a pipe, each frame encoded by itself as soon as it is there.
 *
 * @category formats
 * @since 0.1.0
 */
export const promptVideo = {
  mp4: (quality: number): ReadonlyArray<Way> => [
    {
      encoder: 'libx264',
      args: ['-preset', 'veryfast', '-tune', 'zerolatency', '-g', '50', '-crf', factor(quality, 49, 9)]
    },
    { encoder: 'libopenh264', args: ['-b:v', '8M'] },
    { encoder: 'mpeg4', args: ['-q:v', factor(quality, 10, 2)] }
  ],
  webm: (quality: number): ReadonlyArray<Way> => {
    const quick = ['-deadline', 'realtime', '-cpu-used', '8', '-lag-in-frames', '0', '-g', '50']
    return [
      { encoder: 'libvpx-vp9', args: ['-crf', factor(quality, 60, 10), '-b:v', '0', ...quick] },
      { encoder: 'libvpx', args: ['-crf', factor(quality, 60, 6), '-b:v', '20M', ...quick] }
    ]
  }
}

/**
 * Audio in MP4, where it cannot be copied.
 *
 * @category formats
 * @since 0.1.0
 */
export const mp4Audio: ReadonlyArray<Way> = [{ encoder: 'aac', args: ['-b:a', '192k'] }]

/**
 * Audio in WebM, where it cannot be copied.
 *
 * @category formats
 * @since 0.1.0
 */
export const webmAudio: ReadonlyArray<Way> = [
  { encoder: 'libopus', args: ['-b:a', '128k'] },
  { encoder: 'libvorbis', args: ['-q:a', '5'] }
]
