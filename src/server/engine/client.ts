/**
 * The engine's process as the server sees it: started, spoken to, and started again when it dies.
 *
 * @since 0.1.0
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Problem, showProblem } from '../../io/problem/problem.js'
import type { FromEngine, ToEngine, Vitals } from './wire.js'

const entry = fileURLToPath(new URL('./main.js', import.meta.url))

/**
 * Who a session's messages go to. `lost`: the engine is gone with all it held; `back`: another one is there.
 *
 * @category model
 * @since 0.1.0
 */
export interface Listener {
  readonly heard: (message: FromEngine) => void
  readonly lost: () => void
  readonly back: () => void
}

/**
 * An engine in a process of its own.
 *
 * @category model
 * @since 0.1.0
 */
export interface Engine {
  readonly send: (message: ToEngine) => void
  readonly join: (session: string, listener: Listener) => () => void
  /** Backend and version, while it is up. */
  readonly about: () => string | undefined
  /** Why it cannot start, if it cannot. */
  readonly trouble: () => Problem | undefined
  readonly vitals: () => Vitals
  readonly restarts: () => number
  readonly pid: () => number | undefined
  readonly close: () => Promise<void>
}

/** What the engine's ups and downs are told to. */
export interface Watch {
  readonly say: (line: string) => void
  readonly vitals: (vitals: Vitals) => void
  readonly restarted: () => void
}

/** Engines are killed with this process, whatever ends it. */
const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** What TensorFlow and tfjs say of themselves. */
const chatter = /already (been set|registered)|absl::InitializeLog|oneDNN custom operations|cpu_feature_guard/

const [shortest, longest] = [100, 10_000]
/** An engine that lived this long is forgiven its end. */
const settled = 30_000

const none: Vitals = { tag: 'vitals', tensors: 0, tensorBytes: 0, resident: 0, nodes: {} }

/**
 * Starts the engine. What is sent while it is down is lost: `back` tells when to begin anew.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startEngine = (backend: string | undefined, watch: Watch): Engine => {
  const listeners = new Map<string, Listener>()
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let [about, trouble, vitals] = [undefined as string | undefined, undefined as Problem | undefined, none]
  let [closing, starts, wait] = [false, 0, shortest]

  const heard = (message: FromEngine): void => {
    switch (message.tag) {
      case 'started':
        about = `${message.backend} ${message.version}`
        trouble = undefined
        for (const listener of listeners.values()) listener.back()
        return
      case 'broken':
        trouble = message.problem
        watch.say(`engine: ${showProblem(message.problem)}`)
        return
      case 'vitals':
        vitals = message
        watch.vitals(message)
        return
      case 'begun':
        for (const [session] of message.frames) listeners.get(session)?.heard(message)
        return
      default:
        listeners.get(message.session)?.heard(message)
    }
  }
  const lost = (): void => {
    const was = about
    about = undefined
    vitals = none
    if (was !== undefined) for (const listener of [...listeners.values()]) listener.lost()
  }
  const begin = (): void => {
    const began = performance.now()
    starts += 1
    if (starts > 1) watch.restarted()
    const own = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...(backend === undefined ? {} : { KEYFLOW_BACKEND: backend }) }
    })
    child = own
    alive.add(own)
    // The library chatters while it is loaded: what it said is told only if the process ends.
    let said = ''
    own.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4096)
    })
    own.on('message', (message) => heard(message as FromEngine))
    own.on('error', (cause) => watch.say(`engine: ${cause.message}`))
    own.on('exit', (code, signal) => {
      alive.delete(own)
      child = undefined
      if (closing) return
      const words = said.split('\n').filter((line) => line.trim() !== '' && !chatter.test(line))
      for (const line of words.slice(-5)) watch.say(`engine: ${line}`)
      watch.say(`engine: ended by ${signal ?? `code ${code}`}; it is started again`)
      wait = performance.now() - began > settled ? shortest : Math.min(longest, wait * 2)
      timer = setTimeout(begin, wait)
      lost()
    })
  }
  begin()
  return {
    send: (message) => {
      if (about !== undefined && child?.connected === true) child.send(message, () => {})
    },
    join: (session, listener) => {
      listeners.set(session, listener)
      return () => listeners.delete(session)
    },
    about: () => about,
    trouble: () => trouble,
    vitals: () => vitals,
    restarts: () => starts - 1,
    pid: () => child?.pid,
    close: async () => {
      closing = true
      clearTimeout(timer)
      const own = child
      if (own === undefined) return
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => own.kill('SIGKILL'), 2000)
        own.on('exit', () => {
          clearTimeout(late)
          resolve()
        })
        own.disconnect()
      })
    }
  }
}
