import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, describe, expect, it } from 'vitest'
import { manifest, root } from './entries.js'
import { files, folder, size, tarball, unpackedSize } from './packed.js'

afterAll(() => rmSync(folder, { recursive: true }))

describe('what is packed', () => {
  it('has no fault that publint knows', async () => {
    const { messages } = await publint({ pkgDir: root, strict: true })
    const described = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(messages.map((m) => formatMessage(m, described))).toEqual([])
  })

  it('has types wherever it is asked for', () => {
    // `require` gets the same modules: Node 20.19 and later load them (cjs-resolves-to-esm).
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
    const args = [attw, tarball, '--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm', '--no-emoji']
    expect(() => execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' })).not.toThrow()
  })

  it('holds every module of every entry, and nothing of the workshop', () => {
    const paths = files.map(({ path }) => path)
    for (const to of Object.values(manifest.exports))
      if (typeof to !== 'string')
        for (const path of [to.types, to.default]) expect(paths).toContain(path.replace('./', ''))
    expect(paths).toContain('setup/kernels.cc')
    expect(paths).toContain('models/creatures.safetensors')
    expect(paths.filter((p) => /^(src|test|properties|bench|etc)\/|\.test\.|tsbuildinfo|(^|\/)\./.test(p))).toEqual([])
  })

  it('keeps to its budget: 21 MB packed, 28 MB unpacked, 8 MB of that for all but the models', () => {
    const models = files.filter(({ path }) => path.startsWith('models/')).reduce((sum, f) => sum + f.size, 0)
    expect(size).toBeLessThan(21e6)
    expect(unpackedSize).toBeLessThan(28e6)
    expect(unpackedSize - models).toBeLessThan(8e6)
  })
})
