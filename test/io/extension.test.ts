import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { datasetFor, measuresFor, sinkFor, sourceFor } from '../../src/io/extension/choose.js'
import { graphIn } from '../../src/io/extension/graph-in.js'
import { judge } from '../../src/io/extension/judge.js'
import { type Extension, extension } from '../../src/io/extension/model.js'
import { tablesOf } from '../../src/io/extension/tables.js'
import { type Problem, showProblem } from '../../src/io/problem/index.js'
import { leakyRelu, relu } from '../../src/nodes/activations.js'
import { family, node, type Sink, type Source } from '../../src/nodes/node.js'
import { record, tensor } from '../../src/nodes/spec.js'

const said = (read: E.Either<Problem, unknown>): string => (E.isLeft(read) ? showProblem(read.left) : 'nothing wrong')
const tables = (...extensions: ReadonlyArray<Extension>) => {
  const merged = tablesOf(extensions)
  if (E.isLeft(merged)) throw new Error(said(merged))
  return merged.right
}

const twin = node('twin', { inputs: record({ x: tensor('B') }), outputs: record({ y: tensor('B') }) }, ({ x }) => ({
  y: x.clone()
}))
const sink = (kind: string, input: string, more: t.Props = {}) =>
  family(
    kind,
    t.strict({ path: t.string, ...more }),
    (settings): Sink<any> => ({
      ...{ _tag: 'Sink', kind, settings },
      ...{ inputs: record({ [input]: tensor('T H W 3') }), outputs: record({}) }
    })
  )
const source = (
  kind: string,
  outputs: Readonly<Record<string, string>>,
  pace: Source<any>['pace'] = 'ticking',
  more: t.Props = {}
) =>
  family(
    kind,
    t.strict({ path: t.string, ...more }),
    (settings): Source<any> => ({
      ...{ _tag: 'Source', kind, settings, pace, inputs: record({}) },
      outputs: record(Object.fromEntries(Object.entries(outputs).map(([name, dims]) => [name, tensor(dims)])))
    })
  )
const open = async () => ({ write: async () => {}, close: async () => {}, abort: async () => {} })
async function* none() {}
const read = async () => none()
const named = { summary: 'a graph', aliases: {}, build: () => ({}) as never }
const whole = extension({
  name: 'whole',
  nodes: { twin, writeRaw: sink('writeRaw', 'frames') },
  graphs: { double: named },
  datasets: { list: { summary: 'a list', endings: ['.list'], layout: () => async () => E.left(problem) } },
  sinks: { writeRaw: { endings: ['.raw'], open } },
  measures: { zero: { unit: 'of 0..1', definition: 'nothing', compare: (x) => x.mean([1, 2, 3]) } }
})
const problem: Problem = { _tag: 'Usage', at: 'here', expected: 'that', actual: 'this' }

