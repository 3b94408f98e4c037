/**
 * The measures of generated films against real ones, as one report.
 *
 * @since 0.1.0
 */
import { Matrix } from 'ml-matrix'
import type { Detector, Features } from './detector.js'
import type { Compared, Sight } from './evaluate.js'
import { type FrameMeasures, frameFigures } from './frame-measure.js'
import { frechetOfSets } from './frechet.js'
import { distance, missing, type Pose } from './points.js'
import { averaging, type Input, type Measure, type Measured, measure } from './report.js'

/**
 * What was compared, and by whom.
 *
 * @since 0.1.0
 */
export interface Evaluated {
  readonly compared: ReadonlyArray<Compared>
  readonly paths: { readonly real: string; readonly generated: string }
  readonly detectors: ReadonlyArray<Detector>
  readonly features: Features | undefined
  readonly truth: boolean
  /** The measures of frames that they were compared by. */
  readonly measures: FrameMeasures
}

type Poses = readonly [real: ReadonlyArray<Pose>, generated: ReadonlyArray<Pose>]

const keypointMeasures = (
  detector: string,
  compared: ReadonlyArray<Compared>,
  poses: (c: Compared) => Poses
): ReadonlyArray<Measure> => {
  const values = (f: (real: Pose, generated: Pose) => number | null) =>
    Object.fromEntries(
      compared.map((c) => {
        const [real, generated] = poses(c)
        return [c.name, real.map((pose, t) => f(pose, generated[t]!))]
      })
    )
  return [
    measure(
      `AKD (${detector})`,
      'pixels',
      'mean distance of keypoints that are found in both frames',
      values(distance)
    ),
    measure(
      `MKR (${detector})`,
      'of 0..1',
      'share of the keypoints found in the real frame that are missing in the generated one',
      values(missing)
    )
  ]
}

const identityMeasure = (name: string, compared: ReadonlyArray<Compared>, index: number): Measure => {
  const apart = (a: ReadonlyArray<number> | null, b: ReadonlyArray<number> | null): number | null =>
    a === null || b === null ? null : Math.hypot(...a.map((x, i) => x - b[i]!))
  return measure(
    `AED (${name})`,
    'Euclidean',
    'mean distance of the descriptors of who is seen, of frames where both are found',
    Object.fromEntries(
      compared.map(({ name: video, real, generated }) => [
        video,
        real.seen[index]!.map((seen, t) => apart(seen.identity, generated.seen[index]![t]!.identity))
      ])
    )
  )
}

/** At most so many rows, evenly spread; more would cost much and tell little. */
const mostRows = 1000
const thinned = <A>(rows: ReadonlyArray<A>): ReadonlyArray<A> =>
  rows.length <= mostRows
    ? rows
    : Array.from({ length: mostRows }, (_, i) => rows[Math.floor((i * rows.length) / mostRows)]!)

const frechetMeasure = ({ witness: { name } }: Features, compared: ReadonlyArray<Compared>): Measure => {
  const rows = (side: (c: Compared) => Sight) =>
    new Matrix(thinned(compared.flatMap((c) => side(c).features)).map((row) => [...row]))
  const [real, generated] = [rows((c) => c.real), rows((c) => c.generated)]
  return {
    name: `Frechet distance (${name})`,
    value: frechetOfSets(real, generated),
    unit: 'squared feature units',
    definition: `between all frames of both sides as normal distributions (at most ${mostRows} of each, evenly spread); not FID`,
    counted: real.rows,
    videos: {}
  }
}

const inputOf = (path: string, compared: ReadonlyArray<Compared>, side: (c: Compared) => Sight): Input => ({
  path,
  videos: compared.length,
  frames: compared.reduce((n, c) => n + c.frames, 0),
  codecs: [...new Set(compared.map((c) => side(c).codec))].sort()
})

/**
 * The report of compared films: at least one, all of one size.
 *
 * @category measures
 * @since 0.1.0
 */
export const evaluation = ({ compared, paths, detectors, features, truth, measures }: Evaluated): Measured => {
  const seen = (s: Sight, i: number) => s.seen[i]!.map(({ pose }) => pose)
  return {
    measures: [
      ...frameFigures(measures, (name) => Object.fromEntries(compared.map((c) => [c.name, c.values[name]!]))),
      ...detectors.flatMap(({ witness, identifies }, i) => [
        ...keypointMeasures(witness.name, compared, ({ real, generated }) => [seen(real, i), seen(generated, i)]),
        ...(identifies ? [identityMeasure(witness.name, compared, i)] : [])
      ]),
      ...(truth ? keypointMeasures('truth', compared, ({ real, generated }) => [real.truth, generated.truth]) : []),
      ...(features === undefined ? [] : [frechetMeasure(features, compared)])
    ],
    averaging,
    resolution: compared[0]!.shape,
    detectors: [...detectors.map((d) => d.witness), ...(features === undefined ? [] : [features.witness])],
    inputs: {
      real: inputOf(paths.real, compared, (c) => c.real),
      generated: inputOf(paths.generated, compared, (c) => c.generated)
    }
  }
}
