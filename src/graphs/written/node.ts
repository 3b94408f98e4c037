/**
 * The nodes of a written graph.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { show, value } from '../../nodes/dims.js'
import { faults, surplus } from '../../nodes/faults.js'
import type { Entry, Leafnode, Weight } from '../../nodes/node.js'
import { brief } from '../../nodes/object.js'
import { rather } from '../params/nearest.js'
import { sizes } from './inputs.js'
import { bad, type JsonError } from './mistakes.js'

/**
 * The kinds of node that a graph may be made of, by name.
 *
 * @since 0.1.0
 */
export type Catalogue = Readonly<Record<string, Entry>>

/** Throws where a node's settings make sizes that are none, or weights of unknown size. */
const sound = (node: Leafnode<any, any>): Leafnode<any, any> => {
  for (const { dims } of [...node.inputs.leaves, ...node.outputs.leaves]) sizes(dims.join(' '))
  for (const { spec } of Object.values<Weight<any>>(node._tag === 'Primitive' ? node.weights : {}))
    for (const size of spec.leaves.flatMap(({ dims }) => sizes(dims.join(' ')))) {
      const n = value(size)
      if (n === undefined || !Number.isInteger(n) || n < 0) throw new Error(`a weight of size ${show(size)}`)
    }
  return node
}

/**
 * A node of a catalogue by kind and settings; `at` is its place in the document.
 *
 * Fails with every `JsonError`: a kind that the catalogue has not, settings that its codec or it itself refuses.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nodeOf = (
  catalogue: Catalogue,
  kind: unknown,
  settings: unknown,
  at: string
): E.Either<ReadonlyArray<JsonError>, Leafnode<any, any>> => {
  const entry = typeof kind === 'string' && Object.hasOwn(catalogue, kind) ? catalogue[kind] : undefined
  if (entry === undefined) {
    const [name, kinds] = [typeof kind === 'string' ? kind : brief(kind), Object.keys(catalogue)]
    return E.left([bad(`${at}.kind`, `a node kind: ${rather(name, kinds)}`, name)])
  }
  if (typeof entry !== 'function') return E.right(entry)
  const decoded = entry.codec.decode(settings)
  const place = (path: ReadonlyArray<string>): string => [at, 'settings', ...path].join('.')
  const mistakes = [
    ...(E.isLeft(decoded) ? faults(decoded.left) : []).map((f) => bad(place(f.path), f.expected, brief(f.value))),
    ...surplus(entry.codec, settings).map(({ path, known }) => {
      const key = path.at(-1) ?? ''
      return bad(place(path), rather(key, known), key)
    })
  ]
  if (E.isLeft(decoded) || mistakes.length > 0) return E.left(mistakes)
  return E.tryCatch(
    () => sound(entry(decoded.right)),
    (cause) => [bad(`${at}.settings`, 'settings that make a node', String(cause))]
  )
}
