/** `keyflow graph nodes`: the kinds of node that a graph can be made of, and what one of them takes and gives. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type JsonError, nodeOf } from '../../graphs/index.js'
import { type Entry, type Field, fields, type Leaf, type Leafnode, type Weight } from '../../nodes/index.js'
import type { Report } from '../cli/command.js'
import type { RunOf } from '../cli/declarations.js'
import { extended, ownTables, type Tables } from '../extension/index.js'
import { brief, gather, type Problem } from '../problem/index.js'

const settingsOf = (entry: Entry | undefined): ReadonlyArray<Field> =>
  typeof entry === 'function' ? fields(entry.codec) : []

const dimsOf = (leaves: ReadonlyArray<Leaf>): Readonly<Record<string, string>> =>
  Object.fromEntries(leaves.map(({ path, dims, dtype }) => [path, `${dtype}[${dims.join(' ')}]`]))

/** What a node takes, gives and learns. */
const portsOf = (node: Leafnode<any, any>) => {
  const weights = Object.entries<Weight<any>>(node._tag === 'Primitive' ? node.weights : {})
  return {
    role: node._tag === 'Primitive' ? 'node' : node._tag === 'Source' ? `source, ${node.pace}` : 'sink',
    inputs: dimsOf(node.inputs.leaves),
    outputs: dimsOf(node.outputs.leaves),
    weights: Object.fromEntries(weights.map(([name, { spec }]) => [name, spec.name]))
  }
}

const usage = (errors: ReadonlyArray<JsonError>): Problem => {
  const [first, ...rest] = errors.map(
    ({ at, expected, actual }): Problem => ({ _tag: 'Usage', at: at.replace(/^node\./, '--'), expected, actual })
  )
  return gather(first!, rest)
}

/** One kind: its settings, and its ports where the settings are given, or there are none. */
const one = ({ nodes }: Tables, kind: string, written: string | undefined): E.Either<Problem, Report> =>
  pipe(
    E.tryCatch(
      (): unknown => JSON.parse(written ?? '{}'),
      (): Problem => ({ _tag: 'Usage', at: '--settings', expected: 'JSON', actual: brief(written) })
    ),
    E.flatMap((settings) => {
      const taken = settingsOf(Object.hasOwn(nodes, kind) ? nodes[kind] : undefined)
      const untold = written === undefined && taken.some(({ needed }) => needed)
      const ports = pipe(nodeOf(nodes, kind, settings, 'node'), E.mapLeft(usage), E.map(portsOf))
      if (E.isLeft(ports) && !untold) return ports
      const made = E.isRight(ports) ? ports.right : undefined
      const lines = (word: string, all: Readonly<Record<string, string>> = {}) =>
        Object.entries(all).map(([name, dims]) => `${word} ${name}${name === '' ? '' : ' '}${dims}`)
      const text = [
        `${kind}${made === undefined ? ': give --settings for what it takes and gives' : `: ${made.role}`}`,
        ...taken.map(({ name, expected, needed }) => `setting ${name}: ${expected}${needed ? '' : ', or nothing'}`),
        ...lines('input', made?.inputs),
        ...lines('output', made?.outputs),
        ...lines('weight', made?.weights)
      ]
      return E.right({ json: { kind, settings: taken, ...made }, text: text.join('\n') })
    })
  )

const all = ({ nodes, from }: Tables): E.Either<Problem, Report> => {
  const kinds = Object.entries(nodes).map(([kind, entry]) => {
    return { kind, settings: settingsOf(entry), from: from('nodes', kind) }
  })
  const width = Math.max(...kinds.map(({ kind }) => kind.length))
  const text = kinds.map(({ kind, settings, from: origin }) => {
    const names = settings.map(({ name, needed }) => (needed ? name : `[${name}]`)).join(', ')
    return `${kind.padEnd(width)}  ${names}${origin === ownTables.name ? '' : ` (${origin})`}`.trimEnd()
  })
  return E.right({ json: { nodes: kinds }, text: text.join('\n') })
}

export const run: RunOf<'graph nodes'> = ({ kind, settings, ...o }) =>
  kind === undefined && settings !== undefined
    ? TE.left({ _tag: 'Usage', at: '--settings', expected: '--kind', actual: 'no kind' })
    : pipe(
        extended(o.with),
        TE.flatMapEither((tables) => (kind === undefined ? all(tables) : one(tables, kind, settings)))
      )
