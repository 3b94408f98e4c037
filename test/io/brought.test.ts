/** Sources of extensions, as they are read. */
import { getEventListeners } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, it } from 'vitest'
import { fileDrivers } from '../../src/io/animation/drivers.js'
import { streams } from '../../src/io/animation/live.js'
import { record, tensor } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import type { Tick } from '../../src/streams/play.js'

beforeAll(() => tf.startEngine())

const door = {
  path: 'driving',
  node: {
    ...({ _tag: 'Source', kind: 'cast', settings: {}, pace: 'ticking', inputs: record({}) } as const),
    outputs: record({ x: tensor('T') })
  },
  slots: {}
}
const tick = (count: number, times?: ReadonlyArray<number>): Tick => ({
  values: { x: tf.zeros([count]) },
  count,
  ...(times === undefined ? {} : { times })
})

/** Collects garbage. */
const collect = ((): (() => void) => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
})()

/** What a source of these ticks gives, read by the drivers of one command. */
const opened = async (ticks: () => AsyncIterator<Tick>) => {
  const shared = streams({})
  const read = async () => ({ [Symbol.asyncIterator]: ticks })
  const drivers = fileDrivers({}, { tables: { sources: { cast: { read } }, sinks: {} }, streams: shared })
  return { shared, ticks: await drivers.read(door) }
}

describe('ticks of a source of an extension', () => {
  it('have the times of the rate where they tell none', async () => {
    const read = async () =>
      (async function* () {
        yield* [tick(2), tick(1, [7]), tick(1)]
      })()
    const timing = async () => ({ rate: { num: 10, den: 1 }, audio: false })
    const times = async (driver: object) => {
      const seen: Array<unknown> = []
      const tables = { sources: { cast: { read, ...driver } }, sinks: {} }
      for await (const { values, ...rest } of await fileDrivers({}, { tables }).read(door)) {
        seen.push(rest.times)
        tf.dispose(values as tf.TensorContainer)
      }
      return seen
    }
    expect(await times({ timing })).toEqual([[0, 0.1], [7], [0.3]])
    expect(await times({})).toEqual([[0, 0.04], [7], [0.12]])
  })

  it('end when the streams are stopped, also while one is waited for, and nothing is left', async () => {
    const before = tf.memory().numTensors
    let give = (_: IteratorResult<Tick>): void => {}
    let [left, asked] = [0, 0]
    const source = (): AsyncIterator<Tick> => ({
      next: () => {
        asked += 1
        return new Promise((resolve) => (give = resolve))
      },
      return: async () => {
        left += 1
        return { done: true, value: undefined }
      }
    })
    const { shared, ticks: read } = await opened(source)
    const ticks = read[Symbol.asyncIterator]()
    const waited = ticks.next()
    shared.stop()
    expect((await waited).done).toBe(true)
    give({ done: false, value: tick(3) })
    await new Promise(setImmediate)
    expect([left, tf.memory().numTensors]).toEqual([1, before])
    const late = read[Symbol.asyncIterator]()
    expect([(await ticks.next()).done, (await late.next()).done]).toEqual([true, true])
    expect([asked, left, getEventListeners(shared.signal, 'abort').length]).toEqual([1, 2, 0])
  })

  it('are forgotten once they are used, and one ear is lent to the end, however many come', async () => {
    const used: Array<WeakRef<Tick>> = []
    const { shared, ticks } = await opened(async function* () {
      for (let i = 0; i < 20; i++) {
        const one: Tick = { values: {}, count: 1, times: [i] }
        used.push(new WeakRef(one))
        yield one
      }
    })
    const reading = ticks[Symbol.asyncIterator]()
    for (let i = 0; i < 20; i++) expect((await reading.next()).done).toBe(false)
    await new Promise(setImmediate)
    collect()
    expect(used.filter((one) => one.deref() !== undefined).length).toBeLessThan(3)
    expect(getEventListeners(shared.signal, 'abort')).toHaveLength(1)
    expect((await reading.next()).done).toBe(true)
    expect(getEventListeners(shared.signal, 'abort')).toEqual([])
  })
})
