/**
 * Films that come as they are made, and may never end.
 *
 * @since 0.1.0
 */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'
import { type Child, reason, start } from './child.js'
import { attempt, badData, orThrow } from './failure.js'
import { asTheyAre } from './find-ffmpeg.js'
import { filters } from './fit.js'
import { overPixels } from './limits.js'
import { anyFilters, cameraInput, isCamera, type Reading, readingOf, type Streamed } from './live-input.js'
import { type Clip, type Frame, type ReadOptions, type Shape, videoPixels } from './model.js'
import { openClip } from './open-clip.js'
import { byChild, pieces } from './pieces.js'
import { probeBytes, type Video } from './probe.js'
import { type Rational, showRational } from './rational.js'
import { besides, type Sound, soundOf } from './sound.js'
import { frameTimes, timing } from './times.js'

/** One way to decode: what ffmpeg is told, and what it is fed. */
interface Decoding {
  readonly name: string
  readonly input: ReadonlyArray<string>
  readonly filter: string
  readonly size: Shape
  readonly rate: Rational
  /** The frames have times of their own, which ffmpeg tells. */
  readonly timed: boolean
  readonly passing: ReadonlyArray<string>
  readonly reading?: Reading
  /** Its sound, where it is wanted and there: what ffmpeg is told, and where it goes. */
  readonly heard?: { readonly args: ReadonlyArray<string>; readonly sound: Sound }
}

const begin =
  (d: Decoding, heard: (line: string) => boolean) =>
  (ffmpeg: string): Child & { readonly fed: Promise<void> } => {
    const quiet = ['-hide_banner', '-nostats', '-v', d.timed ? 'level+info' : 'error']
    const local = d.reading === undefined ? [] : ['-protocol_whitelist', 'pipe']
    const out = ['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', d.filter, ...d.passing, '-flush_packets', '1']
    const pictures = [...out, '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1']
    const child = start(
      ffmpeg,
      [...quiet, ...local, ...d.input, ...pictures, ...(d.heard?.args ?? [])],
      d.timed ? heard : undefined,
      d.heard !== undefined
    )
    child.beside?.on('data', (data: Uint8Array) => d.heard?.sound.push(data))
    child.beside?.on('close', () => d.heard?.sound.end())
    const fed = d.reading === undefined ? Promise.resolve() : d.reading.bytes.pour(child)
    fed.catch(() => {}) // told when the frames end
    return { ...child, fed }
  }

async function* decoded(
  d: Decoding,
  child: ReturnType<ReturnType<typeof begin>>,
  times: ReturnType<typeof frameTimes>
) {
  const cutting = pieces(child.output, d.size)
  const step = d.rate.den / d.rate.num
  let index = 0
  for (;;) {
    const { done, value } = await cutting.next()
    if (done === true) {
      const ending = await child.ended
      await child.fed
      const at = `frame ${index}`
      if (ending.code !== 0) throw badData(d.name, at, 'a video that decodes', reason(ending, child.said()))
      if (index === 0) throw badData(d.name, at, 'at least one frame', reason(ending, child.said()))
      return
    }
    const time = d.timed ? await times.next(child.ended) : index * step
    yield { data: value, height: d.size.height, width: d.size.width, time } satisfies Frame
    index += 1
  }
}

/** The frames of a decoding; a failure after `stopped` is its end. `begun` is told of the decoder. */
const framesOf = (
  d: Decoding,
  stopped: () => boolean,
  begun: (child: Child) => void = () => {}
): AsyncIterable<Frame> => {
  const times = frameTimes()
  return byChild(begin(d, times.heard), async function* (child) {
    begun(child)
    try {
      yield* decoded(d, child, times)
    } catch (cause) {
      if (!stopped()) throw cause
    } finally {
      d.reading?.bytes.end()
    }
  })
}

const clipOf = (
  d: Decoding,
  native: Shape,
  stop: () => void,
  frames: () => AsyncIterable<Frame>,
  codec?: string
): Clip => ({
  kind: 'video',
  live: true,
  timed: d.timed,
  height: d.size.height,
  width: d.size.width,
  sourceHeight: native.height,
  sourceWidth: native.width,
  rate: d.rate,
  audio: d.heard !== undefined,
  ...(d.heard === undefined ? {} : { sound: d.heard.sound }),
  ...(codec === undefined ? {} : { codec }),
  stop,
  frames
})

