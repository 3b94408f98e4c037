import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyflow, main, root } from './keyflow.js'

// Inside the package, so that `keyflow` is found under its own name.
mkdirSync(join(root, 'out'), { recursive: true })
const folder = mkdtempSync(join(root, 'out', 'new-'))
afterAll(() => rmSync(folder, { recursive: true }))

const kinds = { node: 'edge-glow', graph: 'lost-detail', pipeline: 'puppet' }

/** What was said of each, by kind. */
const said: Record<string, string> = {}

/** The programs that a project has which has installed them. */
const installed = `npm() { [ "$*" = 'install --save-dev vitest fast-check' ]; }
npx() { case $1 in keyflow) shift; node '${main}' "$@";; vitest) shift; node '${root}/node_modules/vitest/vitest.mjs' "$@";; esac; }`

const inShell = (command: string) => {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `${installed}\n${command}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined }
  })
  return { status, printed: stdout + stderr }
}

/** The command that was told for a purpose. */
const commandIn = (told: string, purpose: string) => new RegExp(`^to ${purpose} it: (.*)$`, 'm').exec(told)?.[1]

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
    const { code, out, err } = await keyflow(['new', kind, name], { cwd: folder })
    expect(code).toBe(0)
    said[kind] = err
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

  it.each([
    ['node', 'edge-glow.ts: sound', 'edge-glow-out.safetensors', /Tests {2}5 passed/],
    ['graph', 'lost-detail.ts: sound', 'lost-detail-out.safetensors', /Tests {2}5 passed/],
    ['pipeline', undefined, '3.8', /Tests {2}5 passed/]
  ] as const)('says how a %s is looked at, run and tested', (kind, looked, ran, tested) => {
    const does = (purpose: string) => inShell(commandIn(said[kind]!, purpose) ?? 'false')
    if (looked === undefined) expect(commandIn(said[kind]!, 'look at')).toBeUndefined()
    else expect(does('look at')).toEqual({ status: 0, printed: expect.stringContaining(looked) })
    expect(does('run')).toEqual({ status: 0, printed: expect.stringContaining(ran) })
    expect(does('test')).toEqual({ status: 0, printed: expect.stringMatching(tested) })
  })

  it.each(['node', 'pipeline'] as const)(
    'says what a shell takes as it is meant, whatever the folder of a %s',
    async (kind) => {
      const odd = `it's "$HOME" \`pwd\` ${kind}`
      const { code, err } = await keyflow(['new', kind, kinds[kind], '--out', odd], { cwd: folder })
      expect(code).toBe(0)
      const printed = expect.stringContaining(kind === 'node' ? 'edge-glow-out.safetensors' : '3.8')
      expect(inShell(commandIn(err, 'run') ?? 'false')).toEqual({ status: 0, printed })
    }
  )

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
