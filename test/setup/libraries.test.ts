import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { comes } from '../until.js'
import { load, root } from './checkout.js'
import { pack } from './pack.js'

const { cached, fill, intact, named, sound } = await load('libraries')
const { sha256, sweep } = await load('files')
const { alive } = await load('lock')
const { Lacking, runner } = await load('run')
const { isNeeded } = await load('wheels')

const folder = mkdtempSync(join(tmpdir(), 'keyflow-libraries-'))
const cache = join(folder, 'cache')
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache)
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
})

const part = (name: string, content: string) => {
  const data = Buffer.from(content)
  return { name, packed: deflateRawSync(data), method: 8, size: data.length, crc: crc32(data) }
}
const parts = [
  part('tensorflow/libtensorflow_cc.so.2', 'the library '.repeat(1000)),
  part('tensorflow/libtensorflow_framework.so.2', 'the framework'),
  part('tensorflow/include/tensorflow/c/c_api.h', 'int f();'),
  part('tensorflow/python/ops.py', 'not needed')
]

/** A build whose only wheel is these bytes, and a pip that takes it from a file instead of a network. */
const offered = (wheel: Buffer, { pinned = sha256(wheel), wait = 0 } = {}) => {
  const file = join(folder, 'offered.whl')
  writeFileSync(file, wheel)
  const script = join(folder, 'pip.cjs')
  const copy = `require('fs').copyFileSync(${JSON.stringify(file)}, dest + '/some-1-py3-none-any.whl')`
  writeFileSync(
    script,
    `const dest = process.argv.find((a) => a.startsWith('--dest=')).slice(7)\nsetTimeout(() => ${copy}, ${wait})\n`
  )
  const wheels = [{ project: 'some', version: '1', file: 'some-1-py3-none-any.whl', sha256: pinned }]
  return {
    build: { name: 'tensorflow-0-cpu', flavour: 'cpu', megabytes: 1, room: 1, wheels },
    pip: [process.execPath, script]
  }
}

describe('the cached libraries', () => {
  it('hold what is needed and nothing else, and no wheel stays', async () => {
    const { build, pip } = offered(pack(parts))
    await fill(cache, build, pip, runner(), process.env)
    const { lib, include } = cached(cache, build)
    expect(readFileSync(join(include, 'tensorflow/c/c_api.h'), 'utf8')).toBe('int f();')
    expect(readdirSync(lib).sort()).toEqual(['include', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    expect(readdirSync(cache)).toEqual([build.name])
    expect(sound(cache, build)).toBe(true)
    expect(await intact(cache, build)).toBe(true)
  })

  it('are not sound when a file is shorter, gone, or of another wheel', async () => {
    const { build, pip } = offered(pack(parts))
    await fill(cache, build, pip, runner(), process.env)
    const other = { ...build, wheels: [{ ...build.wheels[0], sha256: 'another' }] }
    expect(sound(cache, other)).toBe(false)
    const library = join(cached(cache, build).lib, 'libtensorflow_cc.so.2')
    truncateSync(library, 100)
    expect(sound(cache, build)).toBe(false)
    rmSync(library)
    expect(sound(cache, build)).toBe(false)
    await fill(cache, build, pip, runner(), process.env)
    expect(sound(cache, build)).toBe(true)
    rmSync(join(cache, build.name, 'manifest.json'))
    expect(sound(cache, build)).toBe(false)
  })

  it('are not intact when a byte has changed', async () => {
    const { build, pip } = offered(pack(parts))
    await fill(cache, build, pip, runner(), process.env)
    writeFileSync(join(cached(cache, build).lib, 'libtensorflow_framework.so.2'), 'the frAmework')
    expect(sound(cache, build)).toBe(true)
    expect(await intact(cache, build)).toBe(false)
  })

  it('are not made from a wheel that is not the pinned one', async () => {
    const { build, pip } = offered(pack(parts), { pinned: 'f'.repeat(64) })
    await expect(fill(cache, build, pip, runner(), process.env)).rejects.toThrow(Lacking)
    expect(readdirSync(cache)).toEqual([])
  })

  it('are not made from a damaged wheel, and nothing half is left', async () => {
    const [first, ...rest] = parts
    const { build, pip } = offered(pack([{ ...first!, crc: 1 }, ...rest]))
    await expect(fill(cache, build, pip, runner(), process.env)).rejects.toThrow('libtensorflow_cc.so.2: damaged')
    expect(readdirSync(cache)).toEqual([])
  })

  it('are not made without room for them', async () => {
    const { build, pip } = offered(pack(parts))
    const huge = { ...build, room: 1e18 }
    await expect(fill(cache, huge, pip, runner(), process.env)).rejects.toThrow('GB free')
  })

  it('do not appear when the making of them is killed, and the next run clears up and succeeds', async () => {
    const { build, pip } = offered(pack(parts), { wait: 60_000 })
    const text = `import { fill } from ${JSON.stringify(join(root, 'setup/libraries.mjs'))}
      import { runner } from ${JSON.stringify(join(root, 'setup/run.mjs'))}
      const pids = (pid) => pid && process.stdout.write(String(pid))
      await fill(${JSON.stringify(cache)}, ${JSON.stringify(build)}, ${JSON.stringify(pip)}, runner(pids), process.env)`
    const killed = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'ignore'] })
    const pid = await new Promise<number>((resolve) =>
      killed.stdout.once('data', (data) => resolve(Number(String(data))))
    )
    const gone = once(killed, 'exit')
    killed.kill('SIGKILL')
    process.kill(pid, 'SIGKILL')
    await gone
    await comes(() => !alive({ pid, host: '' }))
    expect(existsSync(join(cache, build.name))).toBe(false)
    expect(readdirSync(cache)).not.toEqual([])
    sweep(cache)
    expect(readdirSync(cache)).toEqual([])
    const again = offered(pack(parts))
    await fill(cache, again.build, again.pip, runner(), process.env)
    expect(sound(cache, again.build)).toBe(true)
  })
})

