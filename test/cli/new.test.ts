import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyflow, root } from './keyflow.js'

// Inside the package, so that `keyflow` is found under its own name.
mkdirSync(join(root, 'out'), { recursive: true })
const folder = mkdtempSync(join(root, 'out', 'new-'))
afterAll(() => rmSync(folder, { recursive: true }))

const kinds = { node: 'edge-glow', graph: 'lost-detail', pipeline: 'puppet' }

const inFolder = (script: string, ...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
  })
  return { status, said: stdout + stderr }
}

beforeAll(async () => {
  for (const [kind, name] of Object.entries(kinds)) {
    const { code, out } = await keyflow(['new', kind, name, '--out', folder])
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(3)
  }
  const options = { paths: {}, noEmit: true }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include: ['*.ts'] })
  )
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    "export default { test: { include: ['*.test.ts'], pool: 'forks', testTimeout: 60000 } }\n"
  )
})

describe('keyflow new', () => {
  it('writes a module, its laws and its test', () => {
    const written = readdirSync(folder).filter((name) => name.endsWith('.ts'))
    expect(written.toSorted()).toEqual(
      Object.values(kinds)
        .flatMap((name) => [`${name}.laws.ts`, `${name}.test.ts`, `${name}.ts`])
        .toSorted()
    )
  })

  it('writes what compiles, as strictly as our own', () => {
    expect(inFolder('typescript/bin/tsc', '-p', '.')).toEqual({ status: 0, said: '' })
  })

  it('writes tests that pass', () => {
    const { status, said } = inFolder('vitest/vitest.mjs', 'run')
    expect(said).toMatch(/Tests {2}1\d passed/)
    expect(status).toBe(0)
  })

  it('writes over nothing', async () => {
    const { code, err } = await keyflow(['new', 'node', 'edge-glow', '--out', folder])
    expect(code).toBe(2)
    expect(err).toContain('edge-glow.ts')
    expect((await keyflow(['new', 'node', 'edge-glow', '--out', folder, '--force'])).code).toBe(0)
  })

  it.each(['Edge', 'class', 'a--b', '../x', 'x-', ''])('refuses the name %j', async (name) => {
    expect((await keyflow(['new', 'node', name, '--out', folder])).code).toBe(2)
  })
})
