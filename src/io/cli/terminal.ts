/**
 * Talking to a person on standard error.
 *
 * @since 0.1.0
 */
import type { Teller } from '../training/progress.js'
import type { Progress, Terminal } from './command.js'

const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

const silent: Progress = { advance: () => {}, end: () => {} }

/** A bar with rate and time left, drawn ten times a second at most. */
const bar = (label: string, total: number | undefined): Progress => {
  const began = performance.now()
  let [done, drawn] = [0, 0]
  const draw = (): void => {
    const seconds = (performance.now() - began) / 1000
    const rate = done / Math.max(seconds, 1e-3)
    const filled = total === undefined ? 0 : Math.min(24, Math.floor((24 * done) / total))
    const gauge = total === undefined ? '' : ` [${'#'.repeat(filled)}${'.'.repeat(24 - filled)}] `
    const left = total === undefined || done === 0 ? '' : `, ${clock((total - done) / rate)} left`
    const of = total === undefined ? '' : `/${total}`
    process.stderr.write(`\r\u001b[2K${label}${gauge} ${done}${of} frames, ${rate.toFixed(1)}/s${left}`)
  }
  return {
    advance: (by) => {
      done += by
      if (performance.now() - drawn > 100) {
        drawn = performance.now()
        draw()
      }
    },
    end: () => {
      draw()
      process.stderr.write('\n')
    }
  }
}

/** Lines of JSON for programs, ten a second at most and the last one always. */
const lines = (progress: string, total: number | undefined): Progress => {
  let [done, told, shown] = [0, 0, -1]
  const tell = (): void => {
    told = performance.now()
    shown = done
    process.stderr.write(`${JSON.stringify({ progress, done, total: total ?? null })}\n`)
  }
  tell()
  return {
    advance: (by) => {
      done += by
      if (performance.now() - told > 100) tell()
    },
    end: () => {
      if (shown !== done) tell()
    }
  }
}

/** Steps told on standard error. */
const teller = (): Teller => ({
  write: (text) => process.stderr.write(text),
  drawn: process.stderr.isTTY === true,
  columns: process.stderr.columns || 120,
  seconds: () => performance.now() / 1000
})

/**
 * The terminal of this process; `quiet` says nothing but errors, `json` tells no steps, `told` tells progress as JSON.
 *
 * @category constructors
 * @since 0.1.0
 */
export const terminal = (signal: AbortSignal, quiet: boolean, json: boolean, told = false): Terminal => ({
  signal,
  ...(quiet || json ? {} : { teller: teller() }),
  say: (line) => {
    if (!quiet) process.stderr.write(`${line}\n`)
  },
  progress: (label, total) => (told ? lines(label, total) : quiet || !process.stderr.isTTY ? silent : bar(label, total))
})

/** Whether standard error may be coloured. */
export const coloured = (): boolean => process.stderr.isTTY === true && !process.env.NO_COLOR
