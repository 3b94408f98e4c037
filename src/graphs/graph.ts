/**
 * A graph: steps and the wires between them, as plain data.
 *
 * ```ts
 * interface Graph<I, O> { name; inputs: Spec<I>; steps: Step[]; outputs: Wires<O>; taps: Record<string, Wire> }
 * ```
 *
 * @since 0.1.0
 */
import type { Leafnode } from '../nodes/node.js'
import type { Spec } from '../nodes/spec.js'
import { build, join } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'

declare const carries: unique symbol

/**
 * The address of a tensor inside a graph, such as `in.image` or `heat.map`, carrying the tensor's type.
 *
 * @since 0.1.0
 */
export type Wire<A> = string & { readonly [carries]: A }

/**
 * The wires of a value: one per tensor, in the value's own shape.
 *
 * @since 0.1.0
 */
export type Wires<A> = A extends tf.Tensor ? Wire<A> : { readonly [K in keyof A]: Wires<A[K]> }

/**
 * The value that a record of wires carries.
 *
 * @since 0.1.0
 */
export type Carried<R> = R extends Wire<infer A> ? A : { readonly [K in keyof R]: Carried<R[K]> }

/**
 * A graph in the place of a node.
 *
 * @since 0.1.0
 */
export interface Composite<I, O> {
  readonly _tag: 'Composite'
  readonly graph: Graph<I, O>
}

/**
 * Anything that a step can be: a node that computes, a source, a sink, or a graph.
 *
 * @category model
 * @since 0.1.0
 */
export type Node<I, O> = Leafnode<I, O> | Composite<I, O>

/**
 * One use of a node. Steps of the same `scope` share their weights.
 *
 * @category model
 * @since 0.1.0
 */
export interface Step {
  readonly id: string
  readonly node: Node<any, any>
  readonly scope: string
  readonly wires: Wires<any>
}

/**
 * Plain data: nothing is computed, nothing is checked before `compile`. The shapes of its inputs are those of their spec.
 *
 * @category model
 * @since 0.1.0
 */
export interface Graph<I, O> {
  readonly name: string
  readonly inputs: Spec<I>
  readonly steps: ReadonlyArray<Step>
  readonly outputs: Wires<O>
  /** Side outputs by name: what a reader may want to see of the inside. */
  readonly taps: Readonly<Record<string, Wire<tf.Tensor>>>
}

/**
 * What the body of a graph may do: add a step, name a side output. A tap may be a tensor of any shape.
 *
 * @since 0.1.0
 */
export interface Draw {
  readonly step: <I, O>(id: string, node: Node<I, O>, wires: NoInfer<Wires<I>>, scope?: string) => Wires<O>
  readonly tap: (name: string, wire: Wire<tf.Tensor>) => void
}

/**
 * Every wire of a record of wires, with its path in the record.
 *
 * @since 0.1.0
 */
export const wiresOf = (refs: Wires<any>, path = ''): ReadonlyArray<readonly [string, string]> =>
  typeof refs === 'string'
    ? [[path, refs]]
    : Object.entries(refs).flatMap(([k, r]) => wiresOf(r as Wires<any>, join(path, k)))

/**
 * The record with every wire replaced.
 *
 * @since 0.1.0
 */
export const mapWires = (refs: Wires<any>, f: (path: string, wire: string) => unknown, path = ''): any =>
  typeof refs === 'string'
    ? f(path, refs)
    : Object.fromEntries(Object.entries(refs).map(([k, r]) => [k, mapWires(r as Wires<any>, f, join(path, k))]))

/** The wires that a step makes available to those after it. */
const made = (id: string, node: Node<any, any>): any =>
  node._tag === 'Composite'
    ? mapWires(node.graph.outputs, (path) => join(id, path))
    : build(node.outputs, (l) => join(id, l.path))

/**
 * Draws a graph by running `body` once over wires. Nothing is computed and nothing can fail here: what comes back is
 * data, and `compile` is the one place that judges it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const graph = <I, R extends Wires<any>>(
  name: string,
  inputs: Spec<I>,
  body: (inputs: Wires<I>, draw: Draw) => R
): Graph<I, Carried<R>> => {
  const steps: Array<Step> = []
  const taps: Record<string, Wire<tf.Tensor>> = {}
  const outputs = body(build(inputs, (l) => join('in', l.path)) as Wires<I>, {
    step: (id, node, wires, scope = id) => {
      steps.push({ id, node, scope, wires })
      return made(id, node)
    },
    tap: (tapName, wire) => {
      taps[tapName] = wire
    }
  })
  return { name, inputs, steps, outputs: outputs as never, taps }
}

/**
 * Puts a graph in the place of a node.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toNode = <I, O>(inner: Graph<I, O>): Composite<I, O> => ({ _tag: 'Composite', graph: inner })
