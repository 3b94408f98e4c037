/** `keyflow ablate`: a model for each of several numbers of keypoints, trained, measured and compared. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { limitsOf, networkSize } from '../animation/index.js'
import { declarations, type RunOf } from '../cli/declarations.js'
import { typed } from '../cli/option.js'
import { readConfig } from '../config/index.js'
import { datasetFor, extended } from '../extension/index.js'
import { fileTrouble, writeAtomic } from '../files/index.js'
import {
  ablate,
  ablationTable,
  chart,
  curvesOf,
  filmsOf,
  type Judge,
  reconstruction,
  type Train
} from '../measures/index.js'
import { readModel } from '../model/index.js'
import { attempt, engine } from '../run/index.js'
import { startedWith, trainInto } from '../training/index.js'

type Ablating = RunOf<'ablate'>

/** A trained model measured by reconstruction of the test part. */
const judging =
  (o: Parameters<Ablating>[0], terminal: Parameters<Ablating>[1]): Judge =>
  (path) =>
    pipe(
      TE.Do,
      TE.bind('model', () => readModel(path)),
      TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, undefined))),
      TE.bind('tables', () => extended(o.with)),
      TE.bind('parts', ({ tables }) => filmsOf(datasetFor(tables, o.data), 'test')),
      TE.flatMap(({ model, size, parts }) =>
        reconstruction(
          {
            model,
            data: o.data,
            films: parts.films.slice(0, o.videos),
            train: parts.train,
            trainVideos: 200,
            out: undefined,
            sheet: undefined,
            reading: { config: model.config, size, fit: 'stretch', batch: o.batch ?? 16, limits: limitsOf(o) }
          },
          terminal
        )
      )
    )

/**
 * The body of `keyflow ablate` over a function that trains.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ablating =
  (train: Train): Ablating =>
  (o, terminal) => {
    const file = (name: string) => join(o.out, `ablation.${name}`)
    const to = { out: o.out, steps: o.steps, seed: o.seed ?? 0 }
    return pipe(
      TE.Do,
      TE.bind('config', () => readConfig(o.config)),
      TE.bind('engine', () => engine(o.backend, terminal.say)),
      TE.tap(() => TE.tryCatch(() => mkdir(o.out, { recursive: true }), fileTrouble(o.out, 'make'))),
      TE.bind('results', ({ config }) => ablate(config, o.keypoints, to, train, judging(o, terminal))),
      TE.bind('svg', ({ results }) => attempt(() => chart(curvesOf(results)))),
      TE.map(({ results, svg, engine: e }) => {
        return { svg, report: { json: { ...to, results, engine: e }, text: ablationTable(results) } }
      }),
      TE.tap(({ report }) =>
        writeAtomic(file('json'), Buffer.from(`${JSON.stringify({ version: 1, ...report.json }, undefined, 2)}\n`))
      ),
      TE.tap(({ report }) => writeAtomic(file('txt'), Buffer.from(`${report.text}\n`))),
      TE.tap(({ svg }) => writeAtomic(file('svg'), Buffer.from(svg))),
      TE.map(({ report }) => report)
    )
  }

/** Trains as `keyflow train` does: a member that was begun is gone on with, one that is finished stays as it is. */
const training =
  (o: Parameters<Ablating>[0], terminal: Parameters<Ablating>[1]): Train =>
  (config, out, steps, seed) => {
    const own = { ...o, out, steps, seed, init: undefined, fineTune: false }
    const rhythm = { checkpointEvery: undefined, keepEvery: undefined, pictureEvery: undefined }
    const again = typed('ablate', declarations.ablate.options, o)
    terminal.say(`${config.model_params.common_params.num_kp} keypoints: ${out}`)
    return pipe(
      startedWith(out),
      TE.flatMap((was) => trainInto({ ...own, ...rhythm, resume: was !== undefined }, config, again, terminal)),
      TE.map(({ path }) => path)
    )
  }

export const run: Ablating = (o, terminal) => ablating(training(o, terminal))(o, terminal)
