/**
 * A program with sources and sinks, from its first frame to its last.
 *
 * @since 0.1.0
 */
import { concatMap, map, Observable, type OperatorFunction } from 'rxjs'
import type { Door, Program } from '../graphs/plan.js'
import type { Options, Result } from '../graphs/session.js'
import { open } from '../graphs/session.js'
import type { Sink, Source, Values } from '../nodes/node.js'
import * as tf from '../nodes/tf.js'
import { inFlight } from './in-flight.js'

/** One tick of a source: its tensors by output, and how many frames they are. */
export interface Tick {
  readonly values: Values
  readonly count: number
}

/** What takes the tensors of a sink; it borrows them until its promise settles. */
export interface Receiver {
  readonly write: (values: Values) => Promise<void>
  readonly close: () => Promise<void>
  readonly abort: () => Promise<void>
}

/**
 * How descriptions become real: the only place where files are opened.
 *
 * @category model
 * @since 0.1.0
 */
export interface Drivers {
  readonly hold: (door: Door<Source<any>>) => Promise<Values>
  readonly read: (door: Door<Source<any>>) => Promise<AsyncIterable<Tick>>
  /** `sources` are the program's, for a sink that keeps the timing of one. */
  readonly write: (door: Door<Sink<any>>, sources: ReadonlyArray<Door<Source<any>>>) => Promise<Receiver>
}

/** What one tick gave, and how many frames it was. The outputs are the receiver's. */
export interface Played<O> {
  readonly outputs: O
  readonly count: number
}

/** How a program is played. */
export interface PlayOptions extends Options {
  /** Batches between decoder and encoder at any time; default 2. */
  readonly limit?: number
}

/** Everything that is open while a program plays, and every result that is under way. */
class Stage<O> {
  readonly receivers: Array<Receiver> = []
  readonly underWay = new Set<Result<O>>()
  held: Record<string, Values> = {}
  close = (): void => {}
  private complete = false
  private ended: Promise<void> | undefined

  /** Writes what the sinks are due, in their order; afterwards the outputs alone are left. */
  async write(result: Result<O>): Promise<void> {
    for (const [i, due] of result.sinks.entries()) await this.receivers[i]!.write(due as Values)
    tf.dispose([result.sinks, result.taps] as tf.TensorContainer)
    this.underWay.delete(result)
  }

  async finish(): Promise<void> {
    for (const r of this.receivers) await r.close()
    this.complete = true
  }

  end(): Promise<void> {
    this.ended ??= (async () => {
      if (!this.complete) await Promise.all(this.receivers.map((r) => r.abort()))
      this.close()
      tf.dispose([this.held, [...this.underWay]] as tf.TensorContainer)
      this.underWay.clear()
      this.held = {}
    })()
    return this.ended
  }
}

/** The one source that ticks. */
const clockOf = (sources: ReadonlyArray<Door<Source<any>>>): Door<Source<any>> => {
  const [clock, ...others] = sources.filter(({ node }) => node.pace === 'ticking')
  if (clock === undefined || others.length > 0)
    throw new Error(`a program has one ticking source, this one has ${clock === undefined ? 0 : 1 + others.length}`)
  return clock
}

/**
 * Plays a program: opens its sources and sinks, holds what is held, ticks with the one source that ticks, writes every
 * sink in order, and emits the outputs of each tick once its sinks are written. A bounded number of batches is under way.
 *
 * Completing closes the sinks; failing or leaving early aborts them. Nothing stays open, and no tensor is left.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const play =
  <O>(program: Program<any, O>, drivers: Drivers, { limit = 2, ...options }: PlayOptions = {}) =>
  (values: Values): Observable<Played<O>> =>
    new Observable<Played<O>>((subscriber) => {
      const stage = new Stage<O>()
      const fail = (e: unknown): void => void stage.end().finally(() => subscriber.error(e))
      const start = async (): Promise<void> => {
        const clock = clockOf(program.sources)
        for (const door of program.sources) if (door !== clock) stage.held[door.path] = await drivers.hold(door)
        const frames = await drivers.read(clock)
        for (const door of program.sinks) stage.receivers.push(await drivers.write(door, program.sources))
        const session = open(program, options)(values, stage.held)
        stage.close = session.close
        if (subscriber.closed) return stage.end()

        const tick = ({ values: x, count }: Tick) => {
          try {
            const result = session.tick({ [clock.path]: x })
            stage.underWay.add(result)
            return { result, count }
          } finally {
            tf.dispose(x as tf.TensorContainer)
          }
        }
        const write = async ({ result, count }: ReturnType<typeof tick>): Promise<Played<O>> => {
          await stage.write(result)
          if (subscriber.closed) tf.dispose(result.outputs as tf.TensorContainer)
          return { outputs: result.outputs, count }
        }
        const stages: OperatorFunction<Tick, Played<O>> = (x) => x.pipe(map(tick), concatMap(write))
        const played = inFlight({ _tag: 'block', limit }, stages, (x: Tick) => tf.dispose(x.values as never))(frames)
        subscriber.add(
          played.subscribe({
            next: (x) => subscriber.next(x),
            error: fail,
            complete: () =>
              void stage
                .finish()
                .then(() => stage.end())
                .then(() => subscriber.complete(), fail)
          })
        )
      }
      start().catch(fail)
      return () => void stage.end()
    })
