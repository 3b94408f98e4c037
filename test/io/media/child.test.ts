/** Children and the signals of a terminal, which go to a process group. */
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { start } from '../../../src/io/media/child.js'

const groupOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) \S+ \d+ (\d+) .*$/s, '$1'))

describe.skipIf(!existsSync('/proc/self/stat'))('a child', () => {
  const heard = process.listeners('SIGINT')
  afterEach(() => {
    process.removeAllListeners('SIGINT')
    for (const one of heard) process.on('SIGINT', one)
  })

  it('is kept from Ctrl-C where that is answered, and dies of it with its process elsewhere', async () => {
    const shares = async (): Promise<boolean> => {
      const child = start('sleep', ['60'])
      const group = groupOf(child.pid!)
      await child.stop()
      return group === groupOf(process.pid)
    }
    process.removeAllListeners('SIGINT')
    expect(await shares()).toBe(true)
    process.on('SIGINT', () => {})
    expect(await shares()).toBe(false)
  })
})
