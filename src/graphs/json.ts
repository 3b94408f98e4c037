/**
 * Graphs as JSON and back: a step is written as its node's kind and settings, nothing else.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Graph } from './graph.js'
import { bad, type JsonError } from './written/mistakes.js'
import type { Catalogue } from './written/node.js'
import { type Lenient, readLenient } from './written/read.js'

export type { JsonError } from './written/mistakes.js'
export { sameGraph, toJson, type WrittenGraph, type WrittenStep, type WrittenWires } from './written/model.js'
export { type Catalogue, nodeOf } from './written/node.js'

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
 * What can be read of a graph, and everything that can not.
 *
 * @since 0.1.0
 */
export const lenient = (catalogue: Catalogue, u: unknown): Lenient =>
  isDeeper(u, deepest)
    ? { ...readLenient(catalogue, {}, 'graph'), errors: [bad('graph', `at most ${deepest} levels`, 'more')] }
    : readLenient(catalogue, u, 'graph')

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
  const { errors, graph } = lenient(catalogue, u)
  return errors.length > 0 ? E.left(errors) : E.right(graph)
}
