/**
 * How results depend on the number of keypoints: a model trained for each number, measured the same way.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Config } from '../config/config.js'
import type { Problem } from '../problem/problem.js'
import { type Measured, shown } from './report.js'

/**
 * Trains a model into a folder, and tells where the model is. Fails with the `Problem` of the training.
 *
 * @since 0.1.0
 */
export type Train = (
  config: Config,
  out: string,
  steps: number | undefined,
  seed: number
) => TE.TaskEither<Problem, string>

/**
 * Measures a model on the test part of a dataset. Fails with the `Problem` of the measure.
 *
 * @since 0.1.0
 */
export type Judge = (model: string) => TE.TaskEither<Problem, Measured>

/**
 * What came of one number of keypoints.
 *
 * @since 0.1.0
 */
export interface Ablated {
  readonly keypoints: number
  readonly model: string
  readonly measured: Measured
}

/** A configuration with another number of keypoints. */
const withKeypoints = (config: Config, keypoints: number): Config => {
  const { model_params: model } = config
  return { ...config, model_params: { ...model, common_params: { ...model.common_params, num_kp: keypoints } } }
}

/**
 * Trains and measures a model for each number of keypoints, one after the other, all from the same seed.
 *
 * Fails with the first `Problem` of `train` or `judge`; what comes after is not tried.
 *
 * Source: supplement, section C.2 and figure 8.
 *
 * @category measures
 * @since 0.1.0
 */
export const ablate = (
  config: Config,
  keypoints: ReadonlyArray<number>,
  to: { readonly out: string; readonly steps: number | undefined; readonly seed: number },
  train: Train,
  judge: Judge
): TE.TaskEither<Problem, ReadonlyArray<Ablated>> =>
  pipe(
    keypoints,
    TE.traverseSeqArray((k) =>
      pipe(
        train(withKeypoints(config, k), join(to.out, `keypoints-${k}`), to.steps, to.seed),
        TE.bindTo('model'),
        TE.bind('measured', ({ model }) => judge(model)),
        TE.map(({ model, measured }): Ablated => ({ keypoints: k, model, measured }))
      )
    )
  )

/**
 * The values of one measure by number of keypoints, in their order.
 *
 * @since 0.1.0
 */
export interface Curve {
  readonly name: string
  readonly unit: string
  readonly points: ReadonlyArray<{ readonly keypoints: number; readonly value: number }>
}

/**
 * The measures that every number of keypoints has, as curves.
 *
 * @since 0.1.0
 */
export const curvesOf = (results: ReadonlyArray<Ablated>): ReadonlyArray<Curve> => {
  const sorted = [...results].sort((a, b) => a.keypoints - b.keypoints)
  return (sorted[0]?.measured.measures ?? []).flatMap(({ name, unit }) => {
    const points = sorted.flatMap(({ keypoints, measured }) => {
      const value = measured.measures.find((m) => m.name === name)?.value ?? null
      return value === null ? [] : [{ keypoints, value }]
    })
    return points.length === sorted.length ? [{ name, unit, points }] : []
  })
}

/**
 * A row for each number of keypoints, a column for each measure.
 *
 * @since 0.1.0
 */
export const ablationTable = (results: ReadonlyArray<Ablated>): string => {
  const curves = curvesOf(results)
  const rows = [
    ['keypoints', ...curves.map((c) => `${c.name} (${c.unit})`)],
    ...(curves[0]?.points ?? []).map(({ keypoints }, i) => [
      String(keypoints),
      ...curves.map((c) => shown(c.points[i]!.value))
    ])
  ]
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)))
  return rows.map((r) => r.map((cell, i) => cell.padStart(widths[i]!)).join('  ')).join('\n')
}
