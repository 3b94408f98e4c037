/** `keyflow graph list`: the graphs that can be asked for by name. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { extended, ownTables } from '../extension/index.js'

export const run: RunOf<'graph list'> = (o) =>
  pipe(
    extended(o.with),
    TE.map(({ graphs: all, from }) => {
      const graphs = Object.entries(all).map(([name, { summary }]) => ({ name, summary, from: from('graphs', name) }))
      const width = Math.max(...graphs.map(({ name }) => name.length))
      const origin = (name: string) => (name === ownTables.name ? '' : ` (${name})`)
      const text = graphs.map((g) => `${g.name.padEnd(width)}  ${g.summary}${origin(g.from)}`).join('\n')
      return { json: { graphs }, text }
    })
  )
