// @ts-check
/**
 * Programs run quietly: their output is kept for the case that they fail. And the one way of talking to a person.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

/** @typedef {{ readonly code: number | null, readonly signal: string | null, readonly out: string }} Ended */
/** @typedef {(command: string, args: ReadonlyArray<string>, options?: { readonly cwd?: string, readonly env?: import('./places.mjs').Env }) => Promise<Ended>} Run */

const checkout = existsSync(new URL('../package-lock.json', import.meta.url))

/** The command that sets up again: of a checkout, where nothing may be compiled yet, or of an installed package. @param {ReadonlyArray<string>} wishes */
export const setUpAgain = (...wishes) => {
  const [command, ...mark] = checkout ? ['npm run setup', ...(wishes.length > 0 ? ['--'] : [])] : ['npx keyflow setup']
  return [command, ...mark, ...wishes].join(' ')
}

/** Something that the native engine needs is not there: what, and the command that mends it. */
export class Lacking extends Error {
  /** @param {string} what @param {string} remedy */
  constructor(what, remedy) {
    super(what)
    this.remedy = remedy
  }
}

/** One line on standard error. @param {string} line */
export const say = (line) => void process.stderr.write(`keyflow setup: ${line}\n`)

/** The last lines of an output that say anything. @param {string} out @param {number} count */
export const tail = (out, count) =>
  out
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .join('\n')

const kept = 1 << 16

/** The program that runs now, so that an interruption can end it. @type {import('node:child_process').ChildProcess | undefined} */
let running

/** Whether an interruption is under way: then no `run` returns any more, so nothing is made of a program cut short. */
let stopping = false

/** Ends the program that runs now, if one does: asked first, then made to. @returns {Promise<void>} */
export const endRunning = () =>
  new Promise((resolve) => {
    stopping = true
    if (running === undefined) return resolve()
    const child = running
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 2000)
  })

/**
 * A `run` that tells `track` which program it waits for. One at a time.
 *
 * @param {(pid: number | undefined) => void} [track]
 * @returns {Run}
 */
export const runner =
  (track = () => {}) =>
  (command, args, { cwd, env } = {}) =>
    new Promise((resolve) => {
      let out = ''
      const child = spawn(command, args, {
        ...(cwd === undefined ? {} : { cwd }),
        env: /** @type {NodeJS.ProcessEnv} */ (env ?? process.env),
        stdio: ['ignore', 'pipe', 'pipe']
      })
      running = child
      track(child.pid)
      const collect = (/** @type {Buffer} */ data) => {
        out = (out + data.toString()).slice(-kept)
      }
      child.stdout.on('data', collect)
      child.stderr.on('data', collect)
      const end = (/** @type {Ended} */ ended) => {
        running = undefined
        if (stopping) return
        track(undefined)
        // Ctrl-C reaches the program as well as us, and its end may be noticed first: wait for our own signal.
        setTimeout(() => stopping || resolve(ended), ended.code === 0 ? 0 : 50)
      }
      child.on('error', (cause) => end({ code: 127, signal: null, out: `${out}${cause.message}` }))
      child.on('close', (code, signal) => end({ code, signal, out }))
    })
