import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { toDot, toMermaid, toText } from '../../src/graphs/draw.js'
import { type Graph, graph, toNode } from '../../src/graphs/graph.js'
import { relu } from '../../src/nodes/activations.js'
import { avgPool } from '../../src/nodes/avg-pool.js'
import { readFilm, writeFilm } from '../../src/nodes/media.js'
import { record, tensor } from '../../src/nodes/spec.js'
import { startEngine } from '../../src/nodes/tf.js'

const size = { height: 4, width: 6, fit: 'crop', strip: null } as const
const program = <I, O>(g: Graph<I, O>) => {
  const made = compile(g)
  if (E.isLeft(made)) throw new Error('a graph that does not compile')
  return made.right
}
const nested = () =>
  program(
    graph('a "drawing"', record({ x: tensor('B H W 3') }), ({ x }, { step }) => {
      const pool = graph('pool', record({ x: tensor('B H W C') }), (given, draw) =>
        draw.step('half', avgPool({ even: true }), given)
      )
      return { small: step('deep', toNode(pool), { x: step('r', relu, { x }).y }).y }
    })
  )
const filmed = () =>
  program(
    graph('film', record({}), (_, { step }) => {
      const { frames } = step('take', readFilm({ path: 'a', batch: 2, ...size }), {})
      return step('show', writeFilm({ path: 'b', timing: 'take', audio: false }), { frames })
    })
  )

describe('a program', () => {
  beforeAll(() => startEngine())

  it('is drawn as a flowchart, nested graphs in frames, sizes on the wires', () =>
    expect(toMermaid(nested())).toBe(
      [
        'flowchart TD',
        'n_in_46_x(["in.x"])',
        'n_r["relu"]',
        'n_out_32_small(["small"])',
        'subgraph n_deep ["deep"]',
        'n_deep_46_half["avgPool"]',
        'end',
        'n_in_46_x -->|"B H W 3"| n_r',
        'n_r -->|"B H W 3"| n_deep_46_half',
        'n_deep_46_half -->|"B H/2 W/2 3"| n_out_32_small'
      ].join('\n')
    ))

  it('is drawn for Graphviz', () =>
    expect(toDot(nested())).toBe(
      [
        'digraph "a \\"drawing\\"" {',
        'node [fontname="sans-serif"]',
        'n_in_46_x [label="in.x", shape=ellipse]',
        'n_r [label="relu", shape=box]',
        'n_out_32_small [label="small", shape=ellipse]',
        'subgraph cluster_n_deep {',
        'label="deep"',
        'n_deep_46_half [label="avgPool", shape=box]',
        '}',
        'n_in_46_x -> n_r [label="B H W 3"]',
        'n_r -> n_deep_46_half [label="B H W 3"]',
        'n_deep_46_half -> n_out_32_small [label="B H/2 W/2 3"]',
        '}'
      ].join('\n')
    ))

  it('is drawn with its sources and sinks', () => {
    expect(toMermaid(filmed()).split('\n')).toEqual([
      'flowchart TD',
      'n_take[/"readFilm"/]',
      'n_show[\\"writeFilm"\\]',
      'n_take -->|"T 4 6 3"| n_show'
    ])
    expect(toDot(filmed())).toContain('n_show [label="writeFilm", shape=parallelogram]')
  })

  it('is written as the lines that it runs', () =>
    expect(toText(nested())).toBe(
      'r.y [B H W 3] = relu(in.x)  drops in.x\ndeep.half.y [B H/2 W/2 3] = avgPool(r.y)  drops r.y'
    ))
})
