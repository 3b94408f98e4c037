/** Runs a program of the examples, as a user does. */
import { spawn } from 'node:child_process'
import { root } from '../cli/keyflow.js'

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export const node = (args: ReadonlyArray<string>): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [...args], { cwd: root })
    const read = { out: '', err: '' }
    child.stdout.on('data', (d) => (read.out += d))
    child.stderr.on('data', (d) => (read.err += d))
    child.on('close', (code) => resolve({ code, ...read }))
  })