describe('libraries that the user names', () => {
  it('are found directly or in lib, with their headers', () => {
    for (const lib of ['', 'lib']) {
      const own = join(folder, `own-${lib}`)
      mkdirSync(join(own, lib, 'x'), { recursive: true })
      mkdirSync(join(own, 'include/tensorflow/c'), { recursive: true })
      writeFileSync(join(own, 'include/tensorflow/c/c_api.h'), '')
      for (const name of ['libtensorflow.so.2', 'libtensorflow_framework.so.2'])
        writeFileSync(join(own, lib, name), 'x')
      expect(named(own)).toMatchObject({
        lib: join(own, lib).replace(/\/$/, ''),
        include: join(own, 'include'),
        link: ['libtensorflow.so.2', 'libtensorflow_framework.so.2']
      })
    }
  })

  it('are another engine when they change', () => {
    const own = join(folder, 'own-lib')
    const before = named(own).id
    expect(named(own).id).toBe(before)
    writeFileSync(join(own, 'lib/libtensorflow.so.2'), 'longer')
    expect(named(own).id).not.toBe(before)
  })
})

it('of a wheel, only libraries and headers are needed, and no path leads outside', () => {
  const yes = [
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/include/tensorflow/c/eager/c_api.h',
    'tensorflow/include/tsl/platform/ctstring_internal.h',
    'tensorflow/include/tensorflow/tsl/platform/ctstring.h',
    'tensorflow/include/xla/tsl/c/tsl_status.h',
    'nvidia/cudnn/lib/libcudnn.so.9'
  ]
  const no = [
    'tensorflow/python/_pywrap_tensorflow_internal.so',
    'tensorflow/include/tensorflow/core/framework/op.h',
    'tensorflow/include/tensorflow/c/../../../../../evil.h',
    '/tensorflow/libtensorflow_cc.so.2',
    'nvidia/cudnn/include/cudnn.h'
  ]
  expect(yes.filter(isNeeded)).toEqual(yes)
  expect(no.filter(isNeeded)).toEqual([])
})
