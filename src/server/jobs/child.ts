/**
 * One transfer in a process of its own.
 *
 * @since 0.1.0
 */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import type { Problem } from '../../io/problem/problem.js'
import { fromProblem, type Refusal, refusal } from '../http/refusal.js'
import type { Job } from '../http/shapes.js'

const main = fileURLToPath(new URL('../../io/cli/main.js', import.meta.url))

/** Children under way: they are killed with this process, whatever ends it. */
const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** How much a child may say on standard output. */
const most = 2 ** 20

/** The problem that a command told as JSON, as far as it can be read. */
const told = (out: string, err: string): Refusal => {
  const parsed = E.tryCatch(() => JSON.parse(out) as { readonly error?: Problem }, String)
  if (E.isRight(parsed) && parsed.right.error?._tag !== undefined) return fromProblem(parsed.right.error)
  const [line = 'no word'] = err.trim().split('\n').slice(-1)
  return refusal(500, 'job-failed', 'The job failed', { detail: line.slice(0, 400) })
}

/** A line of progress, as `--progress json` writes it. */
const progressOf = (line: string): Job['progress'] | undefined => {
  if (!line.startsWith('{"progress"')) return undefined
  const parsed = E.tryCatch(() => JSON.parse(line) as Record<'progress' | 'done' | 'total', unknown>, String)
  if (E.isLeft(parsed)) return undefined
  const { progress: label, done, total } = parsed.right
  return { label: String(label), done: Number(done) || 0, total: typeof total === 'number' ? total : null }
}

/**
 * A running transfer. `ended` never rejects; `stop` asks it to end and, five seconds later, ends it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Working {
  readonly ended: Promise<E.Either<Refusal, void>>
  readonly stop: () => void
}

/**
 * Starts `keyflow` with these words, behind everything else that wants the processor.
 *
 * @category processes
 * @since 0.1.0
 */
export const work = (words: ReadonlyArray<string>, tell: (progress: Job['progress']) => void): Working => {
  const child = spawn(process.execPath, [main, ...words], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // its channel tells the child when this process is gone
    windowsHide: true
  }) as ChildProcessByStdio<null, Readable, Readable>
  alive.add(child)
  if (child.pid !== undefined)
    E.tryCatch(() => setPriority(child.pid!, constants.priority.PRIORITY_BELOW_NORMAL), String)
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out = (out + text).slice(0, most)
  })
  createInterface({ input: child.stderr }).on('line', (line) => {
    const progress = progressOf(line)
    if (progress !== undefined) tell(progress)
    else err = `${err}${line}\n`.slice(-4096)
  })
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<E.Either<Refusal, void>>((resolve) => {
    child.on('error', (cause) =>
      resolve(E.left(refusal(500, 'job-failed', 'The job failed', { detail: cause.message })))
    )
    child.on('close', (code) => resolve(code === 0 ? E.right(undefined) : E.left(told(out, err))))
  }).finally(() => {
    clearTimeout(timer)
    alive.delete(child)
  })
  return {
    ended,
    stop: () => {
      child.kill('SIGINT')
      timer ??= setTimeout(() => child.kill('SIGKILL'), 5000)
    }
  }
}
