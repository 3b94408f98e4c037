/** `keyflow dataset stats`: the figures of a dataset. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { configOf, opened, type Spread, statsOf } from '../dataset/index.js'
import { datasetFor, extended } from '../extension/index.js'

const three = (values: ReadonlyArray<number>): string => values.map((v) => v.toFixed(3)).join(' ')
const spread = ({ least, median, mean, most }: Spread, digits: number): string =>
  `${least.toFixed(digits)} least, ${median.toFixed(digits)} median, ${mean.toFixed(digits)} mean, ${most.toFixed(digits)} most`

export const run: RunOf<'dataset stats'> = (o, terminal) => {
  const part = o.part ?? 'train'
  return pipe(
    TE.Do,
    TE.bind('config', () => configOf(o.config)),
    TE.bind('tables', () => extended(o.with)),
    TE.bind('dataset', ({ config, tables }) =>
      opened({ ...o, ...datasetFor(tables, o.folder) }, part, config, terminal)
    ),
    TE.bind('stats', ({ dataset }) => {
      const bar = terminal.progress('look')
      return pipe(
        statsOf(dataset, terminal.signal, bar.advance),
        TE.tapIO(() => bar.end)
      )
    }),
    TE.map(({ dataset: { manifest }, stats }) => ({
      json: { folder: o.folder, part, division: manifest.division, sha256: manifest.sha256, ...stats },
      text: [
        `${o.folder}, ${part}: ${stats.clips} clips, ${stats.frames} frames`,
        `sizes     ${stats.sizes.map(({ size, clips }) => `${size} (${clips})`).join(', ')}`,
        `lengths   ${spread(stats.lengths, 0)}`,
        `colours   mean ${three(stats.mean)}, deviation ${three(stats.deviation)} (red green blue, 0 to 1, of ${stats.sampled} frames)`,
        `motion    ${spread(stats.motion, 4)} (mean change from frame to frame, 0 to 1)`,
        `stillest  ${stats.stillest}`,
        `liveliest ${stats.liveliest}`
      ].join('\n')
    }))
  )
}
