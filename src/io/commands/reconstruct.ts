/** `keyflow reconstruct`: films made again from their first frames, and measured. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { filmsInto, limitsOf, networkSize } from '../animation/index.js'
import type { RunOf } from '../cli/declarations.js'
import { datasetFor, extended, formatFor, measuresFor } from '../extension/index.js'
import { fileTrouble, writeAtomic } from '../files/index.js'
import { filmsOf, reconstruction, table } from '../measures/index.js'
import { readModel } from '../model/index.js'
import { engine } from '../run/index.js'

export const run: RunOf<'reconstruct'> = (o, terminal) =>
  pipe(
    TE.Do,
    TE.bind('model', () => readModel(o.model)),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, o.size))),
    TE.bind('tables', () => extended(o.with)),
    TE.bind('measures', ({ tables }) =>
      TE.fromEither(
        measuresFor(
          tables,
          o.measure.filter((name) => name !== 'L1')
        )
      )
    ),
    TE.bind('format', ({ tables, size: { height, width } }) => {
      const format = o.format ?? (height === width ? 'png' : 'frames')
      return TE.fromEither(formatFor(tables, format, ['none']))
    }),
    TE.bind('parts', ({ tables }) => filmsOf(datasetFor(tables, o.data), o.part)),
    TE.bind('engine', () => engine(o.backend, terminal.say)),
    TE.tap(() =>
      o.out === undefined
        ? TE.right(undefined)
        : TE.tryCatch(() => mkdir(o.out!, { recursive: true }), fileTrouble(o.out, 'make'))
    ),
    TE.bind('report', ({ model, size, parts, measures, format, tables }) =>
      reconstruction(
        {
          model,
          data: o.data,
          films: parts.films.slice(0, o.videos),
          train: parts.train,
          trainVideos: o.trainVideos ?? 200,
          out: o.out,
          sheet: o.sheet,
          predictions: o.out === undefined || format === 'none' ? undefined : filmsInto(tables, o.out, format),
          reading: {
            config: model.config,
            size,
            fit: o.fit ?? 'stretch',
            batch: o.batch ?? 16,
            limits: limitsOf(o),
            measures
          }
        },
        terminal
      )
    ),
    TE.map(({ report, engine: e }) => ({ json: { model: o.model, ...report, engine: e }, text: table(report) })),
    TE.tap(({ json }) =>
      o.out === undefined
        ? TE.right(undefined)
        : writeAtomic(
            join(o.out, 'report.json'),
            Buffer.from(`${JSON.stringify({ version: 1, ...json }, undefined, 2)}\n`)
          )
    )
  )
