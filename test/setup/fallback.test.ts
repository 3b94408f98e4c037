import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Checkout, checkout, root } from './checkout.js'

const stamp = (c: Checkout) => JSON.parse(readFileSync(join(c.folder, 'node_modules/.keyflow/engine.json'), 'utf8'))

const given = (...names: ReadonlyArray<string>): boolean =>
  names.every((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0)

describe('without compiler, Python and network', () => {
  let c: Checkout
  beforeAll(() => {
    c = checkout({ sources: true })
  })
  afterAll(() => c.remove())

  it('set-up succeeds and says in one line what is lost and what mends it', () => {
    const { code, lines } = c.setup([])
    expect(lines.filter((line) => !line.endsWith('compiling src to dist'))).toEqual([
      'keyflow setup: no native engine: no C++ compiler and no Python 3 with pip; falling back to wasm, slower and ' +
        `without training; to mend it: install g++ and python3-pip && npm run setup`
    ])
    expect(code).toBe(0)
    expect(stamp(c)).toMatchObject({ lacking: 'no C++ compiler and no Python 3 with pip' })
    expect(existsSync(c.addon)).toBe(false)
    expect(readdirSync(c.cache)).toEqual(['locks'])
    expect(readdirSync(join(c.cache, 'locks'))).toEqual([])
  })

  it('the engine that starts then is wasm, and it computes', () => {
    const program = `
      import * as tf from './dist/nodes/tf.js'
      const { backend } = await tf.startEngine()
      const sum = tf.sum(tf.conv2d(tf.ones([1, 8, 8, 3]), tf.ones([3, 3, 3, 4]), 1, 'valid')).dataSync()[0]
      console.log(JSON.stringify({ backend, sum }))`
    const ran = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd: c.folder, encoding: 'utf8' })
    expect(ran.stdout.trim().split('\n').at(-1)).toBe('{"backend":"wasm","sum":3888}')
  })

  it('a quiet run afterwards is silent and quick: it starts no program, writes nothing and hashes no library', () => {
    const forbidden = {
      child_process: ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'],
      fs: ['copyFileSync', 'cpSync', 'createReadStream', 'mkdirSync', 'renameSync', 'rmSync', 'writeFileSync']
    }
    const watch = join(c.folder, 'watch.cjs')
    writeFileSync(
      watch,
      `for (const [name, calls] of Object.entries(${JSON.stringify(forbidden)}))
        for (const call of calls) require(name)[call] = () => { throw new Error(call + ' in a run that has nothing to do') }
      require('module').syncBuiltinESMExports()`
    )
    const watched = { NODE_OPTIONS: `--require ${JSON.stringify(watch)}` }
    expect(c.setup(['--quiet'], watched)).toEqual({ code: 0, lines: [], out: '' })
    // it is heard where there is something to do
    expect(c.setup([], watched).lines.join()).toContain('in a run that has nothing to do')
  })

  it('asked outright, it tries again', () => {
    expect(c.setup([]).lines).toEqual([expect.stringContaining('falling back to wasm')])
  })

  it('a quiet run tries again when something has changed, and only then', () => {
    writeFileSync(join(c.bin, 'g++'), '#!/bin/sh\nexit 1\n')
    chmodSync(join(c.bin, 'g++'), 0o755)
    const { code, lines } = c.setup(['--quiet'])
    expect(code).toBe(0)
    expect(lines).toEqual([expect.stringMatching(/no native engine: no Python 3 with pip; .* install python3-pip/)])
    expect(c.setup(['--quiet']).lines).toEqual([])
    rmSync(join(c.bin, 'g++'))
  })

  it('KEYFLOW_BACKEND=wasm asks for no native engine', () => {
    rmSync(join(c.folder, 'node_modules/.keyflow/engine.json'))
    expect(c.setup([], { KEYFLOW_BACKEND: 'wasm' })).toMatchObject({ code: 0, lines: [] })
    expect(existsSync(join(c.folder, 'node_modules/.keyflow/engine.json'))).toBe(false)
  })

  it('KEYFLOW_LIBTENSORFLOW that leads nowhere is a mistake, not a reason to fall back', () => {
    const { code, lines } = c.setup([], { KEYFLOW_LIBTENSORFLOW: c.bin })
    expect(code).toBe(1)
    expect(lines).toEqual([expect.stringContaining(`KEYFLOW_LIBTENSORFLOW=${c.bin} holds no libtensorflow`)])
  })

  it('an option that is not known is refused', () => {
    expect(c.setup(['--cpi'])).toMatchObject({ code: 2, lines: [expect.stringContaining('--cpi is not known')] })
  })

  it('without a network and without node_modules it fails, with what npm said and what to do', () => {
    writeFileSync(join(c.folder, 'package-lock.json'), readFileSync(join(root, 'package-lock.json'), 'utf8').trimEnd())
    rmSync(join(c.folder, 'node_modules/.package-lock.json'), { force: true })
    const modules = join(c.folder, 'node_modules')
    for (const name of readdirSync(modules)) rmSync(join(modules, name), { recursive: true, force: true })
    const found = { PATH: process.env.PATH ?? '', npm_execpath: process.env.npm_execpath ?? '' }
    const { code, lines } = c.setup(['--quiet'], {
      ...found,
      npm_config_fetch_retries: '0',
      npm_config_offline: 'true'
    })
    expect(code).toBe(1)
    expect(lines[0]).toBe('keyflow setup: installing the locked dependencies (npm ci)')
    expect(lines[1]).toContain('npm ci failed')
    expect(lines.at(-1)).toContain('npm run setup')
  })
})