const decodingOf = (
  reading: Reading,
  video: Video | undefined,
  size: Shape,
  options: ReadOptions
): Omit<Decoding, 'passing'> => {
  const fit = options.fit ?? 'crop'
  const own = video === undefined ? undefined : filters(video, size, fit, video.matrix)
  const timed = reading.demuxer !== undefined && video?.variable === true
  const rate = reading.demuxer === undefined ? reading.rate : (video?.rate ?? reading.rate)
  const tick = timed
    ? timing
    : reading.demuxer === undefined
      ? []
      : ['setpts=PTS-STARTPTS', `fps=${showRational(rate)}`]
  const filter = [...tick, own ?? anyFilters(size, fit), 'setsar=1'].join(',')
  return { name: reading.bytes.name, input: [...reading.args, '-i', 'pipe:0'], filter, size, rate, timed, reading }
}

const openBytes = async (reading: Reading, streamed: Streamed, options: ReadOptions): Promise<Clip> => {
  const { bytes, demuxer } = reading
  const video = demuxer === undefined ? undefined : await probeBytes(bytes, ['-f', demuxer])
  const native = streamed.raw ?? video
  const size = options.size ?? native ?? { height: 64, width: 64 }
  if (native !== undefined) overPixels(bytes.name, native, options.limits?.pixels ?? videoPixels)
  const heard =
    options.sound === true && video?.sound !== undefined
      ? { heard: { args: besides(video.sound), sound: soundOf(bytes.waited) } }
      : {}
  const d: Decoding = { ...decodingOf(reading, video, size, options), passing: await asTheyAre(), ...heard }
  let over = false
  const stop = (): void => {
    over = true
    bytes.end()
  }
  return clipOf(d, native ?? size, stop, () => framesOf(d, () => over), video?.codec)
}

const openCamera = async (path: string, options: ReadOptions): Promise<Clip> => {
  const passing = await asTheyAre()
  const size = options.size ?? { height: 256, width: 256 }
  const filter = [timing, anyFilters(size, options.fit ?? 'crop'), 'setsar=1'].flat().join(',')
  const d: Decoding = {
    name: path,
    input: cameraInput(path),
    filter,
    size,
    rate: { num: 30, den: 1 },
    timed: true,
    passing
  }
  let child: Child | undefined
  let over = false
  const stop = (): void => {
    over = true
    void child?.stop()
  }
  return clipOf(d, size, stop, () =>
    framesOf(
      d,
      () => over,
      (begun) => {
        child = begun
      }
    )
  )
}

/**
 * Opens a stream. What has to be read to its end first (a picture, an MP4 with its index behind) is opened as a file when it
 * has come; such a clip is not `live`. Fails as `openClip` does: `BadData`, `OverLimit`, `FileTrouble`.
 *
 * @category reading
 * @since 0.1.0
 */
export const openLive = (streamed: Streamed, options: ReadOptions = {}): TE.TaskEither<Problem, Clip> => {
  const { path } = streamed
  return attempt(path, 'read', async () => {
    if (isCamera(path)) return openCamera(path, options)
    const reading = await readingOf(streamed)
    if (reading !== undefined) return openBytes(reading, streamed, options)
    return orThrow(openClip(path, options))
  })
}

/**
 * Whether something is read as it comes: cameras, files that grow, and standard input unless it has to be read to its end
 * first. Fails with `FileTrouble` of a camera that is not there, or of a beginning that cannot be read.
 *
 * @category reading
 * @since 0.1.0
 */
export const streamable = (streamed: Streamed): TE.TaskEither<Problem, boolean> =>
  attempt(streamed.path, 'read', async () => {
    if (isCamera(streamed.path)) cameraInput(streamed.path)
    if (isCamera(streamed.path) || streamed.patience !== null) return true
    return streamed.path === '-' && (await readingOf(streamed)) !== undefined
  })
