/**
 * Frames of a video, decoded by ffmpeg as they are asked for.
 *
 * The pipe is the back-pressure: a frame is read from it when the consumer asks for one, so ffmpeg blocks on writing
 * and decodes no further. Waiting frames are at most one here, what the pipe holds (a quarter of a megabyte), and the
 * few inside the decoder.
 *
 * What counts as damage: a glitch in the middle is played over as players do, and the frames it cost are filled by
 * the frame before them, so that time and sound stay in step. A file that is shorter than it declares, a decoder that
 * gives up, or errors that cost frames at the end are bad data, reported after the last sound frame with its index.
 *
 * @since 0.1.0
 */
import { type Child, reason, start } from './child.js'
import { cutShort } from './cut.js'
import { badData } from './failure.js'
import { filters } from './fit.js'
import { overFrames, overSeconds } from './limits.js'
import type { Fit, Frame, Limits, Shape } from './model.js'
import { byChild, pieces } from './pieces.js'
import type { Video } from './probe.js'
import { type Rational, showRational, toNumber } from './rational.js'
import type { Demuxer } from './sniff.js'
import { frameTimes, timing } from './times.js'

/**
 * What to decode.
 *
 * @category model
 * @since 0.1.0
 */
export interface Decoding {
  readonly file: string
  readonly demuxer: Demuxer
  readonly video: Video
  readonly size: Shape
  readonly fit: Fit
  readonly rate: Rational
  readonly limits: Limits
  readonly only?: number
  /** Frames come with their own times, passed on as ffmpeg is told by `passing`. */
  readonly timed: boolean
  readonly passing: ReadonlyArray<string>
}

/** The frames that the container promises; a changed or varying rate makes it a guess. */
const promised = ({ video, rate, timed }: Decoding): number | undefined => {
  if (timed) return video.count
  if (video.count !== undefined && !video.variable) return (video.count * toNumber(rate)) / toNumber(video.rate)
  return video.seconds === undefined ? undefined : video.seconds * toNumber(rate)
}

/** Filters: from time zero at a constant rate, the frame that is asked for, the size, RGB. */
const chain = (d: Decoding): string => {
  const { video, size, fit, rate, only } = d
  const brief = (promised(d) ?? 1) < 1 // what lasts less than a tick is shown all the same
  return [
    ...(d.timed ? timing : ['setpts=PTS-STARTPTS', `fps=${showRational(rate)}${brief ? ':eof_action=pass' : ''}`]),
    ...(only === undefined ? [] : [`trim=start_frame=${only}:end_frame=${only + 1}`, 'setpts=PTS-STARTPTS']),
    filters(video, size, fit, video.matrix),
    'setsar=1'
  ].join(',')
}

const command = (d: Decoding): ReadonlyArray<string> => [
  ...[
    '-nostdin',
    '-hide_banner',
    '-nostats',
    '-v',
    d.timed ? 'level+info' : 'error',
    '-protocol_whitelist',
    'file,pipe',
    '-f',
    d.demuxer
  ],
  ...['-i', `file:${d.file}`, '-map', `0:${d.video.index}`, '-an', '-sn', '-dn', '-vf', chain(d)],
  ...d.passing,
  ...(d.only === undefined ? [] : ['-frames:v', '1']),
  ...['-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1']
]

const ended = 'the end of a file that was cut short'

/** Judges a decoder that has ended after so many frames. */
const judge = async (d: Decoding, child: Child, frames: number, torn: boolean): Promise<void> => {
  const ending = await child.ended
  const at = `frame ${d.only ?? frames}`
  if (ending.code !== 0 || torn) throw badData(d.file, at, 'a video that decodes', reason(ending, child.said()))
  if (d.only !== undefined && frames === 0) throw badData(d.file, at, 'a frame', 'the end of the video')
  if (d.only !== undefined) return
  const due = promised(d)
  const missing = due === undefined ? Number.NaN : due - frames
  const wanted = due === undefined || d.demuxer === 'avi' ? 'the whole video' : `${Math.round(due)} frames`
  const complained = child.said() !== ''
  if (complained || !(missing < 1)) {
    const cut = await cutShort(d.file, d.demuxer)
    // What is left of the last picture is shown as far as it goes.
    if (cut && missing < 1) throw badData(d.file, `frame ${frames - 1}`, 'a whole picture', ended)
    if (cut) throw badData(d.file, at, wanted, ended)
  }
  if (complained && missing > Math.max(2, frames / 100)) throw badData(d.file, at, wanted, reason(ending, child.said()))
  if (frames === 0) throw badData(d.file, at, 'at least one frame', reason(ending, child.said()))
}

/** A container may say nothing of its length, or less than the truth. */
const guard = ({ file, limits, rate, timed }: Decoding, frames: number, time: number): void => {
  overFrames(file, frames, limits)
  overSeconds(file, timed ? time : frames / toNumber(rate), limits)
}

async function* decode(
  d: Decoding,
  child: Child,
  times: ReturnType<typeof frameTimes>
): AsyncGenerator<Frame, void, undefined> {
  const step = d.rate.den / d.rate.num
  const cutting = pieces(child.output, d.size)
  let index = 0
  for (;;) {
    const { done, value } = await cutting.next()
    if (done === true) return judge(d, child, index, value)
    const time = d.timed ? await times.next(child.ended) : index * step
    guard(d, index + 1, time)
    yield { data: value, ...d.size, time }
    index += 1
  }
}

/**
 * Decodes a video; each iteration is a process of its own, gone when the iteration ends, fails or is left.
 *
 * @category reading
 * @since 0.1.0
 */
export const videoFrames = (d: Decoding): AsyncIterable<Frame> => ({
  [Symbol.asyncIterator]: () => {
    const times = frameTimes()
    const begin = (ffmpeg: string): Child => {
      const child = start(ffmpeg, command(d), d.timed ? times.heard : undefined)
      child.input.end()
      return child
    }
    return byChild(begin, (child) => decode(d, child, times))[Symbol.asyncIterator]()
  }
})
