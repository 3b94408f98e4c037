/**
 * Whether what a module exports is an extension.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { rather } from '../../graphs/params/nearest.js'
import { brief, isObject } from '../../nodes/object.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import type { Extension } from './model.js'

type Record_ = Readonly<Record<string, unknown>>

const isRecord = (u: unknown): u is Record_ => (typeof u === 'object' && u !== null) || typeof u === 'function'
const isFunction = (u: unknown): boolean => typeof u === 'function'
const isText = (u: unknown): boolean => typeof u === 'string' && u !== ''

/** A value in a few words, functions and nodes by their names. */
const told = (u: unknown): string =>
  u === undefined
    ? 'nothing'
    : isRecord(u) && typeof u['kind'] === 'string'
      ? `a node of kind ${u['kind']}`
      : typeof u === 'function'
        ? `the function ${u.name}`
        : brief(u)

/** Whether a value is a node of a kind, or a family of them. */
const isNode = (u: unknown, kind: string): boolean =>
  isRecord(u) && u['kind'] === kind && (typeof u === 'function' ? isRecord(u['codec']) : u['_tag'] !== undefined)

const areEndings = (u: unknown): boolean =>
  u === undefined ||
  (Array.isArray(u) && u.every((e) => typeof e === 'string' && /^[.][^/\\]+$/.test(e) && e === e.toLowerCase()))

/** What an entry of a table must be: words for it, and whether it is. */
const entries: Readonly<
  Record<
    keyof Omit<Extension, 'name'>,
    { readonly due: (name: string) => string; readonly is: (u: unknown, name: string, all: Record_) => boolean }
  >
> = {
  nodes: { due: (kind) => `a node, or a family of nodes, of kind ${kind}`, is: isNode },
  graphs: {
    due: () => '{ summary, build, aliases }',
    is: (u) => isObject(u) && isText(u['summary']) && isFunction(u['build']) && isObject(u['aliases'])
  },
  datasets: {
    due: () => "{ summary, layout }, perhaps with endings in small letters such as ['.list']",
    is: (u) => isObject(u) && isText(u['summary']) && isFunction(u['layout']) && areEndings(u['endings'])
  },
  sources: {
    due: (kind) =>
      `{ hold } or { read }, perhaps with endings in small letters such as ['.cast'], and a node ${kind} among nodes`,
    is: (u, kind, { nodes }) =>
      isObject(u) &&
      (isFunction(u['hold']) || isFunction(u['read'])) &&
      areEndings(u['endings']) &&
      isObject(nodes) &&
      kind in nodes
  },
  sinks: {
    due: (kind) => `{ open }, perhaps with endings in small letters such as ['.ppm'], and a node ${kind} among nodes`,
    is: (u, kind, { nodes }) =>
      isObject(u) && isFunction(u['open']) && areEndings(u['endings']) && isObject(nodes) && kind in nodes
  },
  measures: {
    due: () => '{ unit, definition, compare }',
    is: (u) => isObject(u) && isText(u['unit']) && isText(u['definition']) && isFunction(u['compare'])
  }
}

const fields = Object.keys(entries) as Array<keyof typeof entries>

/**
 * The extension that a module exports by default, or everything that is wrong with it; `file` is what was asked for.
 *
 * @category codec
 * @since 0.1.0
 */
export const judge = (file: string, exported: unknown): E.Either<Problem, Extension> => {
  const bad = complaint(file)
  if (!isObject(exported))
    return E.left(bad('default export', 'an extension: export default extension({ name, ... })', told(exported)))
  const known = ['name', ...fields]
  const [first, ...rest] = [
    ...(isText(exported['name']) ? [] : [bad('name', 'the name of the extension', told(exported['name']))]),
    ...Object.keys(exported)
      .filter((key) => !known.includes(key))
      .map((key) => bad(key, rather(key, known), 'a field that no extension has')),
    ...fields.flatMap((field) => {
      const table = exported[field]
      if (table === undefined) return []
      if (!isObject(table)) return [bad(field, 'values by name', told(table))]
      const { due, is } = entries[field]
      return Object.entries(table).flatMap(([name, value]) =>
        is(value, name, exported) ? [] : [bad(`${field}.${name}`, due(name), told(value))]
      )
    })
  ]
  return first === undefined ? E.right(exported as unknown as Extension) : E.left(gather(first, rest))
}
