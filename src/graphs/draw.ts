/**
 * Drawing a program: boxes for nodes, frames for nested graphs, the size on every wire.
 *
 * @since 0.1.0
 */
import { wiresOf } from './graph.js'
import type { Program } from './plan.js'

interface Box {
  readonly path: string
  readonly label: string
  readonly shape: 'node' | 'source' | 'sink' | 'input' | 'output'
}
interface Arrow {
  readonly from: string
  readonly to: string
  readonly label: string
}
interface Picture {
  readonly boxes: ReadonlyArray<Box>
  readonly arrows: ReadonlyArray<Arrow>
}

/** What there is to draw, in no language yet. */
const picture = (program: Program<any, any>): Picture => {
  const { plan, sources, sinks, entries, sizes, graph } = program
  const maker = new Map(
    [...plan.map((l) => [l.path, l.writes] as const), ...sources.map((d) => [d.path, d.slots] as const)].flatMap(
      ([path, slots]) => Object.values(slots).map((slot) => [slot, path] as const)
    )
  )
  const arrow = (slot: string, to: string): Arrow => ({ from: maker.get(slot) ?? slot, to, label: sizes[slot] ?? '' })
  const outputs = wiresOf(program.outputs)
  return {
    boxes: [
      ...entries
        .filter(({ slot }) => !maker.has(slot))
        .map(({ slot }): Box => ({ path: slot, label: slot, shape: 'input' })),
      ...sources.map(({ path, node }): Box => ({ path, label: node.kind, shape: 'source' })),
      ...plan.map(({ path, node }): Box => ({ path, label: node.kind, shape: 'node' })),
      ...sinks.map(({ path, node }): Box => ({ path, label: node.kind, shape: 'sink' })),
      ...outputs.map(([p]): Box => ({ path: `out ${p}`, label: p === '' ? graph.name : p, shape: 'output' }))
    ],
    arrows: [
      ...plan.flatMap((l) => Object.values(l.reads).map((slot) => arrow(slot, l.path))),
      ...sinks.flatMap((d) => Object.values(d.slots).map((slot) => arrow(slot, d.path))),
      ...outputs.map(([p, slot]) => arrow(slot, `out ${p}`))
    ]
  }
}

const key = (path: string): string => `n_${path.replaceAll(/\W/g, (c) => `_${c.charCodeAt(0)}_`)}`
const parent = (path: string): string => (path.includes(' ') ? '' : path.split('.').slice(0, -1).join('.'))

/** Boxes in the frames that they lie in, opened and closed by `frame`. */
const nested = (
  boxes: ReadonlyArray<Box>,
  box: (b: Box) => string,
  frame: (path: string, inside: ReadonlyArray<string>) => ReadonlyArray<string>,
  at = ''
): ReadonlyArray<string> => {
  const own = boxes.filter((b) => (b.shape === 'input' ? '' : parent(b.path)) === at)
  const under = boxes.filter(
    (b) => b.shape !== 'input' && parent(b.path) !== at && `${parent(b.path)}.`.startsWith(at === '' ? '' : `${at}.`)
  )
  const next = (b: Box): string => {
    const rest = parent(b.path).slice(at === '' ? 0 : at.length + 1)
    const word = rest.split('.')[0]!
    return at === '' ? word : `${at}.${word}`
  }
  const frames = [...new Set(under.filter((b) => parent(b.path) !== '').map(next))]
  return [...own.map(box), ...frames.flatMap((path) => frame(path, nested(under, box, frame, path)))]
}

const brackets = {
  node: ['[', ']'],
  source: ['[/', '/]'],
  sink: ['[\\', '\\]'],
  input: ['([', '])'],
  output: ['([', '])']
} as const

/**
 * A Mermaid flowchart.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const toMermaid = (program: Program<any, any>): string => {
  const { boxes, arrows } = picture(program)
  const quote = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`
  return [
    'flowchart TD',
    ...nested(
      boxes,
      (b) => `${key(b.path)}${brackets[b.shape][0]}${quote(b.label)}${brackets[b.shape][1]}`,
      (path, inside) => [`subgraph ${key(path)} [${quote(path)}]`, ...inside, 'end']
    ),
    ...arrows.map(({ from, to, label }) => `${key(from)} -->${label === '' ? '' : `|${quote(label)}|`} ${key(to)}`)
  ].join('\n')
}

const forms = {
  node: 'box',
  source: 'parallelogram',
  sink: 'parallelogram',
  input: 'ellipse',
  output: 'ellipse'
} as const

/**
 * A drawing for Graphviz.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const toDot = (program: Program<any, any>): string => {
  const { boxes, arrows } = picture(program)
  const quote = (text: string): string => JSON.stringify(text)
  return [
    `digraph ${quote(program.graph.name)} {`,
    'node [fontname="sans-serif"]',
    ...nested(
      boxes,
      (b) => `${key(b.path)} [label=${quote(b.label)}, shape=${forms[b.shape]}]`,
      (path, inside) => [`subgraph cluster_${key(path)} {`, `label=${quote(path)}`, ...inside, '}']
    ),
    ...arrows.map(({ from, to, label }) => `${key(from)} -> ${key(to)} [label=${quote(label)}]`),
    '}'
  ].join('\n')
}

/**
 * The plan, a line for each instruction: what it computes, from what, how large, and what is let go after it.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const toText = ({ plan, sizes }: Program<any, any>): string =>
  plan
    .map(({ node, reads, writes, drops }) => {
      const made = Object.values(writes).map((slot) => `${slot}${sizes[slot] === undefined ? '' : ` [${sizes[slot]}]`}`)
      return `${made.join(', ')} = ${node.kind}(${Object.values(reads).join(', ')})${drops.length === 0 ? '' : `  drops ${drops.join(', ')}`}`
    })
    .join('\n')
