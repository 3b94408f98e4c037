/**
 * A program with sources played to its end, with a model's weights, a progress bar and an interrupt.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import type { Options } from '../../graphs/session.js'
import * as tf from '../../nodes/tf.js'
import { type PlayOptions, play } from '../../streams/play.js'
import type { DriverTables } from '../animation/driver.js'
import { fileDrivers } from '../animation/drivers.js'
import type { Streams } from '../animation/live.js'
import { isHeard, type Writing } from '../animation/receiver.js'
import type { Terminal } from '../cli/command.js'
import type { Limits } from '../media/index.js'
import { type Model, valuesOf } from '../model/model.js'
import { gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { isMoment } from '../training/state.js'
import { drain } from './compute.js'

/**
 * What a program needs beside itself to be played.
 *
 * @since 0.1.0
 */
export interface Playing {
  readonly model: Pick<Model, 'tensors'>
  readonly limits: Partial<Limits>
  readonly label: string
  /** How many frames there will be, where that is known. */
  readonly total?: number | undefined
  readonly profile?: Options['profile']
  /** The streams that are played: an interrupt ends them, and what has come is finished. */
  readonly streams?: Streams | undefined
  readonly policy?: 'block' | 'latest'
  readonly restart?: (() => boolean) | undefined
  /** What opens kinds of sources and sinks that extensions bring. */
  readonly tables?: DriverTables | undefined
}

/**
 * How many frames were played, and how many seconds it took from the first file opened to the last closed.
 *
 * @since 0.1.0
 */
export interface Played {
  readonly frames: number
  readonly seconds: number
  /** Frames that were passed over. */
  readonly dropped: number
}

/**
 * Plays a program; `next` borrows the outputs of every tick. Where whoever reads standard output leaves, that is the end, and
 * no failure. Whatever happens, nothing is left open and no tensor alive.
 *
 * Fails with `Interrupted` by the terminal's signal, `BadData`, `OverLimit`, `NoEngine` or `FileTrouble` of a file that is
 * read or written, `Failed` where a node fails.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const played = <O>(
  program: Program<any, O>,
  { model, limits, label, total, profile, streams, policy = 'block', restart, tables }: Playing,
  { progress, signal }: Terminal,
  next: (outputs: O, times: ReadonlyArray<number> | undefined) => void
): TE.TaskEither<Problem, Played> => {
  const began = performance.now()
  let [frames, dropped] = [0, 0]
  return async () => {
    const weights = valuesOf(model, Object.keys(program.weights))
    const bar = progress(label, total)
    const leaving = new AbortController()
    let gone = false
    const interrupted = (): void => (streams === undefined ? leaving.abort(signal.reason) : streams.stop())
    signal.addEventListener('abort', interrupted)
    if (signal.aborted) interrupted()
    let end = (): void => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const options: PlayOptions = {
      ended: end,
      policy,
      dropped: (count) => (dropped += count),
      ...(profile === undefined ? {} : { profile }),
      ...(restart === undefined ? {} : { restart })
    }
    const drivers = fileDrivers(limits, {
      streams,
      tables,
      skipping: policy === 'latest',
      sound: program.sinks.some(
        ({ node }) => node.kind === 'writeFilm' && isHeard(node.settings as unknown as Writing)
      ),
      gone: () => {
        gone = true
        leaving.abort('EPIPE')
      }
    })
    const result = await pipe(
      play(program, drivers, options)(weights),
      drain(
        ({ outputs, count, times }) => {
          next(outputs, times)
          tf.dispose(outputs as tf.TensorContainer)
          frames += count
          bar.advance(count)
        },
        leaving.signal,
        ended
      )
    )()
    signal.removeEventListener('abort', interrupted)
    await streams?.close()
    bar.end()
    tf.dispose(weights as tf.TensorContainer)
    const played = { frames, dropped, seconds: (performance.now() - began) / 1000 }
    return gone ? E.right(played) : E.map(() => played)(result)
  }
}

/**
 * Whether a model holds every weight of a program: fails with `BadData` for each network that lacks some. Asked before an
 * engine starts.
 *
 * @since 0.1.0
 */
export const complete = (
  program: Program<any, any>,
  model: Pick<Model, 'tensors'> | undefined
): TE.TaskEither<Problem, void> => {
  const missing = Object.keys(program.weights).filter((name) => !isMoment(name) && model?.tensors[name] === undefined)
  if (model === undefined && missing.length > 0)
    return TE.left({ _tag: 'Usage', at: '--model', expected: `a model with ${missing.length} weights`, actual: 'none' })
  const networks = [...new Set(missing.map((name) => name.split('.')[0]!))]
  const [first, ...others] = networks.map((network): Problem => {
    const count = missing.filter((name) => name.startsWith(`${network}.`)).length
    return { _tag: 'BadData', file: 'model', at: network, expected: 'all of its weights', actual: `${count} missing` }
  })
  return first === undefined ? TE.right(undefined) : TE.left(gather(first, others))
}
