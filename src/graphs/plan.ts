/**
 * A program: the straight line of instructions that a graph stands for, still plain data.
 *
 * @since 0.1.0
 */
import type { Primitive, Sink, Source, Weight } from '../nodes/node.js'
import type { Leaf } from '../nodes/spec.js'
import type { Graph, Wires } from './graph.js'

/**
 * One line: which node reads which slots with which weights, and what nobody needs after it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Instruction {
  readonly path: string
  readonly node: Primitive<any, any, any>
  /** Where the node's weights are: its own name for each to the path in the model. */
  readonly weights: Readonly<Record<string, string>>
  /** Input leaf to slot. */
  readonly reads: Readonly<Record<string, string>>
  /** Output leaf to slot. */
  readonly writes: Readonly<Record<string, string>>
  /** Slots that nobody reads after this line. */
  readonly drops: ReadonlyArray<string>
}

/**
 * A value that comes from outside: an input of the graph, or what a source delivers.
 *
 * @since 0.1.0
 */
export interface Entry {
  /** Where in the caller's record the tensor is. */
  readonly path: string
  readonly slot: string
  readonly leaf: Leaf
}

/**
 * A source or a sink of a graph, by its path, and the slots it fills or takes.
 *
 * @since 0.1.0
 */
export interface Door<N> {
  readonly path: string
  readonly node: N
  readonly slots: Readonly<Record<string, string>>
}

/**
 * A checked graph; `run`, `stream`, `gradient`, `play` and the drawings are its interpreters. `sizes` tells the shape of every
 * tensor, by slot.
 *
 * @category model
 * @since 0.1.0
 */
export interface Program<I, O> {
  readonly graph: Graph<I, O>
  readonly entries: ReadonlyArray<Entry>
  readonly plan: ReadonlyArray<Instruction>
  readonly outputs: Wires<O>
  readonly taps: Readonly<Record<string, string>>
  readonly sources: ReadonlyArray<Door<Source<any>>>
  readonly sinks: ReadonlyArray<Door<Sink<any>>>
  /** The dims of every slot, in the names of the graph's inputs. */
  readonly sizes: Readonly<Record<string, string>>
  readonly weights: Readonly<Record<string, Weight<any>>>
  /** Where a program that learns has the gradients of weights, if it does not use them up itself. */
  readonly gradients: Readonly<Record<string, string>>
  /** Where the next values of weights are: running statistics, and parameters where there is an optimiser. */
  readonly updates: Readonly<Record<string, string>>
}
