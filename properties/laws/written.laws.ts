/** The laws of graphs as text: written and read back, spoilt, and drawn. */
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { toDot, toMermaid, toText } from '../../src/graphs/draw.js'
import { showGraphError } from '../../src/graphs/errors.js'
import { fastForms } from '../../src/graphs/fast-forms.js'
import type { Graph } from '../../src/graphs/graph.js'
import { fromJson, sameGraph, toJson } from '../../src/graphs/json.js'
import type { Program } from '../../src/graphs/plan.js'
import { catalogue } from '../../src/nodes/catalogue.js'
import { compiled } from './programs.laws.js'

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
export const roundTrips = (graph: Graph<any, any>): void => {
  const text = JSON.stringify(toJson(graph))
  const back = fromJson(catalogue, JSON.parse(text))
  if (E.isLeft(back)) throw new Error(JSON.stringify(back.left))
  expect(JSON.stringify(toJson(back.right))).toBe(text)
  expect(sameGraph(back.right, graph)).toBe(true)
  for (const options of [{}, { taps: true }, { rules: fastForms }])
    expect(plain(compiled(back.right, options))).toEqual(plain(compiled(graph, options)))
}

/** Law: whatever JSON it is, it is read and judged or refused with words for people; nothing is thrown, nothing is spoilt. */
export const isReadOrRefused = (u: unknown): void => {
  const graph = fromJson(catalogue, u)
  if (E.isLeft(graph)) {
    expect(graph.left.length).toBeGreaterThan(0)
    for (const e of graph.left)
      expect([typeof e.at, typeof e.expected, typeof e.actual]).toEqual(Array(3).fill('string'))
    return
  }
  expect(sameGraph(graph.right, graph.right)).toBe(true)
  const program = compile(graph.right, { rules: fastForms, taps: true })
  if (E.isLeft(program)) {
    for (const e of program.left) expect(showGraphError(e)).toMatch(/^[A-Z]\w+ /)
    return
  }
  drawingsMentionEveryNode(program.right)
  expect({}.constructor).toBe(Object)
  expect(Object.keys({})).toEqual([])
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
    expect(new Set(boxes).size).toBe(boxes.length)
    for (const [path, kind] of drawn) {
      expect(boxes).toContain(key(path!))
      expect(text).toContain(kind)
    }
    expect(arrows.length).toBeGreaterThanOrEqual(reads)
    for (const end of arrows.flat()) expect(boxes).toContain(end)
    const closed = (text.match(/^(?:end|})$/gm) ?? []).length
    expect(closed).toBe((text.match(/^subgraph /gm) ?? []).length + (text.startsWith('digraph') ? 1 : 0))
  }
  expect(toText(program).split('\n').length).toBe(Math.max(1, program.plan.length))
  for (const { node, writes } of program.plan) {
    expect(toText(program)).toContain(`${node.kind}(`)
    for (const slot of Object.values(writes)) expect(toText(program)).toContain(slot)
  }
}
