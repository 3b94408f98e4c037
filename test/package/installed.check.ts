import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entries } from './entries.js'
import { folder, tarball } from './packed.js'

const home = join(folder, 'home')
/** The peer that `keyflow/properties` wants. */
const { version: fastCheck } = createRequire(import.meta.url)('fast-check/package.json') as { readonly version: string }
const env = {
  ...process.env,
  HOME: home,
  XDG_CACHE_HOME: join(home, 'cache'),
  NODE_PATH: '',
  npm_config_loglevel: 'error'
}
const at = (command: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(command, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const esm = `
import { compile, graph, node, record, run, tensor, tf } from 'keyflow'
const io = { inputs: record({ x: tensor('B') }), outputs: record({ y: tensor('B') }) }
const negative = node('negative', io, ({ x }) => ({ y: tf.sub(1, x) }))
await tf.startEngine()
const program = compile(graph('g', io.inputs, ({ x }, { step }) => step('n', negative, { x })))
const { outputs } = run(program.right)({}, { x: tf.tensor1d([0, 0.25]) })
console.log(JSON.stringify([process.version.split('.')[0], [...outputs.y.dataSync()]]))
`
const cjs = `
const names = ${JSON.stringify(entries.map(({ name }) => name))}
console.log(JSON.stringify([process.version.split('.')[0], names.filter((n) => Object.keys(require(n)).length === 0)]))
`

beforeAll(() => {
  mkdirSync(home)
  writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true }')
  writeFileSync(join(folder, 'use.mjs'), esm)
  writeFileSync(join(folder, 'use.cjs'), cjs)
  at('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', tarball, `fast-check@${fastCheck}`)
})
afterAll(() => rmSync(folder, { recursive: true }))

const last = (out: string): unknown => JSON.parse(out.trim().split('\n').at(-1)!)

describe.each(['20', '22', '24'])('installed into an empty folder, on Node %s', (version) => {
  // The binaries of node come as packages of npm; the one that runs the tests is taken for its own version.
  const node = (file: string): string =>
    process.version.startsWith(`v${version}.`) ? at(process.execPath, file) : at('npx', '-y', `node@${version}`, file)

  it('computes, imported', () => {
    expect(last(node('use.mjs'))).toEqual([`v${version}`, [1, 0.75]])
  })

  it('has every entry, required', () => {
    expect(last(node('use.cjs'))).toEqual([`v${version}`, []])
  })
})

it('has its command', () => {
  expect(at('npx', 'keyflow', '--version').trim()).toMatch(/^\d+\.\d+\.\d+$/)
  expect(at('npx', 'keyflow', 'graph', 'list')).toContain('transfer')
})

it('runs without set-up, and says what gives the native engine', () => {
  const { engine, problems } = JSON.parse(at('npx', 'keyflow', 'doctor', '--json')) as {
    readonly engine: { readonly backend: string }
    readonly problems: ReadonlyArray<{ readonly what: string; readonly remedy: string }>
  }
  expect(engine.backend).toBe('wasm')
  expect(problems).toContainEqual({ what: 'no native engine: not set up', remedy: 'npx keyflow setup' })
  // the addon's sources are those of the package installed beside it
  const plan = at('npx', 'keyflow', 'setup', '--plan')
  expect(plan).toContain(join('node_modules', 'keyflow', 'setup', 'kernels.cc'))
  expect(plan).toContain(join('node_modules', '@tensorflow', 'tfjs-node-gpu', 'binding', 'tfjs_binding.cc'))
})
