/** `keyflow train`: trains a model on a folder of videos, into a folder that tells everything of the run. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { declarations, type RunOf } from '../cli/declarations.js'
import { typed } from '../cli/option.js'
import { readConfig } from '../config/index.js'
import { trainInto } from '../training/index.js'

export const run: RunOf<'train'> = (o, terminal) => {
  const again = typed('train', declarations.train.options, { ...o, resume: true })
  return pipe(
    readConfig(o.config),
    TE.flatMap((config) => trainInto(o, config, again, terminal)),
    TE.map(({ steps, losses, path }) => {
      const all = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(4)}`)
      return {
        json: { path, steps, losses, folder: o.out },
        text: [path, ...(all.length === 0 ? [] : [all.join('  ')])].join('\n')
      }
    })
  )
}
