/**
 * The laws of graphs as text: written and read back, spoilt, and drawn.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../../graphs/compile.js'
import { toDot, toMermaid, toText } from '../../graphs/draw.js'
import { showGraphError } from '../../graphs/errors.js'
import { explain } from '../../graphs/explain.js'
import { fastForms } from '../../graphs/fast-forms.js'
import { type Graph, graph } from '../../graphs/graph.js'
import { fromJson, sameGraph, toJson } from '../../graphs/json.js'
import type { Program } from '../../graphs/plan.js'
import { catalogue } from '../../nodes/catalogue.js'
import type { Entry, Primitive } from '../../nodes/node.js'
import { above, atLeast, equal, isTrue } from '../due.js'
import { type Law, law } from '../law.js'
import { compiled } from './programs.js'

/** Kinds of nodes by name. */
type Nodes = Readonly<Record<string, Entry>>

/** A program but for the functions of its nodes: plan, sizes, weights, doors. */
const plain = ({ plan, sizes, weights, entries, outputs, taps, sources, sinks }: Program<any, any>) => ({
  plan: plan.map(({ node, ...line }) => ({ ...line, kind: node.kind, settings: node.settings })),
  sizes,
  weights: Object.entries(weights).map(([path, { spec, role }]) => [path, spec.name, role]),
  entries,
  outputs,
  taps,
  doors: [...sources, ...sinks].map(({ path, node, slots }) => [path, node.kind, node.settings, slots])
})

/** Law: a graph written as JSON text and read back is the same graph, and compiles to the same program. */
export const roundTrips = (graph: Graph<any, any>, nodes: Nodes = catalogue): void => {
  const text = JSON.stringify(toJson(graph))
  const back = fromJson(nodes, JSON.parse(text))
  if (E.isLeft(back)) throw new Error(JSON.stringify(back.left))
  equal(JSON.stringify(toJson(back.right)), text)
  equal(sameGraph(back.right, graph), true)
  for (const options of [{}, { taps: true }, { rules: fastForms }])
    equal(plain(compiled(back.right, options)), plain(compiled(graph, options)))
}

/** Law: whatever JSON it is, it is read and judged or refused with words for people; nothing is thrown, nothing is spoilt. */
export const isReadOrRefused = (u: unknown): void => {
  const graph = fromJson(catalogue, u)
  const explained = explain(catalogue, u)
  equal(E.isRight(explained), E.isRight(graph) && E.isRight(compile(graph.right)))
  for (const { left } of [graph, explained].filter(E.isLeft)) {
    above(left.length, 0)
    for (const e of left) equal([typeof e.at, typeof e.expected, typeof e.actual], Array(3).fill('string'))
  }
  if (E.isLeft(graph)) return
  equal(sameGraph(graph.right, graph.right), true)
  const program = compile(graph.right, { rules: fastForms, taps: true })
  if (E.isLeft(program)) {
    for (const e of program.left) isTrue(/^[A-Z]\w+ /.test(showGraphError(e)), 'a mistake has words')
    return
  }
  drawingsMentionEveryNode(program.right)
  equal({}.constructor, Object)
  equal(Object.keys({}), [])
}

/** Law: every node, source, sink, input and output is drawn once, and every arrow begins and ends at one of them. */
export const drawingsMentionEveryNode = (program: Program<any, any>): void => {
  const doors = [...program.sources, ...program.sinks]
  const drawn = [...program.plan.map(({ path, node }) => [path, node.kind]), ...doors.map((d) => [d.path, d.node.kind])]
  const key = (path: string) => `n_${path.replaceAll(/\W/g, (c) => `_${c.charCodeAt(0)}_`)}`
  const reads = program.plan.reduce((n, line) => n + Object.keys(line.reads).length, 0)
  for (const [text, box, arrow] of [
    [toMermaid(program), /^(n_\w+)[[(]+/gm, /^(n_\w+) -->(?:\|.*\|)? (n_\w+)$/gm],
    [toDot(program), /^(n_\w+) \[label=/gm, /^(n_\w+) -> (n_\w+) \[label=/gm]
  ] as const) {
    const boxes = Array.from(text.matchAll(box), (m) => m[1]!)
    const arrows = Array.from(text.matchAll(arrow), (m) => [m[1]!, m[2]!])
    equal(new Set(boxes).size, boxes.length)
    for (const [path, kind] of drawn) {
      isTrue(boxes.includes(key(path!)), `a box for ${path}`)
      isTrue(text.includes(kind!), `a word for ${kind}`)
    }
    atLeast(arrows.length, reads)
    for (const end of arrows.flat()) isTrue(boxes.includes(end), `a box at the end ${end} of an arrow`)
    const closed = (text.match(/^(?:end|})$/gm) ?? []).length
    equal(closed, (text.match(/^subgraph /gm) ?? []).length + (text.startsWith('digraph') ? 1 : 0))
  }
  equal(toText(program).split('\n').length, Math.max(1, program.plan.length))
  for (const { node, writes } of program.plan) {
    isTrue(toText(program).includes(`${node.kind}(`), `a line for ${node.kind}`)
    for (const slot of Object.values(writes)) isTrue(toText(program).includes(slot), `a line for ${slot}`)
  }
}

/**
 * What any graph keeps that is written down and drawn; `nodes` are the kinds that it is read back with.
 *
 * @category laws
 * @since 0.1.0
 */
export const writtenLaws = (nodes: Nodes = catalogue, runs = 100): ReadonlyArray<Law<Graph<any, any>>> => [
  law('is written as JSON and read back', [], (graph: Graph<any, any>) => () => roundTrips(graph, nodes), { runs }),
  law(
    'is drawn with every node',
    [fc.boolean(), fc.boolean()],
    (graph: Graph<any, any>) => (fast: boolean, taps: boolean) =>
      drawingsMentionEveryNode(compiled(graph, { rules: fast ? fastForms : [], taps })),
    { runs }
  )
]

/**
 * What any node keeps that is written down with its settings; `nodes` are the kinds that it is read back with, its own among
 * them.
 *
 * @category laws
 * @since 0.1.0
 */
export const writtenNodeLaws = (nodes: Nodes = catalogue, runs = 12): ReadonlyArray<Law<Primitive<any, any, any>>> => [
  law(
    'is written as JSON and read back',
    [],
    (made: Primitive<any, any, any>) => () =>
      roundTrips(
        graph('alone', made.inputs, (inputs, { step }) => step('it', made, inputs)),
        nodes
      ),
    { runs }
  )
]

/**
 * What reading a graph keeps, whatever value it is given.
 *
 * @category laws
 * @since 0.1.0
 */
export const readingLaws = (runs = 100): ReadonlyArray<Law<unknown>> => [
  law('is read and judged, or refused with words for people', [], (u: unknown) => () => isReadOrRefused(u), { runs })
]
