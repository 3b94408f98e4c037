/** Sources of extensions, as they are read. */
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
    let left = 0
    const read = async (): Promise<AsyncIterable<Tick>> => ({
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) => {
            give = resolve
          }),
        return: async () => {
          left += 1
          return { done: true, value: undefined }
        }
      })
    })
    const shared = streams({})
    const drivers = fileDrivers({}, { tables: { sources: { cast: { read } }, sinks: {} }, streams: shared })
    const ticks = (await drivers.read(door))[Symbol.asyncIterator]()
    const waited = ticks.next()
    shared.stop()
    expect((await waited).done).toBe(true)
    give({ done: false, value: tick(3) })
    await new Promise(setImmediate)
    expect([left, tf.memory().numTensors]).toEqual([1, before])
    expect((await ticks.next()).done).toBe(true)
  })
})
