/** `keyflow new`: the beginning of a node, a graph or a pipeline of one's own, with laws and a test. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { RunOf } from '../cli/declarations.js'
import { type Begun, scaffold } from '../scaffold/index.js'

const begin =
  (kind: Begun): RunOf<'new node'> =>
  ({ name, out, force }, terminal) =>
    pipe(
      scaffold({ kind, name, folder: out, force }),
      TE.map((paths) => {
        if (kind !== 'pipeline') terminal.say(`to look at it: npx keyflow graph check ${paths[0]}`)
        terminal.say('to run its test: npm install --save-dev vitest fast-check && npx vitest run')
        return { json: { kind, paths }, text: paths.join('\n') }
      })
    )

export const node = begin('node')
export const graph = begin('graph')
export const pipeline = begin('pipeline')
