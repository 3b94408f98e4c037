import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { comes } from '../until.js'
import { load, root } from './checkout.js'

const { acquire, alive } = await load('lock')

const folder = mkdtempSync(join(tmpdir(), 'keyflow-lock-'))
const lock = join(folder, 'locks', 'one')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A process of its own that has the lock module at hand. */
const program = (body: string) => {
  const text = `import { acquire } from ${JSON.stringify(join(root, 'setup/lock.mjs'))}
    import fs from 'node:fs'
    import { spawn } from 'node:child_process'
    const lock = ${JSON.stringify(lock)}
    ${body}`
  return spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
}

describe('the lock', () => {
  it('keeps a second holder waiting until the first lets go, and says for whom it waits', async () => {
    const first = await acquire(lock)
    const waits: Array<number | undefined> = []
    const second = acquire(lock, (pid: number | undefined) => waits.push(pid))
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(waits).toEqual([process.pid])
    first.release()
    ;(await second).release()
    expect(existsSync(lock)).toBe(false)
  })

  it('lets one process at a time through', async () => {
    const counter = join(folder, 'counter')
    writeFileSync(counter, '0')
    const one = `for (let i = 0; i < 15; i++) {
      const held = await acquire(lock)
      const n = Number(fs.readFileSync(${JSON.stringify(counter)}, 'utf8'))
      await new Promise((resolve) => setTimeout(resolve, 1))
      fs.writeFileSync(${JSON.stringify(counter)}, String(n + 1))
      held.release()
    }`
    const ended = await Promise.all([1, 2, 3, 4].map(() => once(program(one), 'exit')))
    expect(ended.map(([code]) => code)).toEqual([0, 0, 0, 0])
    expect(readFileSync(counter, 'utf8')).toBe('60')
  })

  it('is taken from a process that was killed, and what that process left running is ended', async () => {
    const killed = program(`
      const held = await acquire(lock)
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
      held.track(child.pid)
      process.stdout.write(String(child.pid))
      setInterval(() => {}, 1000)`)
    const [pid] = await once(killed.stdout, 'data')
    killed.kill('SIGKILL')
    await once(killed, 'exit')
    const left = { pid: Number(String(pid)), host: '' }
    expect(alive(left)).toBe(true)
    const held = await acquire(lock)
    await comes(() => !alive(left))
    held.release()
  })

  it('without a holder is broken only when it is old', async () => {
    mkdirSync(lock, { recursive: true })
    writeFileSync(join(lock, 'other'), '')
    const taken = acquire(lock)
    const early = await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])
    expect(early).toBe('waits')
    const old = new Date(Date.now() - 60_000)
    utimesSync(lock, old, old)
    ;(await taken).release()
    expect(existsSync(lock)).toBe(false)
  })

  it('does not take a number used again for the same process', () => {
    expect(alive({ pid: process.pid, host: '' })).toBe(true)
    if (existsSync('/proc/self/stat')) expect(alive({ pid: process.pid, started: '1', host: '' })).toBe(false)
    expect(alive({ pid: 2 ** 22 + 1, host: '' })).toBe(false)
  })
})
