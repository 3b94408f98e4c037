/**
 * From a drawn graph to a program: inlines nested graphs, infers every size, applies the fast forms, plans every release.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import * as D from '../nodes/dims.js'
import type { Primitive, Sink, Source, Weight } from '../nodes/node.js'
import type { Equation } from '../nodes/solve.js'
import { solve } from '../nodes/solve.js'
import type { Leaf } from '../nodes/spec.js'
import { join } from '../nodes/spec.js'
import { onceEach } from './constants.js'
import type { GraphError } from './errors.js'
import type { Graph } from './graph.js'
import { mapWires, wiresOf } from './graph.js'
import { type Learning, learn } from './learning.js'
import type { Door, Entry, Instruction, Program } from './plan.js'
import { releases } from './releases.js'
import type { Rule } from './rewrite.js'
import { rewrite } from './rewrite.js'

/**
 * What `compile` may be told: which fast forms to use, and whether to keep the graph's side outputs.
 *
 * @since 0.1.0
 */
export interface CompileOptions {
  /** Equal programs for chains of nodes; none by default, so that what runs is what is drawn. */
  readonly rules?: ReadonlyArray<Rule>
  /** Keep the side outputs, which costs memory and rules out fast forms across them. Default false. */
  readonly taps?: boolean
  /** Losses to differentiate, and an optimiser to follow them. */
  readonly learning?: Learning
}

interface Slot {
  readonly dims: ReadonlyArray<D.Size>
  readonly dtype: string
}

/** Everything that one pass over a graph collects. */
class Collector {
  readonly errors: Array<GraphError> = []
  readonly equations: Array<Equation> = []
  readonly ranks: Array<{ readonly at: string; readonly left: Leaf; readonly right: Slot }> = []
  readonly slots = new Map<string, Slot>()
  readonly plan: Array<Instruction> = []
  readonly weights: Record<string, Weight<any>> = {}
  readonly taps: Record<string, string> = {}
  readonly sources: Array<Door<Source<any>>> = []
  readonly sinks: Array<Door<Sink<any>>> = []
  private readonly paths = new Set<string>()
  private steps = 0

  slot(leaf: Leaf, prefix: string): Slot {
    return { dtype: leaf.dtype, dims: leaf.dims.map((d) => D.parse(d, (n) => prefix + n)) }
  }

  connect(at: string, leaf: Leaf, prefix: string, from: string | undefined, wire: string): void {
    const have = from === undefined ? undefined : this.slots.get(from)
    const want = this.slot(leaf, prefix)
    if (have === undefined) this.errors.push({ _tag: 'UnknownWire', at, wire })
    else if (have.dtype !== want.dtype)
      this.errors.push({ _tag: 'DtypeConflict', at, expected: want.dtype, actual: have.dtype })
    else if (have.dims.length !== want.dims.length) this.ranks.push({ at, left: leaf, right: have })
    else want.dims.forEach((d, i) => this.equations.push({ at: `${at}[${i}]`, left: d, right: have.dims[i]! }))
  }

