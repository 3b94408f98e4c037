/**
 * Sources and sinks of pictures and films: pure descriptions, opened, paused and closed by whoever interprets them.
 *
 * Pictures are RGB from 0 to 1, [.., H, W, 3]. What cannot be opened or read fails in the interpreter (`play`), not here.
 *
 * Source: of our own.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { type Keypoints, keypoints, Variance } from './keypoints.js'
import type { Settings, Sink, Source } from './node.js'
import { family, positive, real, reals, whole } from './node.js'
import { record, tensor } from './spec.js'
import type * as tf from './tf.js'

const Size = t.strict({ height: positive, width: positive }, '{ height, width }')
const Rate = t.strict({ num: positive, den: positive }, '{ num, den }')
const Fit = t.union([t.literal('crop'), t.literal('pad'), t.literal('stretch')])

/** What to read and how large to deliver it: crop to the aspect, pad with black, or stretch. */
const Picture = t.strict({
  path: t.string,
  height: positive,
  width: positive,
  fit: Fit,
  /** The shape of one frame where the file is a strip of frames. */
  strip: t.union([t.null, Size])
})

/**
 * One picture, or the first frame of a film, from 0 to 1: `image` [1, H, W, 3]. Held for the whole stream.
 *
 * @category sources
 * @since 0.1.0
 */
export const readPicture = family('readPicture', Picture, (settings): Source<{ readonly image: tf.Tensor4D }> => {
  const { height, width } = settings
  return {
    _tag: 'Source',
    kind: 'readPicture',
    settings,
    pace: 'held',
    inputs: record({}),
    outputs: record({ image: tensor(`1 ${height} ${width} 3`) })
  }
})

const Frame = t.strict({ ...Picture.type.props, index: whole })

/**
 * The frame of a film with an index from 0: `image` [1, H, W, 3], from 0 to 1. Held for the whole stream.
 *
 * @category sources
 * @since 0.1.0
 */
export const readFrame = family('readFrame', Frame, (settings): Source<{ readonly image: tf.Tensor4D }> => {
  return { ...readPicture(settings), kind: 'readFrame', settings }
})

const Beginning = t.strict({ ...Picture.type.props, count: positive })

/**
 * The first `count` frames of a film: `frames` [count, H, W, 3], from 0 to 1. Held for the whole stream.
 *
 * @category sources
 * @since 0.1.0
 */
export const readBeginning = family(
  'readBeginning',
  Beginning,
  (settings): Source<{ readonly frames: tf.Tensor4D }> => ({
    _tag: 'Source',
    kind: 'readBeginning',
    settings,
    pace: 'held',
    inputs: record({}),
    outputs: record({ frames: tensor(`${settings.count} ${settings.height} ${settings.width} 3` as 'T H W 3') })
  })
)

const Counting = t.strict({ frames: positive, batch: positive, rate: Rate })

/**
 * The numbers of `frames` frames in batches of at most `batch`, for a film of its own `rate` in frames per second: `index`
 * [T], one batch a tick.
 *
 * @category sources
 * @since 0.1.0
 */
export const countFrames = family(
  'countFrames',
  Counting,
  (settings): Source<{ readonly index: tf.Tensor1D }> => ({
    _tag: 'Source',
    kind: 'countFrames',
    settings,
    pace: 'ticking',
    inputs: record({}),
    outputs: record({ index: tensor('T', 'int32') })
  })
)

/** Times in seconds at which a tick begins whatever it holds: none goes on across one. */
const starts = t.partial({ starts: reals })

const Film = t.intersection([t.strict({ ...Picture.type.props, batch: positive }), starts])

/**
 * The frames of a film in batches of at most `batch`: `frames` [T, H, W, 3], from 0 to 1, one batch a tick.
 *
 * @category sources
 * @since 0.1.0
 */
export const readFilm = family('readFilm', Film, (settings): Source<{ readonly frames: tf.Tensor4D }> => {
  const { height, width } = settings
  return {
    _tag: 'Source',
    kind: 'readFilm',
    settings,
    pace: 'ticking',
    inputs: record({}),
    outputs: record({ frames: tensor(`T ${height} ${width} 3` as 'T H W 3') })
  }
})

