/**
 * The files that ffmpeg writes for us, and how.
 *
 * @since 0.1.0
 */
import { mp4Audio, mp4Video, type Way, webmAudio, webmVideo } from './encoder.js'
import type { Shape } from './model.js'
import { type Rational, toNumber } from './rational.js'

/**
 * A container: how its picture is encoded, whether its sides must be even, which audio it takes as it is and how other
 * audio is encoded.
 *
 * @category model
 * @since 0.1.0
 */
export interface Container {
  readonly muxer: 'mp4' | 'webm' | 'gif'
  readonly video: (quality: number) => ReadonlyArray<Way>
  readonly even: boolean
  readonly rate: (rate: Rational) => Rational
  readonly filter: string
  readonly more: ReadonlyArray<string>
  readonly audio: ReadonlyArray<Way>
  readonly copied: ReadonlySet<string>
}

/** BT.709, limited range, tagged as such, so that every player turns it back into the same RGB. */
const yuv = 'scale=out_color_matrix=bt709:out_range=tv:flags=lanczos+accurate_rnd+full_chroma_inp,format=yuv420p'
const tags = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv']

/** No date, no random identity: the same frames give the same bytes. */
const exact = ['-fflags', '+bitexact']

/**
 * MP4, WebM and GIF. A GIF has a palette for each frame, so that nothing waits for the last one; players slow down
 * what is faster than 50 frames a second.
 *
 * @category formats
 * @since 0.1.0
 */
export const containers: Readonly<Record<Container['muxer'], Container>> = {
  mp4: {
    muxer: 'mp4',
    video: mp4Video,
    even: true,
    rate: (rate) => rate,
    filter: yuv,
    more: [...tags, ...exact, '-movflags', '+faststart'],
    audio: mp4Audio,
    copied: new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac'])
  },
  webm: {
    muxer: 'webm',
    video: webmVideo,
    even: true,
    rate: (rate) => rate,
    filter: yuv,
    more: [...tags, ...exact],
    audio: webmAudio,
    copied: new Set(['opus', 'vorbis'])
  },
  gif: {
    muxer: 'gif',
    video: () => [{ encoder: 'gif', args: [] }],
    even: false,
    rate: (rate) => (toNumber(rate) > 50 ? { num: 50, den: 1 } : rate),
    filter: 'split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1:dither=sierra2_4a',
    more: [...exact, '-loop', '0'],
    audio: [],
    copied: new Set()
  }
}

/**
 * Repeats the last column and row where a side is odd: 4:2:0 needs even sides.
 *
 * @category sizes
 * @since 0.1.0
 */
export const evened = (data: Uint8Array, { height, width }: Shape): Uint8Array => {
  const [tall, wide] = [height + (height % 2), width + (width % 2)]
  if (tall === height && wide === width) return data
  const out = new Uint8Array(tall * wide * 3)
  for (let y = 0; y < tall; y++) {
    const from = 3 * Math.min(y, height - 1) * width
    const to = 3 * y * wide
    out.set(data.subarray(from, from + 3 * width), to)
    if (wide > width) out.set(data.subarray(from + 3 * (width - 1), from + 3 * width), to + 3 * width)
  }
  return out
}
