/**
 * What the rest of the program sees of pictures and videos: frames as bytes, clips to read, writers to fill.
 *
 * @since 0.1.0
 */
import type { Rational } from './rational.js'
import type { Listener, Sound } from './sound.js'

/**
 * One picture of a clip: RGB bytes, rows from top to bottom, `data.length = height * width * 3`. Frames are values:
 * nobody changes the bytes of a frame that was handed over. `time` counts in seconds from the first frame.
 *
 * @category model
 * @since 0.1.0
 */
export interface Frame {
  readonly data: Uint8Array
  readonly height: number
  readonly width: number
  readonly time: number
}

/**
 * Height and width in pixels.
 *
 * @category model
 * @since 0.1.0
 */
export interface Shape {
  readonly height: number
  readonly width: number
}

/**
 * How a picture comes to another aspect: `crop` covers the size and cuts what sticks out, `pad` fits inside and fills
 * with black, `stretch` distorts. Cut and fill are centred.
 *
 * @category model
 * @since 0.1.0
 */
export type Fit = 'crop' | 'pad' | 'stretch'

/**
 * The largest input that is accepted: pixels of one picture (of a whole strip), frames and seconds of one clip.
 *
 * @category model
 * @since 0.1.0
 */
export interface Limits {
  readonly pixels: number
  readonly frames: number
  readonly seconds: number
}

/**
 * The limits that hold unless others are given: 8192 x 8192 pixels, 36,000 frames, an hour. `--max-pixels`,
 * `--max-frames` and `--max-seconds` raise them. One frame of a video may have `videoPixels`, unless `pixels` is given.
 *
 * @category model
 * @since 0.1.0
 */
export const defaultLimits: Limits = { pixels: 8192 * 8192, frames: 36_000, seconds: 3_600 }

/**
 * The pixels of one frame of a video that are accepted by default: a decoder holds many frames at once.
 *
 * @category model
 * @since 0.1.0
 */
export const videoPixels = 4096 * 4096

/**
 * How to read a clip. Without `size` frames come as large as they are.
 *
 * - `rate`: a video or an animation is resampled to it in time (the nearest frame is repeated or left out); pictures,
 *   strips and folders have no rate of their own and take it as theirs.
 * - `frameShape`: the shape of one frame of a strip. Without it a still picture whose width is a multiple (2 or more)
 *   of its height is a strip of squares, unless `whole` says that stills are never cut.
 * - `ownTimes`: where frames do not keep a rate, they come as they are, each at its own time, instead of at the average.
 * - `sound`: the sound of a live clip is wanted, and taken by somebody.
 * - `only`: the clip is the frame of this index alone, counted after `rate`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReadOptions {
  readonly size?: Shape
  readonly fit?: Fit
  readonly rate?: Rational
  readonly limits?: Partial<Limits>
  readonly frameShape?: Shape
  readonly whole?: boolean
  readonly ownTimes?: boolean
  readonly sound?: boolean
  readonly only?: number
}

/**
 * An input that was opened and judged, not yet read. `height` and `width` are those of its frames, `sourceHeight` and
 * `sourceWidth` those of the file after rotation and with square pixels. `count` is there where the frames were
 * counted; a video's is what its container says. `codec` is how its pictures are packed, where one file holds them. `frames` reads from the start each time it is called, one frame at a
 * time, as they are asked for; it may be left at any point. What fails there is thrown as a `MediaFailure`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Clip {
  readonly kind: 'video' | 'animation' | 'picture' | 'strip' | 'folder'
  readonly height: number
  readonly width: number
  readonly sourceHeight: number
  readonly sourceWidth: number
  readonly rate: Rational
  readonly count?: number
  readonly audio: boolean
  /** The sound of a live clip, as it comes, where it was asked for. */
  readonly sound?: Sound
  readonly codec?: string
  /** It comes as it is made, may never end and can be read once. */
  readonly live?: boolean
  /** Its frames do not keep the rate: each is to be shown at its own time. */
  readonly timed?: boolean
  /** Ends a live clip as if it had come to its end; frames that are on their way still come. */
  readonly stop?: () => void
  readonly frames: () => AsyncIterable<Frame>
}

/**
 * What a film on standard output may be.
 *
 * @category model
 * @since 0.1.0
 */
export type PipeFormat = 'mp4' | 'webm' | 'mjpeg' | 'raw'

/**
 * How to write a clip. `quality` goes from 0 to 100, 80 unless given. The audio of the video `audioFrom`, from
 * `audioStart` seconds on, goes into mp4 and webm, as long as the frames last; a file without audio adds none.
 *
 * @category model
 * @since 0.1.0
 */
export interface WriteOptions {
  readonly height: number
  readonly width: number
  readonly rate: Rational
  readonly audioFrom?: string
  readonly audioStart?: number
  /** Sound that comes with the frames, each piece with the frame that it belongs to; for mp4 and webm, instead of `audioFrom`. */
  readonly sound?: Listener
  readonly quality?: number
  /** Show every frame at its own time instead of at the rate, where the format can. */
  readonly timed?: boolean
  /** How what goes to standard output is packed. */
  readonly format?: PipeFormat
  /** Told when whoever reads standard output has left. */
  readonly gone?: () => void
  readonly limits?: Partial<Limits>
}

/**
 * A file or folder in the making; its path changes at `close` only, then at once. `write` resolves when there is room
 * for the next frame: at most two are under way. After a failure nothing is left of what was written.
 *
 * @category model
 * @since 0.1.0
 */
export interface Writer {
  readonly write: (frame: Frame) => Promise<void>
  readonly close: () => Promise<void>
  readonly abort: () => Promise<void>
}
