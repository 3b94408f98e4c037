/**
 * Drivers for sources and sinks of pictures and films: where descriptions meet files.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
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
import { type OpenStream, type Streams, streams } from './live.js'
import { receiver, type Writing } from './receiver.js'
import { batches, toTensor } from './ticks.js'

export { batches, toBytes, toTensor } from './ticks.js'

/** The settings of the sources of `src/nodes/media.ts`, decoded when the node was made. */
interface Reading extends Shape {
  readonly path: string
  readonly fit: Fit
  readonly index?: number
  readonly count?: number
  readonly batch?: number
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

const open = async (path: string, options: ReadOptions): Promise<Clip> => {
  const clip = await openClip(path, options)()
  if (E.isLeft(clip)) throw new MediaFailure(clip.left)
  return clip.right
}

const options = ({ height, width, fit, index, strip }: Reading, limits: Partial<Limits>): ReadOptions => ({
  size: { height, width },
  fit,
  limits,
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
    const { height, width, fit, most, ...from } = streamingOf(door)
    return shared.open(from, { size: { height, width }, fit, limits, whole: true }, most)
  }
  const clipOf = async (door: Door<Source<any>>): Promise<Clip> =>
    isStream(door) ? (await streamed(door)).clip : opened(door)
  return {
    hold: async (door) => {
      const { path, count } = readingOf(door)
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
    read: async (door) =>
      isCount(door)
        ? numbers(countingOf(door))
        : batches(isStream(door) ? await streamed(door) : await opened(door), readingOf(door).batch ?? 1),
    write: async ({ node }: Door<Sink<any>>, sources) => {
      const settings = node.settings as unknown as Writing
      const door = sources.find(({ path }) => path === settings.timing)
      if (door === undefined) throw new Error(`no source ${settings.timing} to take the timing from`)
      const { path } = readingOf(door)
      const timing: Pick<Clip, 'rate' | 'audio' | 'timed'> = isCount(door)
        ? { rate: countingOf(door).rate, audio: false }
        : await clipOf(door)
      const { rate, audio, timed = false } = timing
      return receiver(settings, { rate, audio, timed: skipping || timed }, path ?? '', { limits, gone })
    }
  }
}
