/**
 * Pictures and videos in and out, as frames of bytes.
 *
 * @since 0.1.0
 */
export { MediaFailure, orThrow } from './failure.js'
export { findFfmpeg } from './find-ffmpeg.js'
export { openLive, streamable } from './live-clip.js'
export { isCamera, type Streamed } from './live-input.js'
export type { Clip, Fit, Frame, Limits, PipeFormat, ReadOptions, Shape, WriteOptions, Writer } from './model.js'
export { defaultLimits } from './model.js'
export { mosaic, pngOf } from './mosaic.js'
export { openClip } from './open-clip.js'
export { openWriter, writtenEndings } from './open-writer.js'
export { parseRational, type Rational, rational, showRational, toNumber } from './rational.js'
export { standardInput } from './standard-input.js'
export { writeFrames } from './write-frames.js'
