/** `keyflow graph list`: the graphs that can be asked for by name. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import { named } from '../../graphs/index.js'
import type { RunOf } from '../cli/declarations.js'

export const run: RunOf<'graph list'> = () => {
  const graphs = Object.entries(named).map(([name, { summary }]) => ({ name, summary }))
  const width = Math.max(...graphs.map(({ name }) => name.length))
  return TE.right({ json: { graphs }, text: graphs.map((g) => `${g.name.padEnd(width)}  ${g.summary}`).join('\n') })
}
