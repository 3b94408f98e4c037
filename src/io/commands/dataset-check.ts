/** `keyflow dataset check`: what will go wrong with a dataset, before any step; all of it, by file name. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { checkDataset, configOf, type DatasetClip, withProgress } from '../dataset/index.js'
import { datasetFor, extended } from '../extension/index.js'
import { showProblem } from '../problem/index.js'

const counts = (clips: ReadonlyArray<DatasetClip>) => {
  return { clips: clips.length, frames: clips.reduce((n, { frames }) => n + frames, 0) }
}

/** The first few of many names. */
const few = (names: ReadonlyArray<string>, most = 4): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`

export const run: RunOf<'dataset check'> = (o, terminal) =>
  pipe(
    TE.Do,
    TE.bind('config', () => configOf(o.config)),
    TE.bind('tables', () => extended(o.with)),
    TE.flatMap(({ config, tables }) => {
      const asked = { ...o, ...datasetFor(tables, o.folder) }
      return withProgress(asked, terminal, (options) => checkDataset(asked.folder, config, options))
    }),
    TE.map(({ division, findings, train, test, passed }) => {
      const parts = { train: counts(train), test: counts(test) }
      const lines = findings.map(({ breaks, problem }) => `${breaks ? 'breaks' : 'warns '} ${showProblem(problem)}`)
      const summary = (['train', 'test'] as const).map((part) => {
        return `${part}: ${parts[part].clips} sound clips, ${parts[part].frames} frames`
      })
      const other = passed.length === 0 ? [] : [`passed over: ${few(passed)}`]
      const found = findings.length === 0 ? 'sound' : `${findings.length} findings`
      return {
        json: { folder: o.folder, sound: findings.length === 0, division, ...parts, findings, passed },
        text: [...lines, ...summary, ...other, `${o.folder}: ${found}`].join('\n'),
        code: findings.length === 0 ? 0 : 1
      }
    })
  )
