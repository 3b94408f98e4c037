/**
 * Child processes that never outlive their purpose.
 *
 * @since 0.1.0
 */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/**
 * How a child ended: its exit code, or what kept it from starting or ended it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Ending {
  readonly code: number | null
  readonly cause?: string
}

/**
 * A running program. `beside` is its pipe 3, where one was asked for; `said` is the tail of its standard error; `ended` never
 * rejects, and comes when all that it has written was read; `stop` kills it and resolves when it is gone, however often it is
 * called.
 *
 * @category model
 * @since 0.1.0
 */
export interface Child {
  readonly pid: number | undefined
  readonly input: Writable
  readonly output: Readable
  readonly beside?: Readable
  readonly ended: Promise<Ending>
  readonly said: () => string
  readonly stop: () => Promise<void>
}

/**
 * Children under way: they are killed when this process exits. Where a signal ends it that nobody answers, there is no exit: they end
 * by the signal itself, which a terminal sends to them too, or by their broken pipes.
 */
const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** How much of standard error is kept. */
const tail = 4096

/** Static builds die when they load the character tables of another C library; they do without. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, GCONV_PATH: '/dev/null' })

/**
 * Whether a child is kept from the signals of the terminal: where somebody answers Ctrl-C, who may want it to finish. Windows would
 * open a window for it.
 */
const detached = (): boolean => process.platform !== 'win32' && process.listenerCount('SIGINT') > 0

/**
 * Starts a program with pipes for its three streams. `heard` is told every line of its standard error, and says whether it
 * is to be kept; all are unless it is given. With `beside` it has a fourth pipe, 3, to write to.
 *
 * @category processes
 * @since 0.1.0
 */
export const start = (
  program: string,
  args: ReadonlyArray<string>,
  heard: (line: string) => boolean = () => true,
  beside = false
): Child => {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe', ...(beside ? (['pipe'] as const) : [])],
    windowsHide: true,
    detached: detached(),
    env: environment()
  }) as ChildProcessWithoutNullStreams
  const fourth = (child.stdio as ReadonlyArray<unknown>)[3] as Readable | undefined
  alive.add(child)
  let said = ''
  let begun = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const lines = (begun + text).split('\n')
    begun = (lines.pop() ?? '').slice(-tail)
    for (const line of lines) if (heard(line)) said = `${said}${line}\n`.slice(-tail)
  })
  const ended = new Promise<Ending>((resolve) => {
    child.on('error', (error) => resolve({ code: null, cause: error.message }))
    child.on('close', (code, signal) => resolve(signal === null ? { code } : { code, cause: `killed by ${signal}` }))
  }).finally(() => alive.delete(child))
  // A child that leaves early breaks its pipes; its ending tells why.
  for (const stream of [child.stdin, child.stdout, child.stderr, fourth]) stream?.on('error', () => {})
  return {
    pid: child.pid,
    input: child.stdin,
    output: child.stdout,
    ...(fourth === undefined ? {} : { beside: fourth }),
    ended,
    said: () => (said + begun).trim(),
    stop: async () => {
      child.kill('SIGKILL')
      child.stdin.destroy()
      child.stdout.destroy()
      fourth?.destroy()
      await ended
    }
  }
}

/**
 * Runs a program to its end and hands over its standard output; stops it after `seconds`. `feed` gives it its standard
 * input, which is empty otherwise.
 *
 * @category processes
 * @since 0.1.0
 */
export const collect = async (
  program: string,
  args: ReadonlyArray<string>,
  seconds: number,
  feed: (child: Child) => unknown = (child) => child.input.end()
): Promise<{ readonly text: string; readonly ending: Ending; readonly said: string }> => {
  const child = start(program, args)
  feed(child)
  let late = false
  const timer = setTimeout(() => {
    late = true
    void child.stop()
  }, seconds * 1000)
  let text = ''
  child.output.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  const ending = await child.ended
  clearTimeout(timer)
  return { text, ending: late ? { code: null, cause: `no answer in ${seconds} s` } : ending, said: child.said() }
}

/**
 * Why a child failed, in one line: the end of what it said, else how it ended.
 *
 * @category processes
 * @since 0.1.0
 */
export const reason = (ending: Ending, said: string): string => {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const last = lines.slice(-3).map((line) => line.replace(/^\[[^\]]* @ 0x[0-9a-f]+\] /, '').trim())
  return last.length > 0 ? last.join('; ') : (ending.cause ?? `exit code ${ending.code}`)
}