describe('an extension', () => {
  it('is told every mistake of its tables', () => {
    expect(said(judge('e', whole))).toBe('nothing wrong')
    expect(said(judge('e', undefined))).toContain('e: default export: expected an extension')
    const wrong = {
      nodes: { twins: twin, other: 3 },
      graphs: { double: {} },
      datasets: { list: { summary: 'x', layout: () => {}, endings: ['list'] } },
      sinks: { writeRaw: { open } },
      sources: { readRaw: {} },
      measures: { zero: { unit: 'of 0..1' } },
      mesures: {}
    }
    const lines = said(judge('e', wrong)).split('\n')
    const starts = [
      'name',
      'mesures',
      'nodes.twins',
      'nodes.other',
      'graphs.double',
      'datasets.list',
      'sources.readRaw'
    ]
    for (const start of [...starts, 'sinks.writeRaw', 'measures.zero'])
      expect(lines.filter((line) => line.startsWith(`e: ${start}: expected `))).toHaveLength(1)
    expect(lines).toHaveLength(9)
    expect(lines.find((line) => line.includes('mesures'))).toContain('measures, perhaps')
    expect(lines.find((line) => line.includes('nodes.twins'))).toContain('got a node of kind twin')
  })

  it('lays its tables beside those that are there', () => {
    const all = tables(whole)
    expect(Object.keys(all.nodes)).toEqual(expect.arrayContaining(['relu', 'twin']))
    expect(Object.keys(all.graphs)).toEqual(expect.arrayContaining(['transfer', 'double']))
    expect([all.from('graphs', 'double'), all.from('graphs', 'transfer')]).toEqual(['whole', 'keyflow'])
  })

  it('is refused where it has what another one has, by name and with both', () => {
    const other: Extension = {
      name: 'other',
      nodes: { relu, twin },
      measures: { L1: whole.measures.zero },
      sinks: { writeFast: { endings: ['.mp4', '.raw'], open } }
    }
    expect(said(tablesOf([whole, other])).split('\n')).toEqual([
      '--with other: expected a node that keyflow has not, got relu',
      '--with other: expected a node that whole has not, got twin',
      '--with other: expected a measure that keyflow has not, got L1',
      '--with other: expected an ending of films that keyflow has not, got .mp4',
      '--with other: expected an ending of films that whole has not, got .raw'
    ])
    expect(said(tablesOf([whole, { name: 'whole' }]))).toBe(
      '--with whole: expected a name that whole has not, got whole'
    )
  })
})

describe('what a path means', () => {
  const film = { path: 'a.mp4', timing: 'driving', audio: true }

  it('is a film of ours, unless an extension takes its ending or is named', () => {
    const made = (path: string) => {
      const found = sinkFor(tables(whole), { ...film, path })
      return E.isRight(found) ? [found.right.kind, found.right.settings.path] : said(found)
    }
    expect(made('a.mp4')).toEqual(['writeFilm', 'a.mp4'])
    expect(made('b/c.RAW')).toEqual(['writeRaw', 'b/c.RAW'])
    expect(made('writeRaw:a.mp4')).toEqual(['writeRaw', 'a.mp4'])
    expect(made('http://a.raw.mp4')).toEqual(['writeFilm', 'http://a.raw.mp4'])
  })

  it('is refused where the sink takes no film, or no path', () => {
    const taken = (kind: string, one: unknown) => {
      const odd = { name: 'odd', nodes: { [kind]: one }, sinks: { [kind]: { endings: ['.odd'], open } } } as Extension
      return said(sinkFor(tables(odd), { ...film, path: 'a.odd' }))
    }
    expect(taken('points', sink('points', 'mean'))).toBe('sink points: expected the input frames alone, got mean')
    expect(taken('deep', sink('deep', 'frames', { depth: t.number }))).toContain(
      'no settings but path, timing and audio'
    )
    expect(taken('twin', twin)).toContain('expected a kind with settings { path }')
  })

  const driving = { height: 4, width: 6, fit: 'crop', batch: 2 } as const
  const bringing = (kind: string, one: unknown, pattern?: string) =>
    tables({
      name: 'odd',
      nodes: { [kind]: one },
      sources: { [kind]: { read, endings: [pattern ?? '.cast'] } }
    } as Extension)

  it('is a film of a source where an extension takes its ending or is named', () => {
    const all = bringing('cast', source('cast', { frames: 'N 4 6 3' }))
    const made = (path: string) => {
      const found = sourceFor(all, { ...driving, path })
      return E.isRight(found) ? found.right && [found.right.kind, found.right.settings, found.right.pace] : said(found)
    }
    expect(made('a/b.CAST')).toEqual(['cast', { path: 'a/b.CAST' }, 'ticking'])
    expect(made('cast:tcp://b')).toEqual(['cast', { path: 'tcp://b' }, 'ticking'])
    expect(made('a.mp4')).toBeUndefined()
  })

  it('is refused where the source gives no film of the size, or asks for more', () => {
    const taken = (one: unknown) => said(sourceFor(bringing('odd', one), { ...driving, path: 'a.cast' }))
    const due = 'source odd: expected a source that ticks with frames [T 4 6 3], got'
    expect(taken(source('odd', { frames: 'T 6 4 3' }))).toBe(`${due} ticking, frames [T 6 4 3]`)
    expect(taken(source('odd', { frames: 'T 4 6 3' }, 'held'))).toBe(`${due} held, frames [T 4 6 3]`)
    expect(taken(source('odd', { frames: 'T 4 6 3', mean: 'T 2' }))).toBe(
      `${due} ticking, frames [T 4 6 3], mean [T 2]`
    )
    expect(taken(source('odd', { image: '1 4 6 3' }))).toBe(`${due} ticking, image [1 4 6 3]`)
    expect(taken(source('odd', { frames: 'T 4 6 3' }, 'ticking', { depth: t.number }))).toBe(
      'source odd: expected no settings but path, height, width, fit and batch, got "depth"'
    )
    expect(taken(node('odd', twin, twin.run))).toContain('expected a kind with settings { path }')
  })

  it('may not be what two would read', () => {
    const one = (name: string, ending: string): Extension => ({
      name,
      nodes: { [name]: source(name, { frames: 'T 4 6 3' }) },
      sources: { [name]: { read, endings: [ending] } }
    })
    expect(said(tablesOf([one('a', '.cast'), one('b', '.cast'), one('c', '.mp4')])).split('\n')).toEqual([
      '--with b: expected an ending of films to read that a has not, got .cast',
      '--with c: expected an ending of films to read that keyflow has not, got .mp4'
    ])
    expect(said(judge('e', { ...one('a', 'cast') }))).toContain('e: sources.a: expected { hold } or { read }, perhaps')
  })

  it('is a dataset of a form', () => {
    const { list, folder } = tables(whole).datasets
    expect(datasetFor(tables(whole), 'a/b')).toEqual({ format: folder, folder: 'a/b' })
    expect(datasetFor(tables(whole), 'a/b.list')).toEqual({ format: list, folder: 'a/b.list' })
    expect(datasetFor(tables(whole), 'list:a/b')).toEqual({ format: list, folder: 'a/b' })
  })

  it('is a measure by name', () => {
    expect(measuresFor(tables(whole), ['zero'])).toEqual(E.right({ zero: whole.measures.zero }))
    expect(said(measuresFor(tables(whole), ['L1', 'zeros']))).toContain('expected zero, perhaps, got zeros')
  })
})

