/** What the site makes of the sources lacks nothing. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { clientMessages, serverMessages } from '../../src/client/control.js'
import { limits } from '../../src/client/limits.js'
import { root } from '../package/entries.js'

const built = existsSync(join(root, 'dist/io/problem/index.js'))
const make = <A>(name: string): Promise<A> => import(join(root, 'docs/make', name))

describe('made pages', () => {
  it.runIf(built)('explain every error that is declared or thrown, and no other', async () => {
    const { unexplained } = await make<{ unexplained: () => ReadonlyArray<string> }>('errors.mjs')
    expect(unexplained()).toEqual([])
  })

  it('say of every message and limit of the protocol what it is', async () => {
    type Docs = (file: string, name: string) => Readonly<Record<string, string>>
    const { fieldDocs } = await make<{ fieldDocs: Docs }>('source.mjs')
    const tables = { clientMessages, serverMessages, limits }
    for (const [name, table] of Object.entries(tables)) {
      const docs = fieldDocs(name === 'limits' ? 'src/client/limits.ts' : 'src/client/control.ts', name)
      for (const key of Object.keys(table)) expect(docs[key], `${name}.${key}`).toMatch(/\w/)
    }
  })
})