  weigh(node: Primitive<any, any, any>, scope: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries<Weight<any>>(node.weights).map(([name, weight]) => {
        const at = join(scope, name)
        this.weights[at] ??= weight
        const expected = this.weights[at].spec.name
        if (expected !== weight.spec.name)
          this.errors.push({ _tag: 'WeightConflict', at, expected, actual: weight.spec.name })
        return [name, at]
      })
    )
  }

  /** Adds the steps of `g`; `inputs` maps the paths of its inputs to slots. Returns output path to slot. */
  inline(
    g: Graph<any, any>,
    prefix: string,
    scopes: string,
    inputs: ReadonlyMap<string, string>
  ): ReadonlyMap<string, string> {
    const here = new Map([...inputs].map(([p, s]) => [join('in', p), s] as const))
    const graphNumber = this.steps
    for (const step of g.steps) {
      const path = join(prefix, step.id)
      const scope = join(scopes, step.scope)
      const fresh = `#${this.steps++}.`
      const { node } = step
      const made =
        node._tag === 'Composite' ? wiresOf(node.graph.outputs).map(([p]) => p) : node.outputs.leaves.map((l) => l.path)
      const taken = made.some((p) => here.has(join(step.id, p)) || this.slots.has(join(path, p)))
      const unique = step.id === '' ? `${path}#${graphNumber}` : path // without a name it stands where its graph does
      if (this.paths.has(unique) || taken) this.errors.push({ _tag: 'DuplicateStep', at: path })
      this.paths.add(unique)
      const given = new Map(wiresOf(step.wires))
      const wanted = (node._tag === 'Composite' ? node.graph : node).inputs.leaves
      const bound = new Map<string, string>()
      for (const leaf of wanted) {
        const wire = given.get(leaf.path) ?? '(nothing)'
        const slot = here.get(wire)
        this.connect(join(path, leaf.path), leaf, fresh, slot, wire)
        if (slot !== undefined) bound.set(leaf.path, slot)
      }
      if (node._tag === 'Composite') {
        for (const [p, s] of this.inline(node.graph, path, scope, bound)) here.set(join(step.id, p), s)
        continue
      }
      const writes = Object.fromEntries(node.outputs.leaves.map((l: Leaf) => [l.path, join(path, l.path)]))
      for (const leaf of node.outputs.leaves) {
        this.slots.set(writes[leaf.path]!, this.slot(leaf, fresh))
        here.set(join(step.id, leaf.path), writes[leaf.path]!)
      }
      const reads = Object.fromEntries(bound)
      if (node._tag === 'Source') this.sources.push({ path, node, slots: writes })
      else if (node._tag === 'Sink') this.sinks.push({ path, node, slots: reads })
      else this.plan.push({ path, node, weights: this.weigh(node, scope), reads, writes, drops: [] })
    }
    for (const [name, w] of Object.entries(g.taps)) {
      const slot = here.get(w)
      if (slot === undefined) this.errors.push({ _tag: 'UnknownWire', at: join(prefix, `tap.${name}`), wire: w })
      else this.taps[join(prefix, name)] = slot
    }
    return new Map(
      wiresOf(g.outputs).flatMap(([p, w]) => {
        const slot = here.get(w)
        if (slot === undefined) this.errors.push({ _tag: 'UnknownWire', at: join(prefix, `out.${p}`), wire: w })
        return slot === undefined ? [] : [[p, slot] as const]
      })
    )
  }
}

/** What is wrong with the sources and sinks of a graph, if it has any. */
const doors = ({ inputs }: Graph<any, any>, { sources, sinks }: Collector): ReadonlyArray<GraphError> => {
  if (sources.length + sinks.length === 0) return []
  const bad = (at: string, expected: string, actual: string): GraphError => ({ _tag: 'BadDoor', at, expected, actual })
  const ticking = sources.filter(({ node }) => node.pace === 'ticking').map(({ path }) => path)
  return [
    ...(ticking.length === 1 ? [] : [bad('sources', 'one that ticks', ticking.join(', ') || 'none')]),
    ...inputs.leaves.map(({ path }) => bad(`in.${path}`, 'no inputs beside sources', path)),
    ...sinks.flatMap(({ path, node: { settings } }) => {
      const timing = settings['timing']
      return timing === undefined || sources.some((s) => s.path === timing)
        ? []
        : [bad(`${path}.timing`, `a source: ${sources.map((s) => s.path).join(', ')}`, String(timing))]
    })
  ]
}

/** The weights that the lines of a plan have, by path. */
const weightsOf = (plan: ReadonlyArray<Instruction>): Program<any, any>['weights'] =>
  Object.fromEntries(
    plan.flatMap(({ node, weights }) => Object.entries(weights).map(([name, path]) => [path, node.weights[name]!]))
  )

/** Where a plan has the next values of weights. */
const updatesOf = (plan: ReadonlyArray<Instruction>): Program<any, any>['updates'] =>
  Object.fromEntries(
    plan.flatMap(({ node, weights, writes }) =>
      Object.entries(node.updates ?? {}).map(([leaf, name]) => [weights[name]!, writes[leaf]!] as const)
    )
  )

