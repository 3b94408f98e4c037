/**
 * Drivers for sources and sinks of pictures and films: where descriptions meet files.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Door } from '../../graphs/plan.js'
import type { Sink, Source } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import type { Drivers, Tick } from '../../streams/play.js'
import {
  type Clip,
  type Fit,
  type Frame,
  type Limits,
  MediaFailure,
  openClip,
  type Rational,
  type ReadOptions,
  type Shape,
  type Streamed
} from '../media/index.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { type OpenStream, type Streams, streams } from './live.js'
import { receiver, type Writing } from './receiver.js'
import { poseOf, readTemplate, type Template } from './template.js'
import { batches, motions, toTensor } from './ticks.js'

export { batches, toBytes, toTensor } from './ticks.js'

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
  readonly most: number | null
}

interface Counting {
  readonly frames: number
  readonly batch: number
  readonly rate: Rational
}

const isCount = ({ node }: Door<Source<any>>): boolean => node.kind === 'countFrames'
const isMotion = ({ node }: Door<Source<any>>): boolean => node.kind === 'readMotion' || node.kind === 'readPose'
const isStream = ({ node }: Door<Source<any>>): boolean => node.kind.startsWith('readStream')
const countingOf = ({ node }: Door<Source<any>>): Counting => node.settings as unknown as Counting
const readingOf = ({ node }: Door<Source<any>>): Reading => node.settings as unknown as Reading
const streamingOf = ({ node }: Door<Source<any>>): Streaming => node.settings as unknown as Streaming

/** The numbers of frames in batches, each a tensor of its own. */
async function* numbers({ frames, batch, rate }: Counting): AsyncGenerator<Tick> {
  for (let at = 0; at < frames; at += batch) {
    const count = Math.min(batch, frames - at)
    const times = Array.from({ length: count }, (_, i) => ((at + i) * rate.den) / rate.num)
    yield { values: { index: tf.range(at, at + count, 1, 'int32') }, count, times }
  }
}

/** The result has the times of a template where those do not keep its rate. */
const timingOf = ({ rate, times }: Template): Pick<Clip, 'rate' | 'audio' | 'timed'> => {
  const even = times.every((t, i) => Math.abs(t - times[0]! - (i * rate.den) / rate.num) < 1e-3)
  return { rate, audio: false, timed: !even }
}

const orThrow = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new MediaFailure(result.left)
  return result.right
}

const open = (path: string, options: ReadOptions): Promise<Clip> => orThrow(openClip(path, options))

const options = ({ height, width, fit, index, strip }: Reading, limits: Partial<Limits>): ReadOptions => ({
  size: { height, width },
  fit,
  limits,
  ownTimes: true,
  ...(strip === null ? { whole: true } : { frameShape: strip }),
  ...(index === undefined ? {} : { only: index })
})

/** How drivers read and write. */
export interface Driving {
  /** The streams of the command, where it has some. */
  readonly streams?: Streams | undefined
  /** Some frames are passed over: the others keep their times. */
  readonly skipping?: boolean
  /** Told when whoever reads standard output has left. */
  readonly gone?: () => void
}

/**
 * Drivers that open local files, each clip once. `limits` bound what is read.
 *
 * Their promises reject with a `MediaFailure` where a file cannot be read or written or has too few frames, and with an
 * `Error` where a sink has no source to take its timing from.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fileDrivers = (
  limits: Partial<Limits>,
  { streams: shared = streams(limits), skipping = false, gone = () => {} }: Driving = {}
): Drivers => {
  const clips = new Map<string, Clip>()
  const opened = async ({ path, node }: Door<Source<any>>): Promise<Clip> => {
    const clip =
      clips.get(path) ??
      (await open((node.settings as unknown as Reading).path, options(node.settings as never, limits)))
    clips.set(path, clip)
    return clip
  }
  const streamed = async (door: Door<Source<any>>): Promise<OpenStream> => {
    const { height, width, fit, most, path, raw, rate, patience } = streamingOf(door)
    return shared.open({ path, raw, rate, patience }, { size: { height, width }, fit, limits, whole: true }, most)
  }
  const clipOf = async (door: Door<Source<any>>): Promise<Clip> =>
    isStream(door) ? (await streamed(door)).clip : opened(door)
  const templates = new Map<string, Promise<Template>>()
  const template = (door: Door<Source<any>>): Promise<Template> => {
    const { path } = readingOf(door)
    const read = templates.get(path) ?? orThrow(readTemplate(path))
    templates.set(path, read)
    return read
  }
  return {
    hold: async (door) => {
      const { path, count, index = 0 } = readingOf(door)
      if (isMotion(door)) return poseOf(await template(door), index)
      const lacking = (actual: number) =>
        new MediaFailure(complaint(path)('frames', `at least ${count ?? 1}`, `${actual}`))
      if (isStream(door)) {
        const frame = await (await streamed(door)).first()
        if (frame === undefined) throw lacking(0)
        return { image: toTensor([frame]) }
      }
      const clip = await opened(door)
      const frames: Array<Frame> = []
      for await (const frame of clip.frames()) if (frames.push(frame) === (count ?? 1)) break
      if (frames.length < (count ?? 1)) throw lacking(frames.length)
      return count === undefined ? { image: toTensor(frames) } : { frames: toTensor(frames) }
    },
    read: async (door) => {
      const { batch = 1, starts = [] } = readingOf(door)
      if (isCount(door)) return numbers(countingOf(door))
      if (isMotion(door)) return motions(await template(door), { batch, starts })
      return batches(isStream(door) ? await streamed(door) : await opened(door), { batch, starts })
    },
    write: async ({ node }: Door<Sink<any>>, sources) => {
      const settings = node.settings as unknown as Writing
      const door = sources.find(({ path }) => path === settings.timing)
      if (door === undefined) throw new Error(`no source ${settings.timing} to take the timing from`)
      const { path } = readingOf(door)
      const timing: Pick<Clip, 'rate' | 'audio' | 'timed'> = isCount(door)
        ? { rate: countingOf(door).rate, audio: false }
        : isMotion(door)
          ? timingOf(await template(door))
          : await clipOf(door)
      const { rate, audio, timed = false } = timing
      return receiver(settings, { rate, audio, timed: skipping || timed }, path ?? '', { limits, gone })
    }
  }
}