describe('the graph of a module', () => {
  it('is its default export or its only one', () => {
    const made = (exports: Readonly<Record<string, unknown>>) => {
      const found = graphIn('m.ts', exports)
      if (E.isLeft(found)) return showProblem(found.left)
      const graph = 'build' in found.right ? found.right.build({} as never) : found.right
      return graph.steps?.map(({ id }) => id)
    }
    const one = graphIn('m.ts', { twin })
    if (E.isLeft(one)) throw new Error(said(one))
    expect(made({ twin, a: 3, f: () => 3 })).toEqual(['twin'])
    expect(made({ default: one.right, twin })).toEqual(['twin'])
    expect(made({ default: () => one.right })).toEqual(['twin'])
    expect(made({ default: { summary: 's', aliases: {}, build: () => one.right } })).toEqual(['twin'])
    expect(made({ twin, relu })).toBe('m.ts: exports: expected one graph or node, or one by default, got twin, relu')
    expect(made({ default: [] })).toBe(
      'm.ts: default export: expected a graph, a node, or a function that gives a graph, got a list'
    )
    expect(made({})).toBe('m.ts: exports: expected a graph or a node, got nothing')
    expect(made({ leakyRelu })).toContain('a family of nodes, leakyRelu, which makes one when it is called')
    expect(() => made({ default: () => 3 })).toThrow('a function that gives a graph, got one that gives number')
  })
})
