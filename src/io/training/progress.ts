/**
 * How a training run tells a person that it goes on.
 *
 * @since 0.1.0
 */

/**
 * What is known after a step.
 *
 * @category model
 * @since 0.1.0
 */
export interface Moment {
  readonly step: number
  readonly epoch: number
  readonly losses: Readonly<Record<string, number>>
}

/**
 * Where progress is told. `seconds` is a clock.
 *
 * @category model
 * @since 0.1.0
 */
export interface Teller {
  readonly write: (text: string) => void
  /** A line that is drawn over and over, as wide as `columns`, or lines every so often. */
  readonly drawn: boolean
  readonly columns: number
  readonly seconds: () => number
}

/**
 * Progress by steps. `end` leaves the last state standing.
 *
 * @category model
 * @since 0.1.0
 */
export interface StepProgress {
  readonly step: (moment: Moment) => void
  readonly end: () => void
}

const two = (n: number): string => String(n).padStart(2, '0')

/** Hours, minutes and seconds, hours only where there are some. */
const clock = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h === 0 ? `${m}:${two(s)}` : `${h}:${two(m)}:${two(s)}`
}

/**
 * The state of a run in one line: steps done, steps per second, time left, losses.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const showMoment = ({ step, epoch, losses }: Moment, total: number, rate: number): string => {
  const left = rate > 0 ? `, ${clock((total - step) / rate)} left` : ''
  const speed = rate >= 1 || rate === 0 ? `${rate.toFixed(2)} steps/s` : `${(1 / rate).toFixed(2)} s/step`
  const values = Object.entries(losses).map(([name, value]) => `${name} ${+value.toPrecision(3)}`)
  return [`${step}/${total} epoch ${epoch}, ${speed}${left}`, ...values].join('  ')
}

/** How much of the pace of the past stays in the pace: about the last twenty steps count. */
const memory = 0.95
const pauses = { drawn: 0.1, lines: 30 } as const
const wide = 16

/**
 * Tells of a run that goes to step `total`: a bar drawn ten times a second at most, or a line every
 * half minute. Nothing is told without a teller.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const stepProgress = (teller: Teller | undefined, total: number): StepProgress => {
  if (teller === undefined) return { step: () => {}, end: () => {} }
  const { write, drawn, columns, seconds } = teller
  let [before, told, weight, pace] = [seconds(), Number.NEGATIVE_INFINITY, 0, 0]
  let [latest, shown] = [undefined as Moment | undefined, true]
  const tell = (moment: Moment): void => {
    const line = showMoment(moment, total, pace > 0 ? weight / pace : 0)
    const filled = Math.floor((wide * moment.step) / Math.max(1, total))
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(Math.max(0, wide - filled))}] `
    write(drawn ? `\r\u001b[2K${`${bar}${line}`.slice(0, columns - 1)}` : `${line}\n`)
    shown = true
  }
  return {
    step: (moment) => {
      const now = seconds()
      ;[weight, pace] = [memory * weight + 1, memory * pace + (now - before)]
      ;[before, latest, shown] = [now, moment, false]
      if (now - told < (drawn ? pauses.drawn : pauses.lines) && moment.step < total) return
      told = now
      tell(moment)
    },
    end: () => {
      if (latest !== undefined && !shown) tell(latest)
      if (latest !== undefined && drawn) write('\n')
    }
  }
}
