/**
 * The laws of playing: what is opened is closed once, what is made is let go once, whenever and however it ends.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import { take } from 'rxjs'
import { graph, toNode } from '../../graphs/graph.js'
import type { Door, Program } from '../../graphs/plan.js'
import { readFilm, readPicture, writeFilm } from '../../nodes/media.js'
import { node, type Values } from '../../nodes/node.js'
import { record, tensor } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import type { Drivers, play, Receiver, Tick } from '../../streams/play.js'
import { atMost, equal, isTrue } from '../due.js'
import { type Law, law } from '../law.js'
import { compiled } from './programs.js'

/** Where a run fails, and when its receiver leaves; -1 is never. */
interface Run {
  readonly ticks: number
  readonly limit: number
  readonly nested: boolean
  readonly holdFails: boolean
  readonly readFails: boolean
  /** The sink that cannot be opened. */
  readonly openFails: number
  /** The tick that the source fails at. */
  readonly sourceFails: number
  /** The tick that the program fails at. */
  readonly nodeFails: number
  /** The tick whose write fails, in the second sink. */
  readonly writeFails: number
  readonly closeFails: number
  readonly abortFails: boolean
  readonly leaveAfter: number
  readonly leaveSometime: boolean
}

const frame = { height: 2, width: 2, fit: 'crop', strip: null } as const
const blend = node(
  'blend',
  {
    inputs: record({ still: tensor('1 H W C'), frames: tensor('T H W C') }),
    outputs: record({ frames: tensor('T H W C') })
  },
  ({ still, frames }) => {
    const value = frames.dataSync()[0]!
    if (value < 0) throw new Error('node')
    return { frames: tf.add(still, frames) }
  }
)

/** A program with a held and a ticking source and two sinks; the sources may lie in a graph of their own. */
const played = (nested: boolean): Program<any, { readonly frames: tf.Tensor4D }> => {
  const film = writeFilm({ path: 'out', timing: nested ? 'in side.film' : 'film', audio: false })
  return compiled(
    graph('played', record({}), (_, { step }) => {
      const sources = graph('sources', record({}), (__, draw) => ({
        ...draw.step('picture', readPicture({ path: 'a', ...frame }), {}),
        ...draw.step('film', readFilm({ path: 'b', batch: 1, ...frame }), {})
      }))
      const { image, frames } = nested
        ? step('in side', toNode(sources), {})
        : {
            ...step('picture', readPicture({ path: 'a', ...frame }), {}),
            ...step('film', readFilm({ path: 'b', batch: 1, ...frame }), {})
          }
      const out = step('blend', blend, { still: image, frames })
      step('one', film, out)
      step('two', film, { frames })
      return out
    })
  )
}

const [flat, inside] = [played(false), played(true)]

type State = 'open' | 'closed' | 'aborted'

/** A receiver that holds its player to the rules, and remembers what it was given. */
class Strict implements Receiver {
  state: State = 'open'
  busy = false
  readonly written: Array<number> = []
  readonly broken: Array<string> = []
  constructor(
    private readonly s: fc.Scheduler,
    private readonly name: string,
    private readonly failsAt: number,
    private readonly closeFails: boolean,
    private readonly abortFails: boolean
  ) {}
  async write(values: Values): Promise<void> {
    if (this.state !== 'open') this.broken.push(`written when ${this.state}`)
    if (this.busy) this.broken.push('written twice at a time')
    this.busy = true
    const read = () => (values.frames!.isDisposed ? Number.NaN : values.frames!.dataSync()[3]!)
    const before = read()
    await this.s.schedule(Promise.resolve(), `${this.name} writes`)
    if (read() !== before) this.broken.push('lent a tensor that was let go')
    this.busy = false
    if (this.written.length === this.failsAt) throw new Error('write')
    this.written.push(before)
  }
  async close(): Promise<void> {
    if (this.state !== 'open') this.broken.push(`closed when ${this.state}`)
    if (this.busy) this.broken.push('closed while writing')
    await this.s.schedule(Promise.resolve(), `${this.name} closes`)
    if (this.closeFails) throw new Error('close')
    if (this.state === 'open') this.state = 'closed'
  }
  async abort(): Promise<void> {
    if (this.state === 'aborted') this.broken.push('aborted twice')
    await this.s.schedule(Promise.resolve(), `${this.name} aborts`)
    this.state = 'aborted'
    if (this.abortFails) throw new Error('abort')
  }
}

