/** What is written to standard error where that is a file: nothing of TensorFlow's that can be kept back, all of ours. */
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folder, main, model, root, source } from './keyflow.js'

/** The log of a command between two lines of another program that has the same file open. */
const logged = (flags: 'a' | 'w'): string => {
  const log = join(folder(), 'log')
  const file = openSync(log, flags)
  writeSync(file, 'before\n')
  const args = [main, 'detect', source, '--model', model, '--progress', 'json']
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', file] })
  writeSync(file, 'after\n')
  closeSync(file)
  expect(status).toBe(0)
  return readFileSync(log, 'utf8')
}

const progress = '{"progress":"detect","done":0,"total":1}\n{"progress":"detect","done":1,"total":1}\n'

it('an appended file has our lines alone', () => {
  expect(logged('a')).toBe(`before\n${progress}after\n`)
})

it('a shared file that is not appended to loses nothing', () => {
  expect(logged('w').replace(/^(WARNING: All log|I0000).*\n/gm, '')).toBe(`before\n${progress}after\n`)
})