/**
 * Checks a graph and turns it into a program, or says everything that is wrong with it, before any tensor exists.
 *
 * The dims of the graph's own inputs and of its sources are rigid (they stand for any size); those of every step are free.
 *
 * Fails with every `GraphError`: two steps of one name, a wire that nothing makes, weights, dtypes, ranks or sizes that do not
 * agree, sources and sinks that cannot be played together.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const compile = <I, O>(
  graph: Graph<I, O>,
  { rules = [], taps: keepTaps = false, learning }: CompileOptions = {}
): E.Either<NonEmptyArray<GraphError>, Program<I, O>> => {
  const c = new Collector()
  const entries: ReadonlyArray<Entry> = graph.inputs.leaves.map((leaf) => ({
    path: leaf.path,
    slot: join('in', leaf.path),
    leaf
  }))
  for (const { slot, leaf } of entries) c.slots.set(slot, c.slot(leaf, ''))
  const results = c.inline(graph, '', '', new Map(entries.map(({ path, slot }) => [path, slot])))
  const own = c.sources.filter(({ node }) => node.pace !== 'kept') // what is kept is as large as what it is wired to
  const delivered = new Set(own.flatMap(({ slots }) => Object.values(slots)))
  const rigid = new Set([...delivered].flatMap((s) => c.slots.get(s)!.dims.flatMap(D.names)))
  const { bindings, conflicts } = solve((n) => n.startsWith('#') && !rigid.has(n))(c.equations)
  const display = (p: D.Size): string => D.show(D.substitute(p, bindings)).replaceAll(/#\d+\./g, '')
  const lossless = (learning?.objectives ?? []).filter(({ loss }) => !results.has(loss))
  const errors = [
    ...c.errors,
    ...lossless.map(({ loss }): GraphError => ({ _tag: 'UnknownWire', at: 'learning', wire: `out.${loss}` })),
    ...doors(graph, c),
    ...c.ranks.map(
      ({ at, left, right }): GraphError => ({
        _tag: 'RankConflict',
        at,
        expected: left.dims.join(' '),
        actual: right.dims.map(display).join(' ')
      })
    ),
    ...conflicts.map(
      ({ at, left, right }): GraphError => ({
        _tag: 'SizeConflict',
        at,
        expected: display(left),
        actual: display(right)
      })
    )
  ]
  const [first, ...others] = errors
  if (first !== undefined) return E.left([first, ...others])

  const dimsOf = (slot: string): string | undefined =>
    c.slots
      .get(slot)
      ?.dims.map((d) => D.show(D.substitute(d, bindings)))
      .join(' ')
  const taps = keepTaps ? c.taps : {}
  const given = new Set([
    ...results.values(),
    ...Object.values(taps),
    ...c.sinks.flatMap(({ slots }) => Object.values(slots))
  ])
  const plain = rewrite(rules, given)(c.plan)
  const objectives = learning?.objectives.map((o) => ({ name: o.loss, ...o, loss: results.get(o.loss)! }))
  const learned =
    learning === undefined
      ? { plan: plain, gradients: {}, norm: undefined }
      : learn(onceEach(plain, given, dimsOf, true), { ...learning, objectives: objectives! })
  const updates = updatesOf(learned.plan)
  const norm = learned.norm === undefined ? {} : { 'gradient.norm': learned.norm }
  const kept = new Set([...given, ...[learned.gradients, updates, norm].flatMap((o) => Object.values<string>(o))])
  return E.right({
    graph,
    entries: [
      ...entries,
      ...c.sources.flatMap(({ path, node, slots }) =>
        node.outputs.leaves.map((leaf: Leaf) => ({ path: join(path, leaf.path), slot: slots[leaf.path]!, leaf }))
      )
    ],
    plan: releases(onceEach(learned.plan, kept, dimsOf), kept),
    outputs: mapWires(graph.outputs, (p) => results.get(p)!),
    taps: { ...taps, ...norm },
    sources: c.sources,
    sinks: c.sinks,
    sizes: Object.fromEntries([...c.slots].map(([s, { dims }]) => [s, dims.map(display).join(' ')])),
    weights: { ...weightsOf(learned.plan), ...c.weights },
    gradients: learned.gradients,
    updates
  })
}