/** Law: see the module; and ticks reach every sink and the receiver in order, with at most `limit` under way. */
const opensAndClosesOnce =
  (player: typeof play) =>
  async (s: fc.Scheduler, run: Run): Promise<void> => {
    const program = run.nested ? inside : flat
    const before = tf.memory().numTensors
    const receivers: Array<Strict> = []
    const reading = { opened: 0, ended: 0, pulled: 0 }
    const made = (value: number) => tf.fill<tf.Rank.R4>([1, 2, 2, 3], value)
    let mostUnderWay = 0
    const drivers: Drivers = {
      hold: async () => {
        await s.schedule(Promise.resolve(), 'holds')
        if (run.holdFails) throw new Error('hold')
        return { image: made(100) }
      },
      read: async () => {
        await s.schedule(Promise.resolve(), 'opens the source')
        if (run.readFails) throw new Error('read')
        reading.opened += 1
        let ended = false
        const end = () => {
          if (!ended) reading.ended += 1
          ended = true
        }
        const iterator: AsyncIterator<Tick> = {
          next: async () => {
            const i = reading.pulled
            await s.schedule(Promise.resolve(), `pull ${i}`)
            if (ended || i === run.ticks) {
              end()
              return { done: true, value: undefined }
            }
            if (i === run.sourceFails) {
              end()
              throw new Error('source')
            }
            reading.pulled += 1
            mostUnderWay = Math.max(mostUnderWay, reading.pulled - (receivers[1]?.written.length ?? 0))
            const frames = tf.tidy(() => {
              const first = tf.reshape(tf.oneHot(tf.tensor1d([0], 'int32'), 12), [1, 2, 2, 3])
              return i === run.nodeFails ? tf.sub(made(i), tf.mul(first, 1000)) : made(i)
            })
            return { done: false, value: { values: { frames }, count: 1 } }
          },
          return: async () => {
            end()
            return { done: true, value: undefined }
          }
        }
        return { [Symbol.asyncIterator]: () => iterator }
      },
      write: async ({ path }: Door<any>) => {
        await s.schedule(Promise.resolve(), `opens ${path}`)
        const n = receivers.length
        if (n === run.openFails) throw new Error('open')
        const fails = n === 1 ? run.writeFails : -1
        receivers.push(new Strict(s, path, fails, n === run.closeFails, run.abortFails))
        return receivers.at(-1)!
      }
    }
    const got: Array<number> = []
    const errors: Array<string> = []
    let [left, complete] = [false, false]
    const stream = player(program, drivers, { limit: run.limit })({})
    const running = (run.leaveAfter < 0 ? stream : stream.pipe(take(run.leaveAfter))).subscribe({
      next: ({ outputs, count }) => {
        equal(left, false)
        equal(count, 1)
        got.push(outputs.frames.dataSync()[3]!)
        tf.dispose(outputs as unknown as tf.TensorContainer)
      },
      error: (e: Error) => errors.push(e.message),
      complete: () => {
        complete = true
      }
    })
    if (run.leaveSometime)
      void s.schedule(Promise.resolve(), 'leave').then(() => {
        left = true
        running.unsubscribe()
      })
    await s.waitIdle()

    equal(
      receivers.flatMap((r) => r.broken),
      []
    )
    equal(tf.memory().numTensors, before)
    equal(reading.ended, reading.opened)
    atMost(mostUnderWay, run.limit)
    equal(
      got,
      Array.from({ length: got.length }, (_, i) => 100 + i)
    )
    receivers.forEach((r, n) =>
      equal(
        r.written,
        Array.from({ length: r.written.length }, (_, i) => (n === 0 ? 100 + i : i))
      )
    )
    equal(
      receivers.filter((r) => r.state === 'open'),
      []
    )
    const failing = (at: number) => at >= 0 && at < run.ticks
    const fails =
      run.holdFails ||
      run.readFails ||
      (run.openFails >= 0 && run.openFails < 2) ||
      (run.closeFails >= 0 && run.closeFails < 2) ||
      [run.sourceFails, run.nodeFails, run.writeFails].some(failing)
    if (left || run.leaveAfter >= 0) return
    equal(complete, !fails)
    equal(errors.length, fails ? 1 : 0)
    if (!fails)
      equal(
        receivers.map((r) => r.state),
        receivers.map(() => 'closed')
      )
    if (!fails) equal(got.length, run.ticks)
    // a failure of its own, not one of those that follow from it
    for (const e of errors) isTrue(e !== 'abort', 'the first failure is told, not one that follows from it')
  }

const rarely = (max: number) => fc.oneof({ weight: 5, arbitrary: fc.constant(-1) }, fc.nat(max))
const seldom = fc.nat(9).map((n) => n === 9)
/** Random runs: most of them fail nowhere, some in several places. */
const runs: fc.Arbitrary<Run> = fc.record({
  ticks: fc.nat(5),
  limit: fc.integer({ min: 1, max: 3 }),
  nested: fc.boolean(),
  holdFails: seldom,
  readFails: seldom,
  openFails: rarely(1),
  sourceFails: rarely(5),
  nodeFails: rarely(5),
  writeFails: rarely(5),
  closeFails: rarely(1),
  abortFails: seldom,
  leaveAfter: rarely(5),
  leaveSometime: fc.boolean()
})

/**
 * What playing a program with sources and sinks keeps, whatever the shapes of its weights.
 *
 * @category laws
 * @since 0.1.0
 */
export const playLaws: ReadonlyArray<Law<typeof play>> = [
  law(
    'opens and closes everything once, in order, bounded, whenever and however it ends',
    [fc.scheduler(), runs],
    opensAndClosesOnce,
    { runs: 1000 }
  )
]
