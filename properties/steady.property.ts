/** State across ticks: where frames are cut makes no difference, and no tensor is left. */
import * as fc from 'fast-check'
import { lastValueFrom, map, toArray } from 'rxjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { graph } from '../src/graphs/graph.js'
import { steadied } from '../src/graphs/steady.js'
import { readMotion } from '../src/nodes/media.js'
import { record } from '../src/nodes/spec.js'
import * as tf from '../src/nodes/tf.js'
import { compiled } from '../src/properties/laws/programs.js'
import { numbers } from '../src/properties/tensors.js'
import { type Drivers, play, type Tick } from '../src/streams/play.js'

/** Frames with a gap of seconds before each, times at which motion starts anew, and a place to cut after each frame or not. */
interface Film {
  readonly gaps: ReadonlyArray<number>
  readonly cuts: ReadonlyArray<boolean>
  readonly recalibrate: ReadonlyArray<number>
  readonly from: number
  readonly smoothing: boolean
  readonly matrix: boolean
}

const common = (matrix: boolean) => ({ num_kp: 2, kp_variance: matrix ? 'matrix' : 'single', num_channels: 3 }) as const

const played = (f: Film) =>
  compiled(
    graph('steadied', record({}), (_, draw) => {
      const settings = { path: 'm', keypoints: 2, variance: common(f.matrix).kp_variance, batch: 1 }
      const seen = draw.step('driving', readMotion(settings), {})
      const smoothing = f.smoothing ? { minCutoff: 1, beta: 0.5, derivativeCutoff: 1 } : null
      const how = { smoothing, recalibrate: f.recalibrate }
      const { driving, initial } = steadied(seen, () => seen, how, common(f.matrix) as never, draw)
      return { mean: driving.mean, start: initial.mean, spread: initial.var! }
    })
  )

/** Ticks of a film, cut where it is said, and before the first frame of each time at which motion starts anew. */
const ticksOf = (f: Film, cutting: boolean): ReadonlyArray<Tick> => {
  const next = numbers(3)
  const side = f.matrix ? 2 : 1
  const frames = f.gaps.map(() => [4, 2 * side * side].map((n) => Array.from({ length: n }, () => 2 * next() - 1)))
  const times = f.gaps.map((_, i) => f.from + f.gaps.slice(0, i).reduce((a, b) => a + b, 0))
  const era = (i: number) => f.recalibrate.filter((t) => t <= times[i]!).length
  const groups: Array<Array<number>> = []
  frames.forEach((_, i) => {
    const anew = i === 0 || era(i) !== era(i - 1) || (cutting && f.cuts[i % f.cuts.length]!)
    if (anew) groups.push([i])
    else groups.at(-1)!.push(i)
  })
  return groups.map((g) => ({
    count: g.length,
    times: g.map((i) => times[i]!),
    values: {
      mean: tf.tensor3d(
        g.flatMap((i) => frames[i]![0]!),
        [g.length, 2, 2]
      ),
      var: tf.tensor4d(
        g.flatMap((i) => frames[i]![1]!),
        [g.length, 2, side, side]
      )
    }
  }))
}

/** What becomes of each frame, as bytes of float32. */
const outcome = async (f: Film, cutting: boolean): Promise<ReadonlyArray<string>> => {
  const drivers: Drivers = {
    hold: async () => ({}),
    read: async () =>
      (async function* () {
        yield* ticksOf(f, cutting)
      })(),
    write: async () => ({ write: async () => {}, close: async () => {}, abort: async () => {} })
  }
  const each = play(
    played(f),
    drivers
  )({}).pipe(
    map(({ outputs, count }) => {
      const [mean, start, spread] = [outputs.mean, outputs.start, outputs.spread].map((x) => [...x.dataSync()])
      tf.dispose(outputs as unknown as tf.TensorContainer)
      const one = (all: Array<number>, i: number) => all.slice((i * all.length) / count, ((i + 1) * all.length) / count)
      const held = f.recalibrate.length > 0
      return Array.from({ length: count }, (_, i) =>
        [one(mean!, i), held ? start! : [], held ? spread! : []].flat().join(' ')
      )
    }),
    toArray()
  )
  return (await lastValueFrom(each)).flat()
}

/** Law: frames cut into ticks anyhow come out as those of the longest ticks, number for number, and nothing is left. */
const cutAnyhow = async (f: Film): Promise<void> => {
  const before = tf.memory().numTensors
  const [whole, parts] = [await outcome(f, false), await outcome(f, true)]
  expect(whole.length).toBe(f.gaps.length)
  expect(parts).toEqual(whole)
  expect(tf.memory().numTensors).toBe(before)
}

/** Films of a few frames, at the beginning or days after it. */
const films: fc.Arbitrary<Film> = fc.record({
  gaps: fc.array(fc.double({ min: 0.001, max: 0.5, noNaN: true }), { minLength: 1, maxLength: 12 }),
  cuts: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
  recalibrate: fc
    .uniqueArray(fc.double({ min: 0.1, max: 3, noNaN: true }), { maxLength: 3 })
    .map((a) => a.sort((x, y) => x - y)),
  from: fc.constantFrom(0, 7, 200_000),
  smoothing: fc.boolean(),
  matrix: fc.boolean()
})

describe('driving keypoints with a state', () => {
  beforeAll(() => tf.startEngine())
  it('are the same numbers however the frames are cut into ticks', () =>
    fc.assert(fc.asyncProperty(films, cutAnyhow), { numRuns: 60 }))
})
