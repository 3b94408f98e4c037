import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { augment } from '../../src/io/dataset/augment/apply.js'
import { drawPlan, drawWindow } from '../../src/io/dataset/augment/draw.js'
import type { AugmentationParams, Change, Frames } from '../../src/io/dataset/augment/model.js'
import { toUnit } from '../../src/io/dataset/augment/unit.js'
import { following, order } from '../../src/io/dataset/batches.js'
import { generatorAt, shuffled } from '../../src/io/dataset/random.js'
import { seededSplit } from '../../src/io/dataset/split.js'

const side = fc.integer({ min: 1, max: 9 })
/** Frames of bytes by chance: they shrink by shape and seed. */
const frames: fc.Arbitrary<Frames> = fc
  .record({ count: fc.integer({ min: 1, max: 3 }), height: side, width: side, seed: fc.nat() })
  .map(({ count, height, width, seed }) => {
    const random = generatorAt(seed)
    const bytes = Uint8Array.from({ length: 3 * count * height * width }, () => random.next() & 255)
    return { count, height, width, data: toUnit(bytes) }
  })
const span = (from: number, to: number) =>
  fc.tuple(fc.double({ min: from, max: to, noNaN: true }), fc.double({ min: from, max: to, noNaN: true }))
const params: fc.Arbitrary<AugmentationParams> = fc.record({
  flip_param: fc.option(fc.record({ time_flip: fc.boolean(), horizontal_flip: fc.boolean() })),
  rotation_param: fc.option(fc.record({ degrees: span(-180, 180) })),
  resize_param: fc.option(fc.record({ ratio: span(0.2, 2), interpolation: fc.constantFrom('nearest', 'bilinear') })),
  crop_param: fc.option(fc.record({ size: fc.tuple(side, side) })),
  jitter_param: fc.option(
    fc.record({
      brightness: fc.double({ min: 0, max: 2, noNaN: true }),
      contrast: fc.double({ min: 0, max: 2, noNaN: true }),
      saturation: fc.double({ min: 0, max: 2, noNaN: true }),
      hue: fc.double({ min: 0, max: 0.5, noNaN: true })
    })
  )
})

const near = (a: Frames, b: Frames): void => {
  expect([a.count, a.height, a.width]).toEqual([b.count, b.height, b.width])
  a.data.forEach((x, i) => expect(Math.abs(x - b.data[i]!)).toBeLessThan(1e-5))
}

/** Law: a change that is its own opposite, laid over frames twice, leaves them as they were. */
const undoesItself =
  (change: Change) =>
  (x: Frames): void => {
    expect(augment(x, [change, change])).toEqual(x)
  }

/** Law: a change by nothing changes nothing. */
const keeps =
  (changes: (x: Frames) => ReadonlyArray<Change>) =>
  (x: Frames): void =>
    near(augment(x, changes(x)), x)

/** Law: what is drawn and laid over frames gives numbers from 0 to 1 of the size of the crop, and the same ones again. */
const behaves = (x: Frames, settings: AugmentationParams, seed: number): void => {
  const clip = { frames: x.count, height: x.height, width: x.width }
  const plan = drawPlan(generatorAt(seed), clip, settings)
  expect(drawPlan(generatorAt(seed), clip, settings)).toEqual(plan)
  for (const index of plan.frames) expect(index >= 0 && index < x.count).toBe(true)
  const before = x.data.slice()
  const out = augment(x, plan.changes)
  expect(x.data).toEqual(before)
  expect(augment(x, plan.changes)).toEqual(out)
  expect(out.count).toBe(x.count)
  expect(out.data.length).toBe(3 * out.count * out.height * out.width)
  const [height, width] = settings.crop_param?.size ?? [out.height, out.width]
  expect([out.height, out.width]).toEqual([height, width])
  for (const value of out.data) expect(value >= 0 && value <= 1 + 1e-6).toBe(true)
}

/** Law: every frame is changed as it would be alone. */
const treatsFramesAlike = (x: Frames, settings: AugmentationParams, seed: number): void => {
  const { changes } = drawPlan(generatorAt(seed), { ...x, frames: x.count }, { ...settings, flip_param: null })
  const size = x.data.length / x.count
  const together = augment(x, changes)
  const out = together.data.length / x.count
  for (let t = 0; t < x.count; t++) {
    const alone = augment({ ...x, count: 1, data: x.data.slice(t * size, (t + 1) * size) }, changes)
    expect(alone.data).toEqual(together.data.slice(t * out, (t + 1) * out))
  }
}

/** Law: a picture of one colour that fills it keeps its colour, however it is resized by the nearest pixel without getting smaller. */
const keepsColour = (x: Frames, height: number, width: number): void => {
  const plain = { ...x, data: x.data.map((_, i) => x.data[i % 3]!) }
  const to = { height: x.height + height, width: x.width + width }
  const out = augment(plain, [{ _tag: 'Resize', ...to, smooth: false }])
  out.data.forEach((value, i) => expect(value).toBe(plain.data[i % 3]!))
}

