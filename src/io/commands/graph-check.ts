/** `keyflow graph check`: every mistake of a graph, or what it takes, gives, opens and weighs. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { compile, type Door, type Program, wiresOf } from '../../graphs/index.js'
import type { RunOf } from '../cli/declarations.js'
import { extended } from '../extension/index.js'
import { asked, graphFor, graphProblem } from '../run/index.js'

/** A source or a sink in a line: where it is, what it is, what it opens. */
const doorOf = ({ path, node, slots }: Door<any>, sizes: Program<any, any>['sizes']) => ({
  name: path,
  kind: node.kind,
  ...(node._tag === 'Source' ? { pace: node.pace } : {}),
  ...(typeof node.settings.path === 'string' ? { path: node.settings.path } : {}),
  dims: Object.fromEntries(Object.entries<string>(slots).map(([leaf, slot]) => [leaf, sizes[slot]!]))
})

type Doors = ReadonlyArray<ReturnType<typeof doorOf>>

const doorLines = (word: string, doors: Doors): ReadonlyArray<string> =>
  doors.map(({ name, kind, path, dims, ...rest }) => {
    const tensors = Object.entries(dims).map(([leaf, size]) => `${leaf} [${size}]`)
    const pace = rest.pace === undefined ? '' : `, ${rest.pace}`
    return `${word} ${name}: ${kind}${path === undefined ? '' : ` ${path}`}${pace}: ${tensors.join(', ')}`
  })

/** How many weights each network has. */
const networkLines = (weights: ReadonlyArray<{ readonly name: string }>): ReadonlyArray<string> => {
  const networks = weights.map(({ name }) => name.split('.')[0]!)
  return [...new Set(networks)].map((one) => `weights ${one}: ${networks.filter((n) => n === one).length} tensors`)
}

export const run: RunOf<'graph check'> = ({ name, ...options }) =>
  pipe(
    extended(options.with),
    TE.flatMap((tables) => graphFor(name, () => asked(options), tables)),
    TE.flatMapEither(({ graph }) =>
      E.mapLeft((errors: Parameters<typeof graphProblem>[1]) => graphProblem(name, errors))(compile(graph))
    ),
    TE.map((program) => {
      const { sizes } = program
      const gates = new Set(program.sources.flatMap(({ slots }) => Object.values(slots)))
      const inputs = program.entries.flatMap(({ path, slot }) =>
        gates.has(slot) ? [] : [{ name: path, dims: sizes[slot]! }]
      )
      const outputs = wiresOf(program.outputs).map(([path, slot]) => ({ name: path, dims: sizes[slot]! }))
      const sources = program.sources.map((door) => doorOf(door, sizes))
      const sinks = program.sinks.map((door) => doorOf(door, sizes))
      const taps = Object.keys(program.graph.taps)
      const list = (word: string, all: ReadonlyArray<{ name: string; dims: string }>) =>
        all.map((x) => `${word} ${x.name === '' ? '' : `${x.name} `}[${x.dims}]`)
      const weights = Object.entries(program.weights).map(([path, w]) => ({
        name: path,
        dims: w.spec.leaves[0]!.dims.join(' ')
      }))
      return {
        json: { name, nodes: program.plan.length, inputs, outputs, sources, sinks, weights, taps },
        text: [
          `${name}: sound, ${program.plan.length} nodes, ${weights.length} weights`,
          ...list('input', inputs),
          ...doorLines('source', sources),
          ...list('output', outputs),
          ...doorLines('sink', sinks),
          ...taps.map((tap) => `side output ${tap}`),
          ...networkLines(weights)
        ].join('\n')
      }
    })
  )
