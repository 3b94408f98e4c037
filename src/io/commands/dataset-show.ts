/** `keyflow dataset show`: a contact sheet of a dataset, or of what training makes of it. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { configOf, opened, writeSheet } from '../dataset/index.js'
import { datasetFor, extended } from '../extension/index.js'
import type { Problem } from '../problem/index.js'

const unset: Problem = { _tag: 'Usage', at: '--augment', expected: '--config with dataset_params', actual: 'none' }

export const run: RunOf<'dataset show'> = (o, terminal) =>
  pipe(
    configOf(o.config),
    TE.filterOrElse(
      (config) => !o.augment || config?.dataset_params != null,
      (): Problem => unset
    ),
    TE.bindTo('config'),
    TE.bind('tables', () => extended(o.with)),
    TE.bind('dataset', ({ config, tables }) =>
      opened({ ...o, ...datasetFor(tables, o.folder) }, o.part ?? 'train', config, terminal)
    ),
    TE.flatMap(({ config, dataset }) => {
      const augmentation = o.augment ? config?.dataset_params?.augmentation_params : undefined
      const showing = { rows: o.rows ?? 8, columns: o.columns ?? 8, seed: o.seed ?? 0 }
      return writeSheet(dataset, { ...showing, ...(augmentation === undefined ? {} : { augmentation }) }, o.out)
    }),
    TE.map((names) => ({ json: { path: o.out, clips: names }, text: [o.out, ...names].join('\n') }))
  )
