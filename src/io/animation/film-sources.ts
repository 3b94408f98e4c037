/**
 * What opens the sources of `src/nodes/media.ts`: pictures, films, streams, motion templates, frame numbers.
 *
 * @since 0.1.0
 */
import * as tf from '../../nodes/tf.js'
import type { Tick } from '../../streams/play.js'
import {
  type Clip,
  type Fit,
  type Frame,
  type Limits,
  MediaFailure,
  openClip,
  orThrow,
  type Rational,
  type ReadOptions,
  type Shape,
  type Streamed
} from '../media/index.js'
import { complaint } from '../problem/complaint.js'
import type { DriverTables, SourceDriver, Timing } from './driver.js'
import type { OpenStream, Streams } from './live.js'
import { poseOf, readTemplate, type Template } from './template.js'
import { batches, evenTimes, motions, toTensor } from './ticks.js'

/** The settings of the sources of `src/nodes/media.ts`, decoded when the node was made. */
interface Reading extends Shape {
  readonly path: string
  readonly fit: Fit
  readonly index?: number
  readonly count?: number
  readonly batch?: number
  readonly starts?: ReadonlyArray<number>
  readonly strip: Shape | null
}

interface Streaming extends Streamed, Shape {
  readonly fit: Fit
  readonly batch: number
  readonly starts?: ReadonlyArray<number>
  readonly most: number | null
}

interface Counting {
  readonly frames: number
  readonly batch: number
  readonly rate: Rational
}

/** The numbers of frames in batches, each a tensor of its own. */
async function* numbers({ frames, batch, rate }: Counting): AsyncGenerator<Tick> {
  for (let at = 0; at < frames; at += batch) {
    const count = Math.min(batch, frames - at)
    const times = evenTimes(rate, at, count)
    yield { values: { index: tf.range(at, at + count, 1, 'int32') }, count, times }
  }
}

/** The result has the times of a template where those do not keep its rate. */
const timingOf = ({ rate, times }: Template): Timing => {
  const even = times.every((t, i) => Math.abs(t - times[0]! - (i * rate.den) / rate.num) < 1e-3)
  return { rate, audio: false, timed: !even }
}

const options = ({ height, width, fit, index, strip }: Reading, limits: Partial<Limits>): ReadOptions => ({
  size: { height, width },
  fit,
  limits,
  ownTimes: true,
  ...(strip === null ? { whole: true } : { frameShape: strip }),
  ...(index === undefined ? {} : { only: index })
})

const clipTiming = ({ rate, audio, sound, timed = false }: Clip, path: string): Timing => ({
  ...{ rate, audio, timed, path },
  ...(sound === undefined ? {} : { sound })
})

/** Fewer frames than are due. */
const lacking = (path: string, due: number, actual: number): MediaFailure =>
  new MediaFailure(complaint(path)('frames', `at least ${due}`, `${actual}`))

/**
 * Drivers that open local files, each clip and template once. `limits` bound what is read; with `sound`, that of
 * streams is wanted.
 *
 * @category constructors
 * @since 0.1.0
 */
export const filmSources = (limits: Partial<Limits>, shared: Streams, sound = false): DriverTables['sources'] => {
  const clips = new Map<string, Clip>()
  const opened = async (settings: Reading, path: string): Promise<Clip> => {
    const clip = clips.get(path) ?? (await orThrow(openClip(settings.path, options(settings, limits))))
    clips.set(path, clip)
    return clip
  }
  const streamed = ({ height, width, fit, most, path, raw, rate, patience }: Streaming): Promise<OpenStream> =>
    shared.open({ path, raw, rate, patience }, { size: { height, width }, fit, limits, whole: true, sound }, most)
  const templates = new Map<string, Promise<Template>>()
  const template = (path: string): Promise<Template> => {
    const read = templates.get(path) ?? orThrow(readTemplate(path))
    templates.set(path, read)
    return read
  }
  const film: SourceDriver<Reading> = {
    hold: async (settings, path) => {
      const { count } = settings
      const clip = await opened(settings, path)
      const frames: Array<Frame> = []
      for await (const frame of clip.frames()) if (frames.push(frame) === (count ?? 1)) break
      if (frames.length < (count ?? 1)) throw lacking(settings.path, count ?? 1, frames.length)
      return count === undefined ? { image: toTensor(frames) } : { frames: toTensor(frames) }
    },
    read: async (settings, path) =>
      batches(await opened(settings, path), { batch: settings.batch ?? 1, starts: settings.starts ?? [] }),
    timing: async (settings, path) => clipTiming(await opened(settings, path), settings.path)
  }
  const live: SourceDriver<Streaming> = {
    hold: async (settings) => {
      const frame = await (await streamed(settings)).first()
      if (frame === undefined) throw lacking(settings.path, 1, 0)
      return { image: toTensor([frame]) }
    },
    read: async (settings) =>
      batches(await streamed(settings), { batch: settings.batch, starts: settings.starts ?? [] }),
    timing: async (settings) => clipTiming((await streamed(settings)).clip, settings.path)
  }
  const motion: SourceDriver<Reading> = {
    hold: async ({ path, index = 0 }) => poseOf(await template(path), index),
    read: async ({ path, batch = 1, starts = [] }) => motions(await template(path), { batch, starts }),
    timing: async ({ path }) => ({ ...timingOf(await template(path)), path })
  }
  const count: SourceDriver<Counting> = {
    read: async (settings) => numbers(settings),
    timing: async ({ rate }) => ({ rate, audio: false })
  }
  return {
    ...{ readPicture: film, readFrame: film, readBeginning: film, readFilm: film },
    ...{ readStream: live, readStreamStart: live, readMotion: motion, readPose: motion },
    countFrames: count
  }
}
