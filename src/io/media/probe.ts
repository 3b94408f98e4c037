/**
 * What a video is, by ffprobe.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Bytes } from './bytes.js'
import { collect, reason } from './child.js'
import { badData } from './failure.js'
import { need } from './find-ffmpeg.js'
import { parseRational, type Rational, toNumber } from './rational.js'
import type { Demuxer } from './sniff.js'

const Stream = t.intersection([
  t.strict({ index: t.Int }),
  t.partial({
    codec_type: t.string,
    codec_name: t.string,
    width: t.Int,
    height: t.Int,
    pix_fmt: t.string,
    color_space: t.string,
    sample_aspect_ratio: t.string,
    r_frame_rate: t.string,
    avg_frame_rate: t.string,
    nb_frames: t.string,
    duration: t.string,
    start_time: t.string,
    disposition: t.record(t.string, t.number),
    tags: t.record(t.string, t.string),
    side_data_list: t.array(t.partial({ rotation: t.number }))
  })
])
type Stream = t.TypeOf<typeof Stream>

const Report = t.intersection([
  t.strict({ streams: t.array(Stream) }),
  t.partial({ format: t.partial({ duration: t.string, start_time: t.string }) })
])

/**
 * The audio of a video: its stream, its codec and how many seconds the picture starts after it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Sound {
  readonly index: number
  readonly codec: string
  readonly lead: number
}

/**
 * What is known of a video before it is decoded. `height` and `width` are as shown: rotated, with square pixels.
 * `variable`: the frames do not keep the rate. `matrix` is how its luma and chroma were made from RGB.
 *
 * @category model
 * @since 0.1.0
 */
export interface Video {
  readonly index: number
  readonly height: number
  readonly width: number
  readonly rate: Rational
  readonly variable: boolean
  readonly count?: number
  readonly seconds?: number
  readonly matrix: string
  readonly codec?: string
  readonly sound?: Sound
}

const positive = (text: string | undefined): number | undefined => (Number(text) > 0 ? Number(text) : undefined)

/**
 * The rate of a stream. Where the least rate that holds all its timestamps is near the average (3 %), it is the rate;
 * otherwise the average is. Frames that do not fill the time at that rate (dropped ones, an edit list) vary.
 */
const rateOf = (s: Stream): { readonly rate: Rational; readonly variable: boolean } => {
  const sane = (text = ''): Rational | undefined => {
    const r = parseRational(text)
    return r !== undefined && toNumber(r) <= 1000 ? r : undefined
  }
  const [base, mean] = [sane(s.r_frame_rate), sane(s.avg_frame_rate)]
  if (base === undefined || mean === undefined) return { rate: mean ?? base ?? { num: 25, den: 1 }, variable: true }
  const rate = Math.abs(toNumber(base) / toNumber(mean) - 1) <= 0.03 ? base : mean
  const gap = Number(s.nb_frames ?? Number.NaN) - Number(s.duration ?? Number.NaN) * toNumber(rate)
  return { rate, variable: rate !== base || Math.abs(gap) > 0.6 }
}

/** Without a tag, high definition is taken as BT.709 and the rest as BT.601, as players do. */
const matrixOf = (s: Stream, height: number): string => {
  const tagged: Readonly<Record<string, string>> = {
    bt709: 'bt709',
    smpte170m: 'bt601',
    bt470bg: 'bt601',
    fcc: 'fcc',
    smpte240m: 'smpte240m',
    bt2020nc: 'bt2020',
    bt2020c: 'bt2020'
  }
  return tagged[s.color_space ?? ''] ?? (height >= 720 ? 'bt709' : 'bt601')
}

/** Matroska keeps the length of a stream in a tag, as `00:00:04.004000000`. */
const tagged = (s: Stream): number | undefined => {
  const [, h, m, sec] = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(s.tags?.DURATION ?? '') ?? []
  return sec === undefined ? undefined : Number(h) * 3600 + Number(m) * 60 + Number(sec) || undefined
}

/** What ffprobe found. */
const videoOf = (file: string, text: string): Video => {
  const decoded = Report.decode(E.getOrElse((): unknown => undefined)(E.tryCatch(() => JSON.parse(text), String)))
  if (E.isLeft(decoded)) throw badData(file, 'header', 'a video that ffprobe describes', text.slice(0, 80))
  const { streams, format } = decoded.right
  const picture = streams.find((s) => s.codec_type === 'video' && s.disposition?.attached_pic !== 1)
  if (picture === undefined) throw badData(file, 'streams', 'moving pictures', 'none')
  const { width = 0, height = 0 } = picture
  if (width < 1 || height < 1) throw badData(file, 'streams', 'a size', `${width}x${height}`)
  const aspect = parseRational(picture.sample_aspect_ratio ?? '') ?? { num: 1, den: 1 }
  const shown = Math.max(1, Math.round(width * Math.min(16, Math.max(1 / 16, toNumber(aspect)))))
  const turn =
    picture.side_data_list?.find((d) => d.rotation !== undefined)?.rotation ?? Number(picture.tags?.rotate ?? 0)
  const turned = Math.abs(Math.abs(turn % 180) - 90) < 1
  const count = positive(picture.nb_frames)
  const alone = streams.filter((s) => s.codec_type === 'audio' || s.codec_type === 'video').length === 1
  const seconds = positive(picture.duration) ?? tagged(picture) ?? (alone ? positive(format?.duration) : undefined)
  const heard = streams.find((s) => s.codec_type === 'audio' && s.codec_name !== undefined)
  const lead = Number(picture.start_time ?? 0) - Number(format?.start_time ?? 0)
  return {
    index: picture.index,
    height: turned ? shown : height,
    width: turned ? height : shown,
    ...rateOf(picture),
    ...(count !== undefined && { count }),
    ...(seconds !== undefined && { seconds }),
    matrix: matrixOf(picture, height),
    ...(picture.codec_name !== undefined && { codec: picture.codec_name }),
    ...(heard && { sound: { index: heard.index, codec: heard.codec_name ?? '', lead: Math.max(0, lead) } })
  }
}

const show = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json']

/**
 * Asks ffprobe about a local video, read by the one demuxer that its content calls for.
 *
 * @category reading
 * @since 0.1.0
 */
export const probe = async (file: string, demuxer: Demuxer): Promise<Video> => {
  const local = ['-protocol_whitelist', 'file,pipe', '-f', demuxer]
  const { text, ending, said } = await collect(await need('ffprobe'), [...show, ...local, '-i', `file:${file}`], 30)
  if (ending.code !== 0) throw badData(file, 'header', 'a sound video', reason(ending, said))
  return videoOf(file, text)
}

/**
 * How far into a stream is looked for what it holds: a second, five megabytes. Its decoder looks no further either, and so waits for
 * nothing that has not come when it begins.
 *
 * @category reading
 * @since 0.1.0
 */
export const shallow = ['-analyzeduration', '1000000', '-probesize', '5000000']

/**
 * Asks ffprobe about a video that has only begun to come; what it reads is kept. `args` say how the bytes are to be read.
 *
 * @category reading
 * @since 0.1.0
 */
export const probeBytes = async (bytes: Bytes, args: ReadonlyArray<string>): Promise<Video> => {
  const all = [...show, '-protocol_whitelist', 'pipe', ...shallow, ...args, '-i', 'pipe:0']
  const { text, ending, said } = await collect(await need('ffprobe'), all, 60, (child) => bytes.lend(child))
  if (ending.code !== 0) throw badData(bytes.name, 'header', 'a sound video', reason(ending, said))
  return videoOf(bytes.name, text)
}
