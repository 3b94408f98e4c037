/** Programs that die, or whose disk is full, at a chosen system call. */
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Whether calls can be tampered with here; says so where they cannot. */
export const canInject = ((): boolean => {
  const tried = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO:when=9', 'true'])
  if (tried.status === 0) return true
  console.log(`skipped: strace cannot inject here (${tried.error?.message ?? String(tried.stderr).trim()})`)
  return false
})()

export interface Ended {
  /** What the program said before it ended. */
  readonly out: string
  readonly err: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * Runs a program of this folder; at the call number `when` of those in `calls` it meets `fate` (`signal=SIGKILL` before the
 * call is made, or `error=ENOSPC` in its place). Its files are written by one thread, for calls are counted by thread; with
 * `file`, only calls on that one are: how often threads wake one another, by a `write`, depends on the machine.
 */
export const ends = (
  program: string,
  args: ReadonlyArray<string>,
  calls: string,
  fate: string,
  when: number,
  file?: string
): Promise<Ended> =>
  new Promise((resolve) => {
    const on = file === undefined ? [] : ['-P', file]
    const inject = [...on, '-e', `trace=${calls}`, '-e', `inject=${calls}:${fate}:when=${when}`]
    const own = [process.execPath, fileURLToPath(new URL(program, import.meta.url)), ...args]
    const child = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, ...own], {
      env: { ...process.env, UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' }
    })
    const read = { out: '', err: '' }
    child.stdout.on('data', (d) => (read.out += d))
    child.stderr.on('data', (d) => (read.err += d))
    child.on('close', (code, signal) => resolve({ ...read, code, signal }))
  })
