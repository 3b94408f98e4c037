/**
 * Tensors on their way into a film.
 *
 * @since 0.1.0
 */
import type { Values } from '../../nodes/node.js'
import type * as tf from '../../nodes/tf.js'
import type { Receiver } from '../../streams/play.js'
import {
  type Clip,
  type Limits,
  openWriter,
  orThrow,
  type PipeFormat,
  type Shape,
  standardInput,
  type Writer
} from '../media/index.js'
import { toBytes } from './ticks.js'

/** The settings of `writeFilm`. */
export interface Writing {
  readonly path: string
  readonly timing: string
  readonly audio: boolean
  readonly format?: PipeFormat
}

/**
 * Whether a film is to have sound, and can.
 *
 * @since 0.1.0
 */
export const isHeard = ({ path, audio, format }: Writing): boolean =>
  audio && (path === '-' ? format === 'mp4' || format === 'webm' : /\.(mp4|webm)$/i.test(path))

/**
 * A receiver whose writer opens with its first frame, when the size is known; it may be aborted while it opens. The film has
 * rate and sound of `source`, and the times of its frames where they do not keep the rate.
 *
 * @category constructors
 * @since 0.1.0
 */
export const receiver = (
  writing: Writing,
  { rate, audio: has, sound, timed = false }: Pick<Clip, 'rate' | 'audio' | 'sound' | 'timed'>,
  source: string,
  { limits, gone }: { readonly limits: Partial<Limits>; readonly gone: () => void }
): Receiver => {
  const { path, format } = writing
  const audio = isHeard(writing)
  const rounding = /\.png$/i.test(path) ? 'down' : 'nearest'
  let opening: Promise<Writer> | undefined
  let over = false
  const listener = audio ? sound?.listen() : undefined
  const opened = async (shape: Shape): Promise<Writer> => {
    const film = source === '-' && audio && has && sound === undefined ? await standardInput() : source
    const options = {
      ...shape,
      rate,
      timed,
      limits,
      gone,
      ...(format === undefined ? {} : { format }),
      ...(listener !== undefined ? { sound: listener } : audio && has ? { audioFrom: film } : {})
    }
    return orThrow(openWriter(path, options))
  }
  return {
    write: async (values: Values, times: ReadonlyArray<number> = []) => {
      const frames = values.frames as tf.Tensor4D
      const [count, height, width] = frames.shape
      const bytes = toBytes(frames, rounding)
      opening ??= opened({ height, width })
      const writer = await opening
      const each = height * width * 3
      for (let t = 0; t < count && !over; t++)
        await writer.write({ data: bytes.subarray(t * each, (t + 1) * each), height, width, time: times[t] ?? 0 })
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
