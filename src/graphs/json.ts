/**
 * Graphs as JSON and back: a step is written as its node's kind and settings, nothing else.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { parse, type Size, show, value } from '../nodes/dims.js'
import type { Entry, Leafnode, Weight } from '../nodes/node.js'
import { record, Spec, tensor } from '../nodes/spec.js'
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

/**
 * Why a written graph is not one.
 *
 * @since 0.1.0
 */
export interface JsonError {
  readonly _tag: 'BadGraph'
  readonly at: string
  readonly expected: string
  readonly actual: string
}

/**
 * The kinds of node that a graph may be made of, by name.
 *
 * @since 0.1.0
 */
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

/** Whether a path would reach into what every object has. */
const unsafe = (path: string): boolean => path.split('.').some((key) => key in {})

/** The names of a record of wires. */
const namesIn = (wires: WrittenWires): ReadonlyArray<string> =>
  typeof wires === 'string' ? [] : Object.entries(wires).flatMap(([key, inner]) => [key, ...namesIn(inner)])

const bad = (at: string, expected: string, actual: string): JsonError => ({ _tag: 'BadGraph', at, expected, actual })

const sizes = (dims: string): ReadonlyArray<Size> =>
  dims
    .split(' ')
    .filter(Boolean)
    .map((d) => parse(d))

/** Whether dims can be read; `#` marks names that `compile` makes. */
const readable = (dims: string): boolean =>
  !dims.includes('#') &&
  E.isRight(
    E.tryCatch(
      () => sizes(dims),
      () => undefined
    )
  )

/** Inputs by the keys of their paths. */
type Tree = Map<string, Spec<any> | Tree>

/** Puts a spec at a path of a tree; false where another one is in the way. */
const plant = (tree: Tree, [key, ...rest]: ReadonlyArray<string>, spec: Spec<any>): boolean => {
  const there = tree.get(key!)
  if (rest.length === 0) return there === undefined && tree.set(key!, spec).size > 0
  if (there instanceof Spec) return false
  if (there === undefined) tree.set(key!, new Map())
  return plant(tree.get(key!) as Tree, rest, spec)
}

const specify = (tree: Tree): Spec<any> =>
  record(Object.fromEntries([...tree].map(([k, v]) => [k, v instanceof Spec ? v : specify(v)])))

/** The spec of written inputs, or what is wrong with them: a lone input has no path, and no path leads through what all objects have. */
const specOf = (
  inputs: WrittenGraph['inputs'],
  at: string
): E.Either<ReadonlyArray<JsonError>, Graph<any, any>['inputs']> => {
  const tree: Tree = new Map()
  let lone: Spec<any> | undefined
  const errors: Array<JsonError> = []
  for (const [path, text] of Object.entries(inputs)) {
    const refuse = (expected: string) => errors.push(bad(`${at}.inputs.${path}`, expected, text))
    const [, dtype, dims] = /^(float32|int32|bool)\[(.*)\]$/.exec(text) ?? []
    const keys = path.split('.')
    if (dims === undefined || !readable(dims)) refuse('a dtype and dims, such as float32[B H W 3]')
    else if (path === '') lone = tensor(dims, dtype as 'float32')
    else if (keys.some((k) => k === '' || k in {})) refuse('a path of plain names')
    else if (!plant(tree, keys, tensor(dims, dtype as 'float32'))) refuse('a path of its own')
  }
  if (lone !== undefined && tree.size > 0)
    errors.push(bad(`${at}.inputs`, 'one input without a path, or all with one', 'both'))
  return errors.length > 0 ? E.left(errors) : E.right(lone ?? specify(tree))
}

/** Throws where a node's settings make sizes that are none, or weights of unknown size. */
const sound = (node: Leafnode<any, any>): Leafnode<any, any> => {
  for (const { dims } of [...node.inputs.leaves, ...node.outputs.leaves]) sizes(dims.join(' '))
  for (const { spec } of Object.values<Weight<any>>(node._tag === 'Primitive' ? node.weights : {}))
    for (const size of spec.leaves.flatMap(({ dims }) => sizes(dims.join(' ')))) {
      const n = value(size)
      if (n === undefined || !Number.isInteger(n) || n < 0) throw new Error(`a weight of size ${show(size)}`)
    }
  return node
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
    () => sound(entry(decoded.right)),
    (cause) => [bad(`${at}.settings`, 'settings that make a node', String(cause))]
  )
}

const read = (
  catalogue: Catalogue,
  g: WrittenGraph,
  at: string
): E.Either<ReadonlyArray<JsonError>, Graph<any, any>> => {
  const errors: Array<JsonError> = [
    ...[...g.steps.flatMap(({ id, scope }) => [id, scope]), ...Object.keys(g.taps), ...namesIn(g.outputs)]
      .filter(unsafe)
      .map((name) => bad(`${at}.${name}`, 'a name that objects do not have already', name))
  ]
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

/** How deep a written graph may be nested. */
const deepest = 1000

/** Whether a JSON value is nested deeper than `levels`. */
const isDeeper = (u: unknown, levels: number): boolean => {
  let level: ReadonlyArray<unknown> = [u]
  for (let i = 0; i <= levels && level.length > 0; i++)
    level = level.flatMap((v) => (typeof v === 'object' && v !== null ? Object.values(v) : []))
  return level.length > 0
}

/**
 * A graph from JSON data, its nodes made from a catalogue, or everything that is wrong with it. `compile` judges the rest.
 *
 * Fails with every `JsonError`: a kind that the catalogue has not, settings that its codec or it itself refuses, dims that
 * cannot be read, names that objects have already, more than the deepest nesting.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromJson = (catalogue: Catalogue, u: unknown): E.Either<ReadonlyArray<JsonError>, Graph<any, any>> => {
  if (isDeeper(u, deepest)) return E.left([bad('graph', `at most ${deepest} levels`, 'more')])
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

/**
 * Whether two graphs are written the same.
 *
 * @since 0.1.0
 */
export const sameGraph = (a: Graph<any, any>, b: Graph<any, any>): boolean =>
  JSON.stringify(toJson(a)) === JSON.stringify(toJson(b))
