/**
 * A written graph explained: every mistake at its place in the document, wires and sizes included.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import { build, join } from '../nodes/spec.js'
import { compile } from './compile.js'
import type { GraphError } from './errors.js'
import { type Graph, type Step, wiresOf } from './graph.js'
import { type Catalogue, type JsonError, lenient } from './json.js'
import { rather } from './params/nearest.js'
import { bad } from './written/mistakes.js'
import type { Lenient } from './written/read.js'

/** A step that a path leads to or into, and what is left of the path. */
interface Found {
  readonly graph: Graph<any, any>
  readonly step: Step | undefined
  readonly rest: string
}

/** The innermost step on a path; of those that have one name the first, or the last. */
const find = (graph: Graph<any, any>, path: string, last = false): Found => {
  const step = graph.steps
    .filter(({ id }) => path === id || id === '' || path.startsWith(`${id}.`))
    .reduce<Step | undefined>((best, s) => {
      const further = s.id.length - (best?.id.length ?? -1)
      return further > 0 || (last && further === 0) ? s : best
    }, undefined)
  if (step === undefined) return { graph, step, rest: path }
  const rest = step.id === '' ? path : path.slice(step.id.length + 1)
  if (step.node._tag !== 'Composite' || rest === '') return { graph, step, rest }
  const inner = find(step.node.graph, rest, last)
  return inner.step === undefined ? { graph, step, rest } : inner
}

/** The wires that a step may read: the inputs of the graph, and what the steps before it make. */
const before = ({ inputs, steps }: Graph<any, any>, step: Step | undefined): ReadonlyArray<string> => [
  ...inputs.leaves.map(({ path }) => join('in', path)),
  ...steps
    .slice(0, step === undefined ? steps.length : steps.indexOf(step))
    .flatMap(({ id, node }) =>
      node._tag === 'Composite'
        ? wiresOf(node.graph.outputs).map(([path]) => join(id, path))
        : wiresOf(build(node.outputs, ({ path }) => join(id, path)) as never).map(([, wire]) => wire)
    )
]

/** What was due in the place of a wire that is not there. */
const due = (wire: string, there: ReadonlyArray<string>): string =>
  `a wire made before it: ${there.length === 0 ? 'there is none' : rather(wire, there)}`

/** An input that got no wire, and the name that may have been meant for it. */
const unwired = (step: Step, leaf: string): readonly [string, string] => {
  const inputs = (step.node._tag === 'Composite' ? step.node.graph : step.node).inputs.leaves
  const dims = inputs.find(({ path }) => path === leaf)?.dims.join(' ') ?? ''
  const strange = wiresOf(step.wires).flatMap(([path]) => (inputs.some((l) => l.path === path) ? [] : [path]))
  return [`a wire with a tensor [${dims}]`, strange.length === 0 ? 'nothing' : `nothing, but ${strange.join(', ')}`]
}

/** A mistake that `compile` found, at its place in the document. */
const placed = ({ graph, places }: Lenient, e: GraphError): JsonError => {
  const whole = (at: string): JsonError => bad(at, 'expected' in e ? e.expected : '', 'actual' in e ? e.actual : '')
  const { graph: around, step, rest } = find(graph, e.at, e._tag === 'DuplicateStep')
  const place = (step === undefined ? undefined : places.get(step)) ?? 'graph'
  const wire = (at: string) => join(`${at}.wires`, rest)
  switch (e._tag) {
    case 'DuplicateStep':
      return bad(`${place}.id`, 'a name that no other step has', e.at)
    case 'UnknownWire': {
      if (step === undefined) {
        const at = e.at
          .replace(/^out\./, 'outputs.')
          .replace(/^tap\./, 'taps.')
          .replace(/\.$/, '')
        return bad(`graph.${at}`, due(e.wire, before(around, undefined)), e.wire)
      }
      return e.wire === '(nothing)'
        ? bad(wire(place), ...unwired(step, rest))
        : bad(wire(place), due(e.wire, before(around, step)), e.wire)
    }
    case 'BadDoor':
      return step !== undefined
        ? whole(`${place}.node.settings.${rest}`)
        : whole(`graph.${e.at.replace(/^in\./, 'inputs.')}`)
    case 'WeightConflict':
      return whole(`the weight ${e.at}`)
    default:
      return whole(step === undefined ? `graph.${e.at}` : wire(place))
  }
}

/**
 * A graph from JSON data, or every mistake of it: of its form, its nodes and their settings, and of wires and sizes
 * wherever these do not hang on something that could not be read.
 *
 * Fails with every `JsonError`, mistakes that `compile` finds among them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const explain = (catalogue: Catalogue, u: unknown): E.Either<NonEmptyArray<JsonError>, Graph<any, any>> => {
  const read = lenient(catalogue, u)
  const program = compile(read.graph)
  const judged = E.isLeft(program) ? program.left.map((e) => placed(read, e)) : []
  const [first, ...rest] = [...read.errors, ...judged]
  return first === undefined ? E.right(read.graph) : E.left([first, ...rest])
}
