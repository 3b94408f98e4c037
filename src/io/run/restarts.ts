/**
 * Motion of a stream that starts anew when its user says so: by a signal, or a key of the terminal.
 *
 * @since 0.1.0
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { ReadStream } from 'node:tty'

/**
 * What was asked for. `taken` tells whether motion is to start anew, once for each time; `answer` says from now on that it was
 * heard; `keys` begins to listen to the terminal, and says so there; `close` listens no more.
 *
 * @category model
 * @since 0.1.0
 */
export interface Restarts {
  readonly taken: () => boolean
  readonly answer: (say: (line: string) => void) => void
  readonly keys: () => void
  readonly close: () => void
}

/** What is listened to: this process, its terminal, and whether that is its own now. */
export interface Heard {
  readonly process: Pick<NodeJS.Process, 'on' | 'off' | 'kill' | 'pid' | 'platform'>
  readonly input: Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>
  readonly inFront: () => boolean
}

/** Whether the terminal is this process's own: one in the background is stopped where it touches it. */
const inFront = (): boolean => {
  try {
    const fields =
      process.platform === 'linux'
        ? readFileSync('/proc/self/stat', 'latin1').replace(/^.*\) \S+ \d+ /, '')
        : execFileSync('ps', ['-o', 'pgid=,sess=,tty=,tpgid=', '-p', String(process.pid)], {
            encoding: 'latin1'
          }).trim()
    const [group, , , owner] = fields.split(/\s+/)
    return group !== undefined && group === owner
  } catch {
    return false
  }
}

/** The signals of the keys that a terminal does not send itself while single keys are read. */
const signals: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT'
}

/**
 * Listens for SIGUSR2 (not on Windows, which has none); after `keys`, also for the key r where standard input is a terminal.
 * The other keys that end or stop a process go on doing so.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const restarts = (heard: Heard = { process, input: process.stdin, inFront }): Restarts => {
  const { process: self, input } = heard
  let [asked, listening] = [false, false]
  let say: (line: string) => void = () => {}
  const ask = (): void => {
    if (!asked) say('motion starts anew')
    asked = true
  }
  const listen = (on: boolean): void => {
    if (on === listening) return
    listening = on
    input.setRawMode(on)
    if (on) input.resume()
    else input.pause()
  }
  const typed = (data: Buffer): void => {
    for (const key of data.toString('latin1')) {
      const signal = signals[key]
      if (key === 'r' || key === 'R') ask()
      if (signal === 'SIGTSTP') listen(false)
      if (signal !== undefined) self.kill(self.pid, signal)
    }
  }
  const back = (): void => listen(heard.inFront())
  if (self.platform !== 'win32') self.on('SIGUSR2', ask)
  return {
    taken: () => {
      const is = asked
      asked = false
      return is
    },
    answer: (to) => {
      say = to
    },
    keys: () => {
      if (!input.isTTY || !heard.inFront()) return
      input.on('data', typed)
      if (self.platform !== 'win32') self.on('SIGCONT', back)
      listen(true)
      say('r starts the motion anew')
    },
    close: () => {
      self.off('SIGUSR2', ask)
      self.off('SIGCONT', back)
      input.off('data', typed)
      listen(false)
    }
  }
}