const Stream = t.intersection([
  t.strict({
    /** `-` for standard input, `/dev/video0` or `camera:0` for a camera, or a file that grows. */
    path: t.string,
    height: positive,
    width: positive,
    fit: Fit,
    batch: positive,
    /** The size of bare rgb24 frames; null for anything that says of itself what it is. */
    raw: t.union([t.null, Size]),
    /** Frames per second where the stream does not say. */
    rate: t.union([t.null, Rate]),
    /** How many seconds a file may not grow before it counts as ended. */
    patience: t.union([t.null, real]),
    /** End after so many frames. */
    most: t.union([t.null, positive])
  }),
  starts
])

/**
 * The frames of a film that comes as it is made and may never end, in batches of at most `batch`: `frames` [T, H, W, 3], from
 * 0 to 1, one batch a tick.
 *
 * @category sources
 * @since 0.1.0
 */
export const readStream = family('readStream', Stream, (settings): Source<{ readonly frames: tf.Tensor4D }> => {
  const { height, width } = settings
  return {
    _tag: 'Source',
    kind: 'readStream',
    settings,
    pace: 'ticking',
    inputs: record({}),
    outputs: record({ frames: tensor(`T ${height} ${width} 3` as 'T H W 3') })
  }
})

/**
 * The first frame of a stream, which comes again as the first of the `readStream` of the same path: `image` [1, H, W, 3],
 * from 0 to 1. Held for the whole stream.
 *
 * @category sources
 * @since 0.1.0
 */
export const readStreamStart = family(
  'readStreamStart',
  Stream,
  (settings): Source<{ readonly image: tf.Tensor4D }> => {
    const { height, width } = settings
    return {
      _tag: 'Source',
      kind: 'readStreamStart',
      settings,
      pace: 'held',
      inputs: record({}),
      outputs: record({ image: tensor(`1 ${height} ${width} 3`) })
    }
  }
)

const Track = t.intersection([
  t.strict({
    path: t.string,
    keypoints: positive,
    variance: Variance,
    batch: positive
  }),
  starts
])

/**
 * The keypoints of a motion template, in batches of at most `batch` frames: `mean` [T, K, 2] and `var`, one batch a tick.
 *
 * @category sources
 * @since 0.1.0
 */
export const readMotion = family('readMotion', Track, (settings): Source<Keypoints> => {
  const { variance, keypoints: count } = settings
  return {
    _tag: 'Source',
    kind: 'readMotion',
    settings,
    pace: 'ticking',
    inputs: record({}),
    outputs: keypoints(variance, 'B', count)
  }
})

const OnePose = t.strict({ path: t.string, keypoints: positive, variance: Variance, index: whole })

/**
 * The keypoints of the frame with an index of a motion template: `mean` [1, K, 2] and `var`. Held for the whole stream.
 *
 * @category sources
 * @since 0.1.0
 */
export const readPose = family('readPose', OnePose, (settings): Source<Keypoints> => {
  const { variance, keypoints: count } = settings
  return {
    _tag: 'Source',
    kind: 'readPose',
    settings,
    pace: 'held',
    inputs: record({}),
    outputs: keypoints(variance, '1', count)
  }
})

const Output = t.intersection([
  t.strict({
    path: t.string,
    /** The source whose frame rate is kept. */
    timing: t.string,
    /** Copy the sound of that source. */
    audio: t.boolean
  }),
  /** How it is packed where it goes to standard output, which has no extension. */
  t.partial({ format: t.keyof({ mp4: null, webm: null, mjpeg: null, raw: null }) })
])

/**
 * A film written frame by frame from `frames` [T, H, W, 3], 0 to 1: its kind is that of the path's extension; `-`
 * is standard output.
 *
 * @category sinks
 * @since 0.1.0
 */
export const writeFilm = family(
  'writeFilm',
  Output,
  (settings): Sink<{ readonly frames: tf.Tensor4D }> => ({
    _tag: 'Sink',
    kind: 'writeFilm',
    settings: settings as Settings,
    inputs: record({ frames: tensor('T H W 3') }),
    outputs: record({})
  })
)
