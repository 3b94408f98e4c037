import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { load, root } from './checkout.js'

const { agree } = await load('install')
const { count, showCount } = await load('test')
const { flavours } = await load('engine')
const { buildFor, platforms } = await load('wheels')

describe('the installed packages', () => {
  const lock = { packages: { '': {}, a: { version: '1', integrity: 'x' }, b: { version: '2', optional: true } } }

  it('agree with the lock file when all of it is there, what is optional aside', () => {
    expect(agree(lock, { packages: { a: { version: '1', integrity: 'x' } } })).toBe(true)
    expect(agree(lock, { packages: { ...lock.packages, extra: { version: '3' } } })).toBe(true)
  })

  it('do not agree when one is missing, of another version or of other content', () => {
    expect(agree(lock, undefined)).toBe(false)
    expect(agree(lock, { packages: {} })).toBe(false)
    expect(agree(lock, { packages: { a: { version: '2', integrity: 'x' } } })).toBe(false)
    expect(agree(lock, { packages: { a: { version: '1', integrity: 'y' } } })).toBe(false)
    expect(agree(lock, { packages: { a: { version: '1', integrity: 'x' }, b: { version: '1' } } })).toBe(false)
  })
})

describe('the builds of TensorFlow', () => {
  const all = ['linux-x64', 'linux-arm64'].flatMap((platform) =>
    ['cpu', 'cuda'].flatMap((flavour) => buildFor(platform, flavour) ?? [])
  )

  it('are pinned by sha256 and by a file for the platform', () => {
    expect(all.map((build) => build.name)).toEqual([
      'tensorflow-2.21.0-cpu',
      'tensorflow-2.21.0-cuda',
      'tensorflow-2.21.0-cpu-arm64'
    ])
    for (const wheel of all.flatMap((build) => build.wheels)) {
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(wheel.file.replaceAll('_', '-')).toContain(`${wheel.project}-${wheel.version}`)
      for (const platform of platforms(wheel)) expect(platform).toMatch(/^manylinux\w+_(x86_64|aarch64)$/)
    }
  })

  it('are tried best first: CUDA where there is a driver, and what was asked for alone', () => {
    const [there, none] = [() => true, () => false]
    expect(flavours(undefined, there)).toEqual(['cuda', 'cpu'])
    expect(flavours(undefined, none)).toEqual(['cpu'])
    expect(flavours('cuda', none)).toEqual(['cuda'])
    expect(flavours('cpu', there)).toEqual(['cpu'])
  })

  it.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('can be planned without doing anything', () => {
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, XDG_CACHE_HOME: '/nowhere/at/all' }
    const ran = spawnSync(process.execPath, [join(root, 'setup/setup.mjs'), '--plan', '--cuda'], {
      env,
      encoding: 'utf8'
    })
    expect(ran).toMatchObject({ status: 0, stderr: '' })
    const wheels = ran.stdout.split('\n').filter((line) => line.startsWith('wheel '))
    expect(wheels.map((line) => line.split(' ')[1])).toEqual([
      'tensorflow',
      ...['cublas', 'cuda-cupti', 'cuda-nvcc', 'cuda-nvrtc', 'cuda-runtime', 'cudnn', 'cufft'].map(
        (n) => `nvidia-${n}-cu12`
      ),
      ...['curand', 'cusolver', 'cusparse', 'nccl', 'nvjitlink'].map((n) => `nvidia-${n}-cu12`)
    ])
    expect(ran.stdout).not.toContain('://')
    expect(ran.stdout).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib')
  })
})

describe('the count of tests', () => {
  const file = (status: string, tests: number) => ({ status, assertionResults: Array(tests).fill({}) })
  const numbers = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }

  it('is that of the report', () => {
    expect(showCount(count({ ...numbers, testResults: [] }, 0))).toBe('5 passed, 0 failed\n')
    const mixed = {
      ...numbers,
      numFailedTests: 2,
      numPendingTests: 1,
      numTodoTests: 1,
      testResults: [file('failed', 3)]
    }
    expect(showCount(count(mixed, 1))).toBe('5 passed, 2 failed, 2 skipped\n')
  })

  it('holds a file that did not load, and a failure outside of all tests, as one', () => {
    expect(showCount(count({ ...numbers, testResults: [file('failed', 0)] }, 1))).toBe('5 passed, 1 failed\n')
    expect(showCount(count({ ...numbers, testResults: [] }, 1))).toBe('5 passed, 1 failed\n')
    expect(showCount(count(undefined, 1))).toBe('0 passed, 1 failed\n')
  })
})
