/**
 * What measures found out, with all that is needed to read the figures: units, definitions, averaging, inputs, detectors.
 *
 * @since 0.1.0
 */
import type { Shape } from '../media/index.js'
import { mean } from './points.js'

/**
 * One figure. `value` is the mean over videos of the means over their frames, null where no frame had a value; `counted` is
 * the number of frames that had one, and `videos` the mean of each video.
 *
 * @category model
 * @since 0.1.0
 */
export interface Measure {
  readonly name: string
  readonly value: number | null
  readonly unit: string
  readonly definition: string
  readonly counted: number
  readonly videos: Readonly<Record<string, number | null>>
}

/**
 * A network that looked at frames: where its weights come from, and their checksum.
 *
 * @since 0.1.0
 */
export interface Witness {
  readonly name: string
  readonly package: string
  readonly weights: ReadonlyArray<{ readonly file: string; readonly sha256: string }>
  /** How frames are brought to it. */
  readonly input: string
}

/**
 * What was measured.
 *
 * @since 0.1.0
 */
export interface Input {
  readonly path: string
  readonly videos: number
  readonly frames: number
  /** Kinds of files with their codecs, such as `strip png` or `video h264`. */
  readonly codecs: ReadonlyArray<string>
}

/**
 * A report of measures.
 *
 * @category model
 * @since 0.1.0
 */
export interface Measured {
  readonly measures: ReadonlyArray<Measure>
  readonly averaging: string
  readonly resolution: Shape
  readonly detectors: ReadonlyArray<Witness>
  readonly inputs: Readonly<Record<string, Input>>
}

/** How every mean is taken, unless a measure says otherwise. */
export const averaging = 'mean over the frames of a video, then over videos, each counted once'

/**
 * Values of the frames of videos by name; a frame without a value is null.
 *
 * @since 0.1.0
 */
export type PerFrame = Readonly<Record<string, ReadonlyArray<number | null>>>

/**
 * A measure from its values at every frame.
 *
 * @category constructors
 * @since 0.1.0
 */
export const measure = (name: string, unit: string, definition: string, values: PerFrame): Measure => {
  const there = (xs: ReadonlyArray<number | null>) => xs.filter((x) => x !== null)
  const videos = Object.fromEntries(Object.entries(values).map(([video, xs]) => [video, mean(there(xs))]))
  const counted = Object.values(values).reduce((n, xs) => n + there(xs).length, 0)
  return { name, value: mean(there(Object.values(videos))), unit, definition, counted, videos }
}

/** A number in four significant digits, never as a power of ten. */
export const shown = (x: number | null): string =>
  x === null ? '-' : x === 0 ? '0' : Math.abs(x) < 1e-6 ? x.toExponential(1) : Number(x.toPrecision(4)).toString()

/** Rows as columns of one width. */
const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)))
  return rows.map((r) =>
    r
      .map((cell, i) => (i === 1 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd()
  )
}

/**
 * A report as a table, with the notes that its figures need.
 *
 * @category conversion
 * @since 0.1.0
 */
export const table = ({ measures, averaging: how, resolution, detectors, inputs }: Measured): string =>
  [
    ...columns([
      ['measure', 'value', 'unit', 'frames', 'definition'],
      ...measures.map((m) => [m.name, shown(m.value), m.unit, String(m.counted), m.definition])
    ]),
    '',
    `averaging: ${how}`,
    `resolution: ${resolution.width}x${resolution.height} (width x height)`,
    ...Object.entries(inputs).map(
      ([name, i]) => `${name}: ${i.path}, ${i.videos} videos, ${i.frames} frames, ${i.codecs.join(' and ')}`
    ),
    ...detectors.flatMap((d) => [
      `${d.name}: ${d.package}; ${d.input}`,
      ...d.weights.map(({ file, sha256 }) => `  ${file} sha256 ${sha256}`)
    ])
  ].join('\n')
