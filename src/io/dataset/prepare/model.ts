/**
 * What is cut out of raw videos, and the record of it.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

const count = t.number

/**
 * A part of a picture in pixels.
 *
 * @category model
 * @since 0.1.0
 */
export const Box = t.strict({ x: count, y: count, width: count, height: count })

/**
 * A part of a picture in pixels.
 *
 * @category model
 * @since 0.1.0
 */
export type Box = t.TypeOf<typeof Box>

const nothing = t.null

/**
 * What is taken of one video: a part of the picture (null: all of it), from `start` to `end` in seconds (null: to the
 * end).
 *
 * @category model
 * @since 0.1.0
 */
export const Take = t.strict({
  box: t.union([Box, nothing]),
  start: count,
  end: t.union([count, nothing])
})

/**
 * What is taken of one video.
 *
 * @category model
 * @since 0.1.0
 */
export type Take = t.TypeOf<typeof Take>

/**
 * How clips are made: their size, their least and most frames, their rate, where a shot ends, what is too still.
 *
 * @category model
 * @since 0.1.0
 */
export const Settings = t.strict({
  size: t.union([t.strict({ height: count, width: count }), nothing]),
  fit: t.union([t.literal('crop'), t.literal('pad'), t.literal('stretch')]),
  least: count,
  most: count,
  rate: t.union([t.strict({ num: count, den: count }), nothing]),
  cut: count,
  still: count,
  as: t.union([t.literal('png'), t.literal('mp4'), t.literal('gif'), t.literal('folder')])
})

/**
 * How clips are made.
 *
 * @category model
 * @since 0.1.0
 */
export type Settings = t.TypeOf<typeof Settings>

const Span = { start: count, frames: count, motion: count }

/**
 * What came of one raw video: its clips, the stretches that were left out and why, and what ended it early.
 *
 * @category model
 * @since 0.1.0
 */
export const Source = t.strict({
  file: t.string,
  sha256: t.string,
  takes: t.readonlyArray(Take),
  clips: t.readonlyArray(t.strict({ name: t.string, take: count, ...Span })),
  left: t.readonlyArray(t.strict({ take: count, ...Span, why: t.string })),
  failed: t.readonlyArray(t.string)
})

/**
 * What came of one raw video.
 *
 * @category model
 * @since 0.1.0
 */
export type Source = t.TypeOf<typeof Source>

/**
 * The record of a preparation: how, and what came of every video.
 *
 * @category model
 * @since 0.1.0
 */
export const Record = t.strict({
  version: t.literal(1),
  settings: Settings,
  sources: t.readonlyArray(Source)
})

/**
 * The record of a preparation.
 *
 * @category model
 * @since 0.1.0
 */
export type Record = t.TypeOf<typeof Record>
