/**
 * Graphs as they are written down: plain JSON data, a step by its node's kind and settings.
 *
 * @since 0.1.0
 */
import { build } from '../../nodes/spec.js'
import { type Graph, mapWires, type Node, type Wires, wiresOf } from '../graph.js'

/**
 * Wires as they are written: a string, or a record of wires.
 *
 * @since 0.1.0
 */
export type WrittenWires = string | { readonly [key: string]: WrittenWires }

/**
 * A step as it is written. `scope` is the id unless given, `settings` none.
 *
 * @since 0.1.0
 */
export interface WrittenStep {
  readonly id: string
  readonly scope?: string
  readonly node: { readonly kind: string; readonly settings?: unknown } | { readonly graph: WrittenGraph }
  readonly wires: WrittenWires
}

/**
 * A graph as it is written down; the version of this form is 1.
 *
 * @category model
 * @since 0.1.0
 */
export interface WrittenGraph {
  readonly name: string
  /** Dims of each input, such as `B H W 3`, after its dtype: `float32[B H W 3]`. */
  readonly inputs: Readonly<Record<string, string>>
  readonly steps: ReadonlyArray<WrittenStep>
  readonly outputs: WrittenWires
  /** Side outputs; none unless given. */
  readonly taps?: Readonly<Record<string, string>>
}

/** The wires that a node has inputs for: a program may hand on more. */
const heard = (node: Node<any, any>, wires: Wires<any>): WrittenWires => {
  const given = new Map(wiresOf(wires))
  return build((node._tag === 'Composite' ? node.graph : node).inputs, ({ path }) => given.get(path)) as WrittenWires
}

/**
 * A graph as plain JSON data: wires to no input of their node are left out.
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
    wires: heard(node, wires)
  })),
  outputs: mapWires(g.outputs, (_, w) => w),
  taps: { ...g.taps }
})

/**
 * Whether two graphs are written the same.
 *
 * @since 0.1.0
 */
export const sameGraph = (a: Graph<any, any>, b: Graph<any, any>): boolean =>
  JSON.stringify(toJson(a)) === JSON.stringify(toJson(b))
