/**
 * The nodes of a written graph.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { show, value } from '../../nodes/dims.js'
import type { Entry, Leafnode, Weight } from '../../nodes/node.js'
import { isObject } from '../../nodes/object.js'
import { nearest } from '../params/nearest.js'
import { sizes } from './inputs.js'
import { bad, type JsonError, strangers, told } from './mistakes.js'

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

/** A node of a catalogue by kind and settings. */
export const nodeOf = (
  catalogue: Catalogue,
  kind: unknown,
  settings: unknown,
  at: string
): E.Either<ReadonlyArray<JsonError>, Leafnode<any, any>> => {
  const kinds = Object.keys(catalogue)
  const entry = typeof kind === 'string' && Object.hasOwn(catalogue, kind) ? catalogue[kind] : undefined
  if (entry === undefined) {
    const meant = typeof kind === 'string' ? nearest(kind, kinds) : undefined
    const due = meant === undefined ? `a node kind, one of ${kinds.join(', ')}` : `a node kind; did you mean ${meant}?`
    return E.left([bad(`${at}.kind`, due, typeof kind === 'string' ? kind : told(kind))])
  }
  if (typeof entry !== 'function') return E.right(entry)
  const decoded = entry.codec.decode(settings)
  if (E.isLeft(decoded))
    return E.left(
      decoded.left.map((e) => {
        const path = e.context.map((c) => c.key).filter(Boolean)
        const due = e.context.at(-1)?.type.name ?? 'another value'
        return bad([at, 'settings', ...path].join('.'), due, told(e.value))
      })
    )
  const known = Object.keys(isObject(decoded.right) ? decoded.right : {})
  const strange = isObject(settings) ? strangers(settings, known, `${at}.settings`) : []
  if (strange.length > 0) return E.left(strange)
  return E.tryCatch(
    () => sound(entry(decoded.right)),
    (cause) => [bad(`${at}.settings`, 'settings that make a node', String(cause))]
  )
}
