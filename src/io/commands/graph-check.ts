/** `keyflow graph check`: every mistake of a graph, or what it takes, gives and weighs. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { compile, wiresOf } from '../../graphs/index.js'
import type { RunOf } from '../cli/declarations.js'
import { asked, graphFor, graphProblem } from '../run/index.js'

export const run: RunOf<'graph check'> = ({ name, ...options }) =>
  pipe(
    graphFor(name, () => asked(options)),
    TE.flatMapEither(({ graph }) =>
      E.mapLeft((errors: Parameters<typeof graphProblem>[1]) => graphProblem(name, errors))(compile(graph))
    ),
    TE.map((program) => {
      const { sizes } = program
      const inputs = program.entries.map(({ path, slot }) => ({ name: path, dims: sizes[slot]! }))
      const outputs = wiresOf(program.outputs).map(([path, slot]) => ({ name: path, dims: sizes[slot]! }))
      const list = (word: string, all: ReadonlyArray<{ name: string; dims: string }>) =>
        all.map((x) => `${word} ${x.name} [${x.dims}]`)
      const weights = Object.entries(program.weights).map(([path, w]) => ({
        name: path,
        dims: w.spec.leaves[0]!.dims.join(' ')
      }))
      return {
        json: { name, nodes: program.plan.length, inputs, outputs, weights, taps: Object.keys(program.graph.taps) },
        text: [
          `${name}: sound, ${program.plan.length} nodes, ${weights.length} weights`,
          ...list('input', inputs),
          ...list('output', outputs)
        ].join('\n')
      }
    })
  )
