import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  type Batch,
  type Batches,
  batches,
  order,
  type Position,
  wholeClip,
  windowAt
} from '../../../src/io/dataset/batches.js'
import type { Dataset } from '../../../src/io/dataset/model.js'
import { showProblem } from '../../../src/io/problem/problem.js'
import { open, plain, scratch, writeClips } from './make.js'

const at = scratch()

const many = async (count: number, frames = 6): Promise<Dataset> =>
  open(
    await writeClips(
      at(`many-${count}`),
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`train/${n}.png`, frames]))
    ),
    at('cache')
  )

const made = (result: E.Either<unknown, Batches>): Batches => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const full = {
  flip_param: { time_flip: true, horizontal_flip: true },
  rotation_param: { degrees: [-10, 10] },
  resize_param: { ratio: [0.8, 1.2], interpolation: 'nearest' },
  crop_param: { size: [6, 6] },
  jitter_param: { brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.5 }
} as const

const take = async (
  all: Batches,
  start: Position,
  count: number
): Promise<ReadonlyArray<Position & { batch: Batch }>> => {
  const taken: Array<Position & { batch: Batch }> = []
  for await (const one of all.from(start)) {
    taken.push(one)
    if (taken.length === count) break
  }
  return taken
}

describe('batches', () => {
  it('are the same however one comes to a place', async () => {
    const dataset = await many(7)
    const through = await take(made(batches(dataset, full, { seed: 5, batchSize: 3 })), { epoch: 0, index: 0 }, 6)
    expect(through.map(({ epoch, index }) => [epoch, index])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1]
    ])
    const fresh = made(batches(dataset, full, { seed: 5, batchSize: 3 }))
    expect(await fresh.at({ epoch: 1, index: 1 })).toEqual(through[3]!.batch)
    expect(await fresh.at({ epoch: 0, index: 1 })).toEqual(through[1]!.batch)
    expect(await take(fresh, { epoch: 1, index: 1 }, 2)).toEqual(through.slice(3, 5))
  })

  it('differ from place to place, epoch to epoch and seed to seed', async () => {
    const dataset = await many(7)
    const [one, two] = [1, 2].map((seed) => made(batches(dataset, full, { seed, batchSize: 3 })))
    const places = [0, 1].flatMap((epoch) => [0, 1].map((index) => ({ epoch, index })))
    const drawn = await Promise.all(places.flatMap((place) => [one!.at(place), two!.at(place)]))
    expect(new Set(drawn.map(({ source }) => source.join())).size).toBe(8)
  })

  it('hold every clip at most once an epoch, whole batches only unless the rest is wanted', async () => {
    const dataset = await many(7)
    const dropped = made(batches(dataset, plain, { seed: 1, batchSize: 3 }))
    expect(dropped.perEpoch).toBe(2)
    const kept = made(batches(dataset, plain, { seed: 1, batchSize: 3, dropLast: false }))
    expect(kept.perEpoch).toBe(3)
    const rest = await Promise.all([0, 1, 2].map((index) => kept.at({ epoch: 4, index })))
    expect(rest.map(({ shape }) => shape)).toEqual([
      [3, 8, 8, 3],
      [3, 8, 8, 3],
      [1, 8, 8, 3]
    ])
    expect(rest.flatMap(({ names }) => names).sort()).toEqual(dataset.clips.map(({ name }) => name))
  })

  it('are pairs of frames of the named clips, source first, in numbers from 0 to 1', async () => {
    const dataset = await many(7)
    const all = made(batches(dataset, plain, { seed: 3, batchSize: 7 }))
    const size = 8 * 8 * 3
    const seen: Array<number> = []
    for (let epoch = 0; epoch < 20; epoch++) {
      const { source, driving, names } = await all.at({ epoch, index: 0 })
      names.forEach((name, n) => {
        const [a, b] = [source, driving].map((x) => Math.round(255 * x[n * size]!) - 8 * Number.parseInt(name, 10))
        expect(a).toBeGreaterThanOrEqual(0)
        expect(b).toBeLessThan(6)
        expect(b).toBeGreaterThanOrEqual(a!)
        seen.push(6 * a! + b!)
        expect(source[n * size + 3 * 7 + 1]).toBeCloseTo(Math.floor((255 * 7) / 8) / 255, 6)
      })
    }
    expect(new Set(seen).size).toBe(21) // every ordered pair of 6 frames, equal ones too
  })

  it('turn pairs round in about half of the cases when time may be flipped', async () => {
    const dataset = await many(7)
    const params = { ...plain, flip_param: { time_flip: true, horizontal_flip: false } }
    const all = made(batches(dataset, params, { seed: 3, batchSize: 7 }))
    const size = 8 * 8 * 3
    let [forth, back] = [0, 0]
    for (let epoch = 0; epoch < 40; epoch++) {
      const { source, driving } = await all.at({ epoch, index: 0 })
      for (let n = 0; n < 7; n++) {
        if (source[n * size]! < driving[n * size]!) forth += 1
        if (source[n * size]! > driving[n * size]!) back += 1
      }
    }
    expect(back / (back + forth)).toBeGreaterThan(0.35)
    expect(back / (back + forth)).toBeLessThan(0.65)
  })

  it('are refused where there are too few clips, or pictures of several sizes', async () => {
    const dataset = await many(3)
    const refused = (params: typeof plain, data = dataset, batchSize = 2): string => {
      const result = batches(data, params, { seed: 0, batchSize })
      return E.isLeft(result) ? showProblem(result.left) : 'none'
    }
    expect(refused(plain, dataset, 4)).toContain('clips: expected at least 4, one batch, got 3')
    expect(refused({ ...plain, resize_param: full.resize_param })).toContain('crop_param')
    const wide = { ...dataset.clips[1]!, width: 12 }
    const mixed = { ...dataset, clips: [dataset.clips[0]!, wide, dataset.clips[2]!] }
    expect(refused(plain, mixed)).toContain('1.png: size: expected 8x8')
    expect(refused({ ...plain, crop_param: { size: [6, 6] } }, mixed)).toBe('none')
  })
})

describe('sequences', () => {
  it('are the first frames of a clip, all that it has at most', async () => {
    const clip = (await many(3)).clips[2]!
    const size = 8 * 8 * 3
    const { data, shape } = await wholeClip(clip, 4)
    expect(shape).toEqual([4, 8, 8, 3])
    expect([0, 1, 2, 3].map((n) => Math.round(255 * data[n * size]!))).toEqual([16, 17, 18, 19])
    expect((await wholeClip(clip, 99)).shape).toEqual([6, 8, 8, 3])
  })

  it('are windows of frames that follow one another, at every place of the clip', () => {
    const starts = Array.from({ length: 200 }, (_, epoch) => {
      const window = windowAt(1, epoch, 3, 10, 4)
      expect(window).toEqual([0, 1, 2, 3].map((n) => window[0]! + n))
      return window[0]!
    })
    expect([...new Set(starts)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(windowAt(1, 0, 0, 3, 4)).toEqual([0, 1, 2])
    expect(windowAt(1, 2, 3, 100, 4)).toEqual(windowAt(1, 2, 3, 100, 4))
  })
})

describe('the order of an epoch', () => {
  it('holds every clip once, and is another one every epoch', () => {
    const orders = [0, 1, 2].map((epoch) => order(7, epoch, 50))
    for (const one of orders) expect([...one].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(new Set(orders.map(String)).size).toBe(3)
    expect(order(7, 1, 50)).toEqual(orders[1])
    expect(order(8, 1, 50)).not.toEqual(orders[1])
  })
})
