import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root } from '../package/entries.js'

const built = existsSync(join(root, 'dist/io/problem/index.js'))

it.runIf(built)('every error that is declared or thrown is explained, and no other', async () => {
  const { unexplained } = (await import(join(root, 'docs/make/errors.mjs'))) as {
    unexplained: () => ReadonlyArray<string>
  }
  expect(unexplained()).toEqual([])
})
