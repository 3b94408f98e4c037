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
import { isKept, Memory, plant, remembers } from './memory.js'

/**
 * One tick of a source: its tensors by output, of the shapes of its spec, how many frames they are, and when each is shown, in
 * seconds.
 *
 * @since 0.1.0
 */
export interface Tick {
  readonly values: Values
  readonly count: number
  readonly times?: ReadonlyArray<number>
}

/**
 * What takes the tensors of a sink, of the shapes of its spec; it borrows them until its promise settles. It may be aborted
 * while it opens or writes. A promise that rejects ends the playing.
 *
 * @since 0.1.0
 */
export interface Receiver {
  readonly write: (values: Values, times?: ReadonlyArray<number>) => Promise<void>
  readonly close: () => Promise<void>
  readonly abort: () => Promise<void>
}

/**
 * How descriptions become real: the only place where files are opened. Tensors have the shapes of the node's spec, pictures
 * from 0 to 1. A promise that rejects ends the playing with its error.
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

/**
 * What one tick gave, how many frames it was, and their times in seconds where they have some. The outputs are the receiver's.
 *
 * @since 0.1.0
 */
export interface Played<O> {
  readonly outputs: O
  readonly count: number
  readonly times?: ReadonlyArray<number>
}

/**
 * How a program is played.
 *
 * @since 0.1.0
 */
export interface PlayOptions extends Options {
  /** Told when everything is closed, however the playing ended. */
  readonly ended?: () => void
  /** Batches between decoder and encoder at any time; default 2. */
  readonly limit?: number
  /** `block` (default) plays every frame and lets the source wait, `latest` the newest whenever there is time for one. */
  readonly policy?: 'block' | 'latest'
  /** Told of every batch that `latest` passed over: how many frames it was. */
  readonly dropped?: (count: number) => void
  /** Asked at every tick whether motion starts anew with it. */
  readonly restart?: () => boolean
}

/** What is to be undone, the last thing first: once, when it ends, or at once what comes after that. Nothing stops it. */
class Scope {
  private readonly undo: Array<() => unknown> = []
  private ended: Promise<void> | undefined

  get over(): boolean {
    return this.ended !== undefined
  }

  async add(undo: () => unknown): Promise<void> {
    this.undo.push(undo)
    if (this.over) await this.unwind()
  }

  /** Everything is undone, also where undoing a part fails: whoever ends something has another failure to tell, or nobody to. */
  private async unwind(): Promise<void> {
    for (let last = this.undo.pop(); last !== undefined; last = this.undo.pop())
      try {
        await last()
      } catch {}
  }

  end(): Promise<void> {
    this.ended ??= this.unwind()
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
 * Weights come by path, each of the shape of its spec. Fails with what a driver or a receiver rejects with, a
 * `Failure<RunError>` where a node fails, an `Error` where not exactly one source ticks.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const play =
  <O>(
    program: Program<any, O>,
    drivers: Drivers,
    { limit = 2, ended, policy = 'block', dropped, restart = () => false, ...options }: PlayOptions = {}
  ) =>
  (values: Values): Observable<Played<O>> =>
    new Observable<Played<O>>((subscriber) => {
      const scope = new Scope()
      const underWay = new Set<Result<O>>()
      let writing: Promise<unknown> = Promise.resolve()
      void scope.add(async () => {
        await writing.catch(() => {}) // a receiver borrows until it has written
        tf.dispose([...underWay] as unknown as tf.TensorContainer)
      })
      const fail = (e: unknown): void => void scope.end().then(() => subscriber.error(e))

      const openAll = async () => {
        const clock = clockOf(program.sources)
        const held = {}
        for (const door of program.sources) {
          if (door === clock || isKept(door) || scope.over) continue
          const values = await drivers.hold(door)
          await scope.add(() => tf.dispose(values as tf.TensorContainer))
          plant(held, door.path, values)
        }
        if (scope.over) return undefined
        const frames = (await drivers.read(clock))[Symbol.asyncIterator]()
        // not waited for: a pull may be on its way
        await scope.add(() => void Promise.resolve(frames.return?.()).catch(() => {}))
        const receivers: Array<Receiver> = []
        const closing = new Map<Receiver, Promise<boolean>>()
        for (const door of program.sinks.filter((d) => !remembers(d))) {
          if (scope.over) return undefined
          const receiver = await drivers.write(door, program.sources)
          receivers.push(receiver)
          await scope.add(async () => (await closing.get(receiver)) === true || receiver.abort())
        }
        if (scope.over) return undefined
        const session = open(program, options)(values, held)
        await scope.add(session.close)
        const memory = new Memory(program, restart)
        await scope.add(() => memory.forget())
        const finish = async (): Promise<void> => {
          for (const receiver of receivers) {
            if (scope.over) return
            const closed = receiver.close()
            closing.set(
              receiver,
              closed.then(
                () => true,
                () => false
              )
            )
            await closed
          }
        }
        return { clock, frames, receivers, session, memory, finish }
      }

      const start = async (): Promise<void> => {
        const stage = await openAll()
        if (stage === undefined || scope.over) return
        const { clock, frames, receivers, session, memory, finish } = stage
        const tick = ({ values: x, count, times }: Tick) => {
          try {
            const made = session.tick(memory.recall(plant({}, clock.path, x), times))
            const result = { ...made, sinks: memory.remember(made.sinks) }
            underWay.add(result)
            return { result, count, ...(times === undefined ? {} : { times }) }
          } finally {
            tf.dispose(x as tf.TensorContainer)
          }
        }
        /** Writes what the sinks are due, in their order; afterwards the outputs alone are left. */
        const write = async (made: ReturnType<typeof tick>) => {
          for (const [i, due] of made.result.sinks.entries()) {
            if (scope.over) break
            writing = receivers[i]!.write(due as Values, made.times)
            await writing
          }
          tf.dispose([made.result.sinks, made.result.taps] as tf.TensorContainer)
          return made
        }
        const stages: OperatorFunction<Tick, ReturnType<typeof tick>> = (x) => x.pipe(map(tick), concatMap(write))
        const drop = ({ values: x }: Tick): void => tf.dispose(x as tf.TensorContainer)
        const pass = (passed: Tick): void => {
          drop(passed)
          dropped?.(passed.count)
        }
        const source = { [Symbol.asyncIterator]: () => frames }
        subscriber.add(
          inFlight(
            policy === 'block' ? { _tag: policy, limit } : { _tag: policy, drop: pass },
            stages,
            drop
          )(source).subscribe({
            next: ({ result, ...about }) => {
              underWay.delete(result)
              subscriber.next({ outputs: result.outputs, ...about })
            },
            error: fail,
            complete: () =>
              void finish()
                .then(() => scope.end())
                .then(() => subscriber.complete(), fail)
          })
        )
      }
      start().catch(fail)
      return () => void scope.end().then(ended)
    })
