/**
 * What a program that is played remembers from one tick to the next.
 *
 * @since 0.1.0
 */
import type { Door, Program } from '../graphs/plan.js'
import type { Sink, Source, Values } from '../nodes/node.js'
import { join } from '../nodes/spec.js'
import * as tf from '../nodes/tf.js'

/** Whether a source gives what the tick before left. */
export const isKept = ({ node }: Door<Source<any>>): boolean => node.pace === 'kept'

/** Whether a sink keeps something for the next tick. */
export const remembers = ({ node }: Door<Sink<any>>): boolean => node.kind === 'remember'

const isTimes = ({ kind }: Source<any>): boolean => kind === 'frameTimes'
const nameOf = ({ settings }: Source<any> | Sink<any>): string => String(settings.name)

/** A time in whole steps of 1/16384 s, in seconds: exact in float32, as are differences below 1024 s. */
const steps = (seconds: number): number => Math.round(seconds * 16_384) / 16_384

/** Puts tensors where the entries of a program look for them: under the path of their source. */
export const plant = (into: Record<string, any>, path: string, values: Values): Record<string, any> => {
  for (const [name, x] of Object.entries(values)) {
    const keys = join(path, name).split('.')
    const last = keys.pop()!
    keys.reduce((o, k) => (o[k] ??= {}), into)[last] = x
  }
  return into
}

/** What one tick leaves for the next: tensors by the name under which sources recall what sinks remember. */
export class Memory {
  private readonly kept = new Map<string, tf.Tensor>()
  private readonly sources: ReadonlyArray<Door<Source<any>>>
  private last: number | undefined
  private readonly sinks: ReadonlyArray<Door<Sink<any>> | undefined>

  /** `restart` is asked at every tick whether motion starts with it. */
  constructor(
    { sources, sinks }: Program<any, any>,
    private readonly restart: () => boolean
  ) {
    this.sources = sources.filter(isKept)
    this.sinks = sinks.map((door) => (remembers(door) ? door : undefined))
    for (const { node } of this.sources)
      if (!isTimes(node)) this.kept.set(nameOf(node), tf.zeros(node.outputs.leaves[0]!.dims.map(Number)))
  }

  /** Adds what the sources of a tick recall to what it is given; the memory lends it. `times` are those of its frames. */
  recall(into: Record<string, any>, times: ReadonlyArray<number> = []): Record<string, any> {
    const asked = this.restart()
    for (const { path, node } of this.sources)
      plant(into, path, isTimes(node) ? this.clock(path, node, times, asked) : { x: this.kept.get(nameOf(node))! })
    if (times.length > 0) this.last = times.at(-1)
    return into
  }

  /** The times of a tick since the one before, and whether motion starts with it. */
  private clock(path: string, { settings }: Source<any>, times: ReadonlyArray<number>, asked: boolean): Values {
    const { last } = this
    const since = times.map((t) => steps(t) - steps(last ?? times[0]!))
    const marks = settings.starts as ReadonlyArray<number>
    const fresh = asked || last === undefined || marks.some((t) => t > last && t <= (times[0] ?? last))
    tf.dispose([this.kept.get(`${path} seconds`), this.kept.get(`${path} fresh`)].filter((x) => x !== undefined))
    const made = { seconds: tf.tensor1d(since), fresh: tf.scalar(fresh ? 1 : 0) }
    this.kept.set(`${path} seconds`, made.seconds).set(`${path} fresh`, made.fresh)
    return made
  }

  /** Takes what is to be remembered; the rest is for the receivers. */
  remember(due: ReadonlyArray<unknown>): ReadonlyArray<unknown> {
    return due.filter((value, i) => {
      const door = this.sinks[i]
      if (door === undefined) return true
      this.kept.get(nameOf(door.node))?.dispose()
      this.kept.set(nameOf(door.node), (value as Values).x!)
      return false
    })
  }

  forget(): void {
    tf.dispose([...this.kept.values()])
    this.kept.clear()
  }
}