describe.skipIf(!given('g++', 'python3') || spawnSync('python3', ['-m', 'pip', '--version']).status !== 0)(
  'with compiler and Python, but an index that refuses',
  () => {
    it('set-up says that pip could not get the wheel, and leaves nothing behind', () => {
      const c = checkout({ sources: false })
      try {
        const { code, lines } = c.setup([], { PATH: process.env.PATH ?? '', PIP_FIND_LINKS: '' })
        expect(code).toBe(0)
        expect(lines.find((line) => line.includes('falling back'))).toMatch(
          /pip could not get tensorflow\S* \S+ \(.*\); falling back to wasm, .*npm run setup, with a network$/
        )
        expect(existsSync(c.addon)).toBe(false)
        expect(readdirSync(c.cache)).toEqual(['locks'])
      } finally {
        c.remove()
      }
    })
  }
)

const ours = join(root, 'node_modules/@tensorflow/tfjs-node-gpu/deps/lib')
const filled = (() => {
  try {
    return dirname(readlinkSync(ours))
  } catch {
    return ''
  }
})()
const kept = join(dirname(filled), 'addons')

describe.skipIf(!existsSync(join(filled, 'manifest.json')) || !existsSync(kept))('with a cache that is filled', () => {
  let c: Checkout
  const name = filled.split('/').at(-1) ?? ''
  beforeAll(() => {
    c = checkout({ sources: false })
    mkdirSync(join(c.cache, name), { recursive: true })
    for (const part of ['manifest.json', 'nvidia']) {
      if (existsSync(join(filled, part))) symlinkSync(join(filled, part), join(c.cache, name, part))
    }
    mkdirSync(join(c.cache, name, 'tensorflow'))
    for (const part of readdirSync(join(filled, 'tensorflow')))
      symlinkSync(join(filled, 'tensorflow', part), join(c.cache, name, 'tensorflow', part))
    cpSync(kept, join(c.cache, 'addons'), { recursive: true })
  })
  afterAll(() => c.remove())

  it('a second clone gets the native engine without compiler, Python or network', () => {
    const { code, lines } = c.setup([])
    expect(code).toBe(0)
    expect(lines[0]).toMatch(/the engine is TensorFlow 2\./)
    expect(lines.filter((line) => /fetching|addon|wasm/.test(line))).toEqual([])
    expect(existsSync(c.addon)).toBe(true)
    expect(c.setup(['--quiet'])).toMatchObject({ code: 0, lines: [] })
  })

  it('a file of the cache that was cut short is noticed, and no broken engine is left in place', () => {
    const library = join(c.cache, name, 'tensorflow/libtensorflow_framework.so.2')
    rmSync(library)
    writeFileSync(library, 'cut short')
    const { code, lines } = c.setup(['--quiet'])
    expect(code).toBe(0)
    expect(lines).toEqual([expect.stringContaining('no Python 3 with pip; falling back to wasm')])
    expect(existsSync(c.addon)).toBe(false)
  })

  it('once the cache is whole again, the native engine is back', () => {
    const library = join(c.cache, name, 'tensorflow/libtensorflow_framework.so.2')
    rmSync(library)
    symlinkSync(join(filled, 'tensorflow/libtensorflow_framework.so.2'), library)
    expect(c.setup([]).lines).toEqual([expect.stringMatching(/the engine is TensorFlow 2\./)])
    expect(existsSync(c.addon)).toBe(true)
  })
})