/** Law: a cut inside the frames is the part of them that it names. */
const cutsOut = (x: Frames, a: number, b: number): void => {
  const [top, left] = [a % x.height, b % x.width]
  const [height, width] = [x.height - top, x.width - left]
  const out = augment(x, [{ _tag: 'Crop', top, left, height, width }])
  for (let t = 0; t < x.count; t++)
    for (let row = 0; row < height; row++) {
      const from = 3 * ((t * x.height + top + row) * x.width + left)
      const at = 3 * (t * height + row) * width
      expect(out.data.subarray(at, at + 3 * width)).toEqual(x.data.subarray(from, from + 3 * width))
    }
}

/** Law: a quarter turn moves the pixel at (row, column) of a square to (side - 1 - column, row), counterclockwise. */
const turnsQuarter = (x: Frames): void => {
  const n = Math.min(x.height, x.width)
  const square = augment(x, [{ _tag: 'Crop', top: 0, left: 0, height: n, width: n }])
  const out = augment(square, [{ _tag: 'Rotate', degrees: 90 }])
  for (let row = 0; row < n; row++)
    for (let column = 0; column < n; column++)
      expect(out.data[3 * ((n - 1 - column) * n + row)]!).toBeCloseTo(square.data[3 * (row * n + column)]!, 4)
}

describe('augmentation', () => {
  it('flips twice into what was', () => {
    fc.assert(fc.property(frames, undoesItself({ _tag: 'Mirror' })))
    fc.assert(fc.property(frames, undoesItself({ _tag: 'Reverse' })))
  })
  it('by nothing changes nothing', () => {
    fc.assert(
      fc.property(
        frames,
        keeps(() => [{ _tag: 'Rotate', degrees: 0 }])
      )
    )
    fc.assert(
      fc.property(
        frames,
        keeps(() => [{ _tag: 'Colours', steps: [] }])
      )
    )
    fc.assert(
      fc.property(
        frames,
        keeps(() => [
          {
            _tag: 'Colours',
            steps: [
              { of: 'brightness', by: 1 },
              { of: 'contrast', by: 1 },
              { of: 'saturation', by: 1 }
            ]
          }
        ])
      )
    )
    for (const smooth of [true, false])
      fc.assert(
        fc.property(
          frames,
          keeps(({ height, width }) => [{ _tag: 'Resize', height, width, smooth }])
        )
      )
    fc.assert(
      fc.property(
        frames,
        keeps(({ height, width }) => [{ _tag: 'Crop', top: 0, left: 0, height, width }])
      )
    )
  })
  it('keeps to its range and size, and to its seed', () => fc.assert(fc.property(frames, params, fc.nat(), behaves)))
  it('does to every frame what it does to one', () =>
    fc.assert(fc.property(frames, params, fc.nat(), treatsFramesAlike)))
  it('keeps a colour when it enlarges', () => fc.assert(fc.property(frames, side, side, keepsColour)))
  it('cuts out what it names', () => fc.assert(fc.property(frames, fc.nat(), fc.nat(), cutsOut)))
  it('turns counterclockwise', () => fc.assert(fc.property(frames, turnsQuarter)))
})

/** Law: a shuffle holds every item once. */
const holdsAll = (items: ReadonlyArray<number>, seed: number): void => {
  expect([...shuffled(generatorAt(seed), items)].sort()).toEqual([...items].sort())
}

/** Law: a split has every clip in one part, as many as asked for in the tests, whatever the order of the clips. */
const splits = (names: ReadonlyArray<string>, share: number, seed: number): void => {
  const clips = names.map((name) => ({ name }))
  const { train, test } = seededSplit(clips, share, seed)
  const all = [...train, ...test].map(({ name }) => name)
  expect(all.sort()).toEqual([...names].sort())
  expect(test.length).toBe(Math.min(Math.ceil(names.length * share), Math.max(0, names.length - 1)))
  expect(seededSplit([...clips].reverse(), share, seed)).toEqual({ train, test })
}

/** Law: going from place to place visits every batch of every epoch once, in order. */
const visitsAll = (perEpoch: number, steps: number): void => {
  let place = { epoch: 0, index: 0 }
  for (let n = 0; n < steps; n++) {
    expect(place).toEqual({ epoch: Math.floor(n / perEpoch), index: n % perEpoch })
    place = following(place, perEpoch)
  }
}

describe('chance', () => {
  it('shuffles without loss', () => fc.assert(fc.property(fc.array(fc.nat()), fc.nat(), holdsAll)))
  it('orders every epoch as a permutation', () =>
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(60), (seed, epoch, count) => {
        const sorted = [...order(seed, epoch, count)].sort((a, b) => a - b)
        expect(sorted).toEqual(Array.from({ length: count }, (_, i) => i))
      })
    ))
  it('splits by names and seed alone', () =>
    fc.assert(fc.property(fc.uniqueArray(fc.string()), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), splits)))
  it('draws windows inside the clip', () =>
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (seed, all, count) => {
        const window = drawWindow(generatorAt(seed), all, count)
        expect(window.length).toBe(Math.min(all, count))
        expect(window.every((index, i) => index === window[0]! + i && index >= 0 && index < all)).toBe(true)
      })
    ))
  it('visits every batch in order', () => fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(40), visitsAll)))
})
