/**
 * Drivers for sources and sinks of pictures and films: where descriptions meet files.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Door } from '../../graphs/plan.js'
import type { Sink, Source, Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import type { Drivers, Receiver, Tick } from '../../streams/play.js'
import {
  type Clip,
  type Fit,
  type Frame,
  type Limits,
  MediaFailure,
  openClip,
  openWriter,
  type Rational,
  type ReadOptions,
  type Shape,
  standardInput,
  type Writer
} from '../media/index.js'
import { complaint } from '../problem/complaint.js'

/** The settings of the sources of `src/nodes/media.ts`, decoded when the node was made. */
interface Reading extends Shape {
  readonly path: string
  readonly fit: Fit
  readonly index?: number
  readonly count?: number
  readonly batch?: number
  readonly strip: Shape | null
}

interface Writing {
  readonly path: string
  readonly timing: string
  readonly audio: boolean
}

interface Counting {
  readonly frames: number
  readonly batch: number
  readonly rate: Rational
}

const isCount = ({ node }: Door<Source<any>>): boolean => node.kind === 'countFrames'
const countingOf = ({ node }: Door<Source<any>>): Counting => node.settings as unknown as Counting

/** The numbers of frames in batches, each a tensor of its own. */
async function* numbers({ frames, batch }: Counting): AsyncGenerator<Tick> {
  for (let at = 0; at < frames; at += batch) {
    const count = Math.min(batch, frames - at)
    yield { values: { index: tf.range(at, at + count, 1, 'int32') }, count }
  }
}

const unit = Float32Array.from({ length: 256 }, (_, i) => i / 255)

/**
 * Frames as one tensor [T, H, W, 3] from 0 to 1.
 *
 * @since 0.1.0
 */
export const toTensor = (frames: ReadonlyArray<Frame>): tf.Tensor4D => {
  const { height, width } = frames[0]!
  const each = height * width * 3
  const values = new Float32Array(frames.length * each)
  frames.forEach(({ data }, t) => {
    for (let i = 0; i < each; i++) values[t * each + i] = unit[data[i]!]!
  })
  return tf.tensor4d(values, [frames.length, height, width, 3])
}

/**
 * Bytes of a tensor [T, H, W, 3] from 0 to 1, rounded to the nearest, or cut off as the original does in its strips.
 *
 * @since 0.1.0
 */
export const toBytes = (frames: tf.Tensor4D, rounding: 'nearest' | 'down'): Uint8Array => {
  const scaled = tf.tidy(() => {
    const x = tf.mul(tf.clipByValue(frames, 0, 1), 255)
    return tf.cast(rounding === 'nearest' ? tf.round(x) : tf.floor(x), 'int32')
  })
  try {
    return Uint8Array.from(scaled.dataSync())
  } finally {
    scaled.dispose()
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

/**
 * Frames in batches, each a tensor of its own.
 *
 * @since 0.1.0
 */
export async function* batches(clip: Clip, batch: number): AsyncGenerator<Tick> {
  let waiting: Array<Frame> = []
  const tick = (): Tick => {
    const values = { frames: toTensor(waiting) }
    const count = waiting.length
    waiting = []
    return { values, count }
  }
  for await (const frame of clip.frames()) {
    waiting.push(frame)
    if (waiting.length === batch) yield tick()
  }
  if (waiting.length > 0) yield tick()
}

/** A writer that opens with its first frame, when the size is known; it may be aborted while it opens. */
const receiver = (
  { path, audio }: Writing,
  { rate, audio: sound }: Pick<Clip, 'rate' | 'audio'>,
  source: string,
  limits: Partial<Limits>
): Receiver => {
  const rounding = /\.png$/i.test(path) ? 'down' : 'nearest'
  let opening: Promise<Writer> | undefined
  let over = false
  const opened = async (shape: Shape): Promise<Writer> => {
    const film = source === '-' ? await standardInput() : source
    const made = await openWriter(path, {
      ...shape,
      rate,
      limits,
      ...(audio && sound ? { audioFrom: film } : {})
    })()
    if (E.isLeft(made)) throw new MediaFailure(made.left)
    return made.right
  }
  return {
    write: async (values: Values) => {
      const frames = values.frames as tf.Tensor4D
      const [count, height, width] = frames.shape
      const bytes = toBytes(frames, rounding)
      opening ??= opened({ height, width })
      const writer = await opening
      const each = height * width * 3
      for (let t = 0; t < count && !over; t++)
        await writer.write({ data: bytes.subarray(t * each, (t + 1) * each), height, width, time: 0 })
    },
    close: async () => (await opening)?.close(),
    abort: async () => {
      over = true
      await opening?.then(
        (writer) => writer.abort(),
        () => {}
      )
    }
  }
}

/**
 * Drivers that open local files, each clip once. `limits` bound what is read.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fileDrivers = (limits: Partial<Limits>): Drivers => {
  const clips = new Map<string, Clip>()
  const opened = async ({ path, node }: Door<Source<any>>): Promise<Clip> => {
    const clip =
      clips.get(path) ??
      (await open((node.settings as unknown as Reading).path, options(node.settings as never, limits)))
    clips.set(path, clip)
    return clip
  }
  return {
    hold: async (door) => {
      const { path, count } = door.node.settings as unknown as Reading
      const clip = await opened(door)
      const frames: Array<Frame> = []
      for await (const frame of clip.frames()) if (frames.push(frame) === (count ?? 1)) break
      if (frames.length < (count ?? 1))
        throw new MediaFailure(complaint(path)('frames', `at least ${count ?? 1}`, `${frames.length}`))
      return count === undefined ? { image: toTensor(frames) } : { frames: toTensor(frames) }
    },
    read: async (door) =>
      isCount(door)
        ? numbers(countingOf(door))
        : batches(await opened(door), (door.node.settings as unknown as Reading).batch ?? 1),
    write: async ({ node }: Door<Sink<any>>, sources) => {
      const settings = node.settings as unknown as Writing
      const door = sources.find(({ path }) => path === settings.timing)
      if (door === undefined) throw new Error(`no source ${settings.timing} to take the timing from`)
      const { path } = door.node.settings as unknown as Reading
      const timing = isCount(door) ? { rate: countingOf(door).rate, audio: false } : await opened(door)
      return receiver(settings, timing, path ?? '', limits)
    }
  }
}
