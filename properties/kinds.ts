/** Every kind of node of `src/nodes`, those that only training uses too, with random settings. */
import { readdirSync } from 'node:fs'
import type * as fc from 'fast-check'
import type { Entry, Primitive } from '../src/nodes/node.js'
import { nodes } from '../src/properties/arbitrary/settings.js'
import { doors } from './table.js'

/** Whether what a module offers is a kind of node, or the one node of a kind. */
const isKind = (u: unknown): u is Entry =>
  (typeof u === 'function' && 'kind' in u && 'codec' in u) ||
  (typeof u === 'object' && u !== null && (u as Primitive<any, any, any>)._tag === 'Primitive')

const folder = new URL('../src/nodes/', import.meta.url)
const modules = await Promise.all(
  readdirSync(folder)
    .filter((file) => file !== 'index.ts' && !file.startsWith('engine')) // what the index lists is listed already; no engine
    .map((file) => import(new URL(file, folder).href) as Promise<Readonly<Record<string, unknown>>>)
)

/** The kinds that compute. */
export const entries: ReadonlyArray<Entry> = modules
  .flatMap((module) => Object.values(module).filter(isKind))
  .filter(({ kind }) => !doors.includes(kind))

/** The same with random settings; without them where they are missing. */
export const kinds: ReadonlyArray<readonly [string, fc.Arbitrary<Primitive<any, any, any>> | undefined]> = entries.map(
  (entry) => [entry.kind, nodes(entry)]
)
