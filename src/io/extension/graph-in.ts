/**
 * The graph that a module exports.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { type Graph, graph } from '../../graphs/graph.js'
import type { Named, Purpose } from '../../graphs/named.js'
import type { Primitive } from '../../nodes/node.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import type { Exports } from './load.js'

type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (u: unknown): Fields =>
  (typeof u === 'object' && u !== null) || typeof u === 'function' ? (u as Fields) : {}

const isGraph = (u: unknown): u is Graph<any, any> => {
  const { name, inputs, steps, outputs, taps } = fieldsOf(u)
  const whole = [inputs, outputs, taps].every((part) => part !== undefined)
  return typeof name === 'string' && whole && Array.isArray(steps) && Array.isArray(fieldsOf(inputs)['leaves'])
}
const isNamed = (u: unknown): u is Named => typeof fieldsOf(u)['build'] === 'function'
const isNode = (u: unknown): u is Primitive<any, any, any> => fieldsOf(u)['_tag'] === 'Primitive'
const isFamily = (u: unknown): boolean => typeof u === 'function' && fieldsOf(u)['codec'] !== undefined

/** A node as a graph of one step. */
const aloneStep = (node: Primitive<any, any, any>): Graph<any, any> =>
  graph(node.kind, node.inputs, (inputs, { step }) => step(node.kind, node, inputs as never) as never)

/** A graph, or what makes one for a purpose, of something that was exported. */
const asGraph = (u: unknown): Graph<any, any> | Named | undefined =>
  isGraph(u) || isNamed(u) ? u : isNode(u) ? aloneStep(u) : undefined

/** What a value is, in a few words. */
const told = (u: unknown): string => {
  if (isFamily(u))
    return `a family of nodes, ${String(fieldsOf(u)['kind'])}, which makes one when it is called with settings`
  if (u === undefined) return 'nothing'
  return typeof u === 'function'
    ? 'a function'
    : Array.isArray(u)
      ? 'a list'
      : typeof u === 'object'
        ? 'an object'
        : typeof u
}

/** A function of the default export; one that takes nothing needs no purpose either. */
const maker = (file: string, make: (purpose?: Purpose) => unknown): Named => {
  const graphOf = (made: unknown): Graph<any, any> => {
    if (isGraph(made)) return made
    throw new Error(
      `default export: expected a function that gives a graph, got one that gives ${told(made)} (${file})`
    )
  }
  const build = make.length === 0 ? () => graphOf(make()) : (purpose: Purpose) => graphOf(make(purpose))
  return { summary: '', aliases: {}, build }
}

/**
 * The graph of a module: its default export, or the only graph or node among its exports. A default export may be a graph, a
 * node, `{ summary, build, aliases }` as the named graphs are, or a function from the purpose (model, normalisation) to a graph.
 *
 * @category constructors
 * @since 0.1.0
 */
export const graphIn = (file: string, exports: Exports): E.Either<Problem, Graph<any, any> | Named> => {
  const bad = complaint(file)
  const chosen = exports['default']
  const whole = asGraph(chosen)
  if (whole !== undefined) return E.right(whole)
  if (typeof chosen === 'function' && !isFamily(chosen)) return E.right(maker(file, chosen as never))
  if (chosen !== undefined)
    return E.left(bad('default export', 'a graph, a node, or a function that gives a graph', told(chosen)))
  const found = Object.entries(exports).flatMap(([name, u]) => {
    const one = asGraph(u)
    return one === undefined ? [] : [{ name, one }]
  })
  const [first, ...others] = found
  if (first !== undefined && others.length === 0) return E.right(first.one)
  const names = Object.entries(exports).map(([name, u]) => `${name}, ${told(u)}`)
  return E.left(
    first === undefined
      ? bad('exports', 'a graph or a node', names.length === 0 ? 'nothing' : names.join('; '))
      : bad('exports', 'one graph or node, or one by default', found.map(({ name }) => name).join(', '))
  )
}
