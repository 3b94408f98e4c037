/**
 * Graphs as JSON and back: a step is written as its node's kind and settings, nothing else.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Entry, Leafnode } from '../nodes/node.js'
import { record, tensor } from '../nodes/spec.js'
import { type Graph, mapWires, type Step, toNode, type Wires } from './graph.js'

/** Wires as they are written: a string, or a record of wires. */
type WrittenWires = string | { readonly [key: string]: WrittenWires }
const WrittenWires: t.Type<WrittenWires> = t.recursion('wires', () =>
  t.union([t.string, t.record(t.string, WrittenWires)])
)

interface WrittenGraph {
  readonly name: string
  /** Dims of each input, such as `B H W 3`, after its dtype: `float32[B H W 3]`. */
  readonly inputs: Readonly<Record<string, string>>
  readonly steps: ReadonlyArray<WrittenStep>
  readonly outputs: WrittenWires
  readonly taps: Readonly<Record<string, string>>
}
interface WrittenStep {
  readonly id: string
  readonly scope: string
  readonly node: { readonly kind: string; readonly settings: unknown } | { readonly graph: WrittenGraph }
  readonly wires: WrittenWires
}

/**
 * A graph as it is written down; the version of this form is 1.
 *
 * @category codec
 * @since 0.1.0
 */
export const WrittenGraph: t.Type<WrittenGraph> = t.recursion('graph', () =>
  t.exact(
    t.type({
      name: t.string,
      inputs: t.record(t.string, t.string),
      steps: t.readonlyArray(WrittenStep),
      outputs: WrittenWires,
      taps: t.record(t.string, t.string)
    })
  )
)
const WrittenStep: t.Type<WrittenStep> = t.recursion('step', () =>
  t.exact(
    t.type({
      id: t.string,
      scope: t.string,
      node: t.union([
        t.exact(t.type({ kind: t.string, settings: t.unknown })),
        t.exact(t.type({ graph: WrittenGraph }))
      ]) as t.Type<WrittenStep['node']>,
      wires: WrittenWires
    })
  )
)

/** Why a written graph is not one. */
export interface JsonError {
  readonly _tag: 'BadGraph'
  readonly at: string
  readonly expected: string
  readonly actual: string
}

/** The kinds of node that a graph may be made of, by name. */
export type Catalogue = Readonly<Record<string, Entry>>

/**
 * A graph as plain JSON data.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const toJson = (g: Graph<any, any>): WrittenGraph => ({
  name: g.name,
  inputs: Object.fromEntries(g.inputs.leaves.map((l) => [l.path, `${l.dtype}[${l.dims.join(' ')}]`])),
  steps: g.steps.map(({ id, scope, node, wires }) => ({
    id,
    scope,
    node:
      node._tag === 'Composite' ? { graph: toJson(node.graph) } : { kind: node.kind, settings: { ...node.settings } },
    wires: mapWires(wires, (_, w) => w)
  })),
  outputs: mapWires(g.outputs, (_, w) => w),
  taps: { ...g.taps }
})

const bad = (at: string, expected: string, actual: string): JsonError => ({ _tag: 'BadGraph', at, expected, actual })

/** The spec of written inputs, or what is wrong with them. */
const specOf = (
  inputs: WrittenGraph['inputs'],
  at: string
): E.Either<ReadonlyArray<JsonError>, Graph<any, any>['inputs']> => {
  const nested: Record<string, any> = {}
  const errors: Array<JsonError> = []
  for (const [path, text] of Object.entries(inputs)) {
    const [, dtype, dims] = /^(float32|int32|bool)\[(.*)\]$/.exec(text) ?? []
    if (dims === undefined || path.split('.').some((k) => k === '' || k === '__proto__'))
      errors.push(bad(`${at}.inputs.${path}`, 'a dtype and dims, such as float32[B H W 3]', text))
    else {
      const keys = path.split('.')
      const last = keys.pop()!
      keys.reduce((o, k) => (o[k] ??= {}), nested)[last] = tensor(dims, dtype as 'float32')
    }
  }
  const specify = (o: Record<string, any>): any =>
    record(
      Object.fromEntries(Object.entries(o).map(([k, v]) => [k, 'leaves' in v && 'validate' in v ? v : specify(v)]))
    )
  return errors.length > 0 ? E.left(errors) : E.right(inputs[''] === undefined ? specify(nested) : nested[''])
}

/** A node of a catalogue by kind and settings. */
const nodeOf = (
  catalogue: Catalogue,
  kind: string,
  settings: unknown,
  at: string
): E.Either<ReadonlyArray<JsonError>, Leafnode<any, any>> => {
  const entry = Object.hasOwn(catalogue, kind) ? catalogue[kind] : undefined
  if (entry === undefined)
    return E.left([bad(`${at}.kind`, `a node kind, one of ${Object.keys(catalogue).join(', ')}`, kind)])
  if (typeof entry !== 'function') return E.right(entry)
  const decoded = entry.codec.decode(settings)
  if (E.isLeft(decoded))
    return E.left(
      decoded.left.map((e) => {
        const path = e.context.map((c) => c.key).filter(Boolean)
        const due = e.context.at(-1)?.type.name ?? 'another value'
        return bad([at, 'settings', ...path].join('.'), due, JSON.stringify(e.value) ?? 'nothing')
      })
    )
  return E.tryCatch(
    () => entry(decoded.right),
    (cause) => [bad(`${at}.settings`, 'settings that make a node', String(cause))]
  )
}

const read = (
  catalogue: Catalogue,
  g: WrittenGraph,
  at: string
): E.Either<ReadonlyArray<JsonError>, Graph<any, any>> => {
  const errors: Array<JsonError> = []
  const steps = g.steps.flatMap((s, i): ReadonlyArray<Step> => {
    const here = `${at}.steps.${i}(${s.id}).node`
    const node: E.Either<ReadonlyArray<JsonError>, Step['node']> = 'graph' in s.node
      ? E.map((inner: Graph<any, any>): Step['node'] => toNode(inner))(read(catalogue, s.node.graph, `${here}.graph`))
      : nodeOf(catalogue, s.node.kind, s.node.settings, here)
    if (E.isLeft(node)) errors.push(...node.left)
    return E.isLeft(node) ? [] : [{ id: s.id, scope: s.scope, node: node.right, wires: s.wires as Wires<any> }]
  })
  const inputs = specOf(g.inputs, at)
  if (E.isLeft(inputs)) errors.push(...inputs.left)
  if (errors.length > 0 || E.isLeft(inputs)) return E.left(errors)
  return E.right({ name: g.name, inputs: inputs.right, steps, outputs: g.outputs as never, taps: g.taps as never })
}

/**
 * A graph from JSON data, its nodes made from a catalogue, or everything that is wrong with it. `compile` judges the rest.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromJson = (catalogue: Catalogue, u: unknown): E.Either<ReadonlyArray<JsonError>, Graph<any, any>> => {
  const written = WrittenGraph.decode(u)
  if (E.isRight(written)) return read(catalogue, written.right, 'graph')
  return E.left(
    written.left.map((e) => {
      const path = e.context.map((c) => c.key).filter(Boolean)
      return bad(
        ['graph', ...path].join('.'),
        e.context.at(-1)?.type.name ?? 'a graph',
        JSON.stringify(e.value) ?? 'nothing'
      )
    })
  )
}

/** Whether two graphs are written the same. */
export const sameGraph = (a: Graph<any, any>, b: Graph<any, any>): boolean =>
  JSON.stringify(toJson(a)) === JSON.stringify(toJson(b))
