import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogue } from '../src/nodes/catalogue.js'
import { nodeLaws, writtenNodeLaws } from '../src/properties/index.js'
import { onEveryBackend } from './backends.js'
import { tests } from './held.js'
import { entries, kinds } from './kinds.js'
import { doors, formed, stateful, table } from './table.js'

/** The kinds that a row is about: of a node, or of all nodes of a record. */
const kindsOf = (subject: unknown): ReadonlyArray<string> => {
  if (typeof subject !== 'object' && typeof subject !== 'function') return []
  if (typeof (subject as { readonly kind?: unknown }).kind === 'string')
    return [(subject as { readonly kind: string }).kind]
  return Object.values(subject as object).flatMap(kindsOf)
}

it('a kind of node has random settings', () =>
  expect(kinds.filter(([, nodes]) => nodes === undefined).map(([kind]) => kind)).toEqual([]))

it('what the catalogue lists is among them', () => {
  const known = new Set(kinds.map(([kind]) => kind))
  const missing = Object.keys(catalogue).filter((kind) => !known.has(kind))
  expect(missing.sort()).toEqual(doors)
})

it('every kind of the catalogue is held to laws', () => {
  const held = new Set([
    ...table.filter(({ laws }) => laws.length > 0).flatMap(({ subject }) => kindsOf(subject)),
    ...formed,
    ...stateful
  ])
  expect(Object.keys(catalogue).filter((kind) => !held.has(kind) && !doors.includes(kind))).toEqual([])
  expect(formed.filter((kind) => catalogue[kind] === undefined)).toEqual([])
})

it('no law stands in the table twice for one thing', () => {
  for (const { name, laws } of table) expect([name, new Set(laws).size]).toEqual([name, laws.length])
})

describe('a kind of node', () => {
  const byKind = Object.fromEntries(entries.map((entry) => [entry.kind, entry]))
  for (const [kind, nodes] of kinds)
    tests(writtenNodeLaws(byKind), nodes ?? fc.constant(undefined), undefined, undefined, (name) => `(${kind}) ${name}`)
})

onEveryBackend('a node', (runs, backend) => {
  for (const [kind, nodes] of kinds)
    tests(
      nodeLaws,
      nodes ?? fc.constant(undefined),
      (n) => runs(kind === 'rescale' ? 6 * n : n),
      backend,
      (name) => `(${kind}) ${name}`
    )
})
