import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundle } from './bundle.js'

const folder = mkdtempSync(join(tmpdir(), 'keyflow-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the entry for browsers', () => {
  it('reaches nothing that only Node has', async () => {
    expect(await bundle('src/browser/index.ts', undefined)).toEqual([])
  })
  it('neither does the client alone', async () => {
    expect(await bundle('src/client/index.ts', undefined)).toEqual([])
  })
  it('would be caught if it did', async () => {
    const entry = join(folder, 'entry.js')
    writeFileSync(entry, "import { open } from 'node:fs'\nimport util from 'util'\nexport { open, util }")
    const reached = await bundle(entry, undefined)
    expect(reached.map((line) => line.split(' ')[0]).sort()).toEqual(['node:fs', 'util'])
  })
})
