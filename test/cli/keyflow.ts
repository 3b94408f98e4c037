/** Runs the built command line, as a user does. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../temporary.js'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const main = join(root, 'dist/io/cli/main.js')

export const model = join(root, 'models/shapes.safetensors')
export const source = join(root, 'models/demo/source.png')
export const driving = join(root, 'models/demo/driving.mp4')

export const folder = (): string => temporaryFolder('cli')

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Starts a command; it is sent SIGINT once what it has said on standard error matches `interrupt`. */
export const keyflow = (
  args: ReadonlyArray<string>,
  {
    interrupt,
    env = {},
    input,
    cwd = root
  }: {
    readonly interrupt?: RegExp
    readonly env?: Readonly<Record<string, string>>
    readonly input?: Uint8Array
    readonly cwd?: string
  } = {}
): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, ...env } })
    const read = { out: '', err: '' }
    child.stdout.on('data', (d) => (read.out += d))
    let due = interrupt !== undefined
    child.stderr.on('data', (d) => {
      read.err += d
      if (!due || !interrupt!.test(read.err)) return
      due = false
      child.kill('SIGINT')
    })
    if (input !== undefined) child.stdin.end(input)
    child.on('close', (code) => resolve({ code, ...read }))
  })
