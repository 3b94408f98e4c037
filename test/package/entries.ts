/**
 * The public entries of the package, as package.json names them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly files: ReadonlyArray<string>
  readonly dependencies: Readonly<Record<string, string>>
  readonly version: string
}

/** An entry as users write it, and the module that lists what is in it. */
export interface Entry {
  readonly name: string
  readonly source: string
}

/** `./dist/nodes/index.js` is made from `src/nodes/index.ts`. */
const sourceOf = (built: string): string =>
  join(root, built.replace(/^\.\/dist\//, 'src/').replace(/(\.d\.ts|\.js)$/, '.ts'))

export const entries: ReadonlyArray<Entry> = Object.entries(manifest.exports).flatMap(([path, to]) =>
  typeof to === 'string' ? [] : [{ name: join('keyflow', path), source: sourceOf(to.default) }]
)
