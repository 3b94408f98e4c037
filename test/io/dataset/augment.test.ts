import { describe, expect, it } from 'vitest'
import { colours } from '../../../src/io/dataset/augment/colours.js'
import { drawPlan } from '../../../src/io/dataset/augment/draw.js'
import { crop, resize, rotate } from '../../../src/io/dataset/augment/geometry.js'
import type { AugmentationParams, Change, Frames } from '../../../src/io/dataset/augment/model.js'
import { toUnit } from '../../../src/io/dataset/augment/unit.js'
import { generatorAt } from '../../../src/io/dataset/random.js'
import numbers from './libraries.json' with { type: 'json' }
import { plain } from './make.js'

/** What Pillow 13.0 and scikit-image 0.26 make of the picture: name or degrees or size first, then their numbers. */
const libraries = numbers as unknown as {
  readonly colours: ReadonlyArray<readonly ['brightness' | 'contrast' | 'saturation' | 'hue', number, string]>
  readonly turned: ReadonlyArray<readonly [number, ReadonlyArray<number>]>
  readonly sized: ReadonlyArray<readonly [number, number, number, ReadonlyArray<number>]>
}

/** The picture that the numbers of the libraries are for: 5 rows of 6 pixels, the third grey. */
const picture: Frames = {
  count: 1,
  height: 5,
  width: 6,
  data: toUnit(
    Uint8Array.from({ length: 90 }, (_, at) => {
      const i = at >= 36 && at < 54 ? at - (at % 3) : at
      return (i * i * 7 + i * 31 + 13) % 256
    })
  )
}

const apart = (a: ArrayLike<number>, b: ReadonlyArray<number>): number => {
  expect(a.length).toBe(b.length)
  return Math.max(...b.map((x, i) => Math.abs(x - a[i]!)))
}

describe('colours', () => {
  it.each(libraries.colours)('%s %f are those of Pillow, to the bit', (of, by, hex) => {
    const { data } = colours(picture, [{ of, by }])
    expect(Buffer.from(data.map((x) => Math.round(255 * x))).toString('hex')).toBe(hex)
  })

  it('change each frame by itself, one step after the other', () => {
    const both: Frames = {
      ...picture,
      count: 2,
      data: Float32Array.from([...picture.data, ...picture.data.map((x) => 1 - x)])
    }
    const steps = [
      { of: 'contrast', by: 0.4 },
      { of: 'hue', by: 0.2 }
    ] as const
    const once = steps.reduce((x, step) => colours(x, [step]), picture)
    expect(colours(both, steps).data.subarray(0, 90)).toEqual(once.data)
  })
})

describe('a turned picture', () => {
  it.each(libraries.turned)('by %f degrees is that of scikit-image', (degrees, due) => {
    expect(apart(rotate(picture, degrees).data, due)).toBeLessThan(1e-5)
  })
})

describe('a resized picture', () => {
  it.each(libraries.sized)('of %i x %i pixels, order %i, is that of scikit-image', (height, width, degree, due) => {
    expect(apart(resize(picture, { height, width, smooth: degree === 1 }).data, due)).toBeLessThan(1e-5)
  })
})

describe('a cut picture', () => {
  it('repeats its edges where it reaches outside, the odd pixel behind', () => {
    const row = (...values: ReadonlyArray<number>): Frames => ({
      count: 1,
      height: 1,
      width: values.length,
      data: Float32Array.from(values.flatMap((v) => [v, v, v]))
    })
    const wide = crop(row(0.1, 0.2), { top: 0, left: -1, height: 1, width: 5 })
    expect(wide).toEqual(row(0.1, 0.1, 0.2, 0.2, 0.2))
    const [change] = drawPlan(
      generatorAt(0),
      { frames: 1, height: 1, width: 2 },
      { ...plain, crop_param: { size: [4, 5] } }
    ).changes
    expect(change).toEqual({ _tag: 'Crop', top: -1, left: -1, height: 4, width: 5 })
  })
})

describe('drawn changes', () => {
  const full: AugmentationParams = {
    flip_param: { time_flip: true, horizontal_flip: true },
    rotation_param: { degrees: [-10, 20] },
    resize_param: { ratio: [0.9, 1.1], interpolation: 'bilinear' },
    crop_param: { size: [24, 16] },
    jitter_param: { brightness: 0.5, contrast: 2, saturation: 0.1, hue: 0.3 }
  }
  const clip = { frames: 9, height: 32, width: 40 }
  const plans = Array.from({ length: 2000 }, (_, n) => drawPlan(generatorAt(1, n), clip, full))
  const tags = (changes: ReadonlyArray<Change>): string => changes.map(({ _tag }) => _tag).join(' ')
  const all = <T extends Change['_tag']>(tag: T) =>
    plans.flatMap(({ changes }) => changes.filter((c): c is Extract<Change, { _tag: T }> => c._tag === tag))
  const ends = (values: ReadonlyArray<number>) => [Math.min(...values), Math.max(...values)] as const

  it('come in the order of the original: flip, rotation, resize, crop, colours', () => {
    const counts = new Map<string, number>()
    for (const { changes } of plans) counts.set(tags(changes), (counts.get(tags(changes)) ?? 0) + 1)
    const rest = 'Rotate Resize Crop Colours'
    expect([...counts.keys()].sort()).toEqual([`Mirror ${rest}`, `Reverse ${rest}`, rest])
    expect(counts.get(`Reverse ${rest}`)! / 2000).toBeCloseTo(1 / 2, 1)
    expect(counts.get(`Mirror ${rest}`)! / 2000).toBeCloseTo(1 / 4, 1)
    expect(drawPlan(generatorAt(1), clip, plain).changes).toEqual([])
  })

  it('fill the ranges that are asked for and stay inside', () => {
    for (const [values, least, most] of [
      [all('Rotate').map(({ degrees }) => degrees), -10, 20],
      [all('Resize').map(({ height }) => height), 28, 35],
      [all('Resize').map(({ width }) => width), 36, 43]
    ] as const) {
      const [low, high] = ends(values)
      expect(low).toBeGreaterThanOrEqual(least)
      expect(high).toBeLessThanOrEqual(most)
      expect(high - low).toBeGreaterThan(0.9 * (most - least))
    }
    const steps = all('Colours').flatMap((change) => change.steps)
    for (const [of, least, most] of [
      ['brightness', 0.5, 1.5],
      ['contrast', 0, 3],
      ['saturation', 0.9, 1.1],
      ['hue', -0.3, 0.3]
    ] as const) {
      const [low, high] = ends(steps.filter((step) => step.of === of).map(({ by }) => by))
      expect(low).toBeGreaterThanOrEqual(least)
      expect(high).toBeLessThanOrEqual(most)
      expect(high - low).toBeGreaterThan(0.9 * (most - least))
    }
    expect(new Set(all('Colours').map((change) => change.steps.map(({ of }) => of).join())).size).toBe(24)
  })

  it('cut inside the resized picture, at its first and its last place too', () => {
    const rooms = plans.map(({ changes }) => {
      const size = changes.find((c) => c._tag === 'Resize')!
      const cut = changes.find((c) => c._tag === 'Crop')!
      expect(cut.left).toBeGreaterThanOrEqual(0)
      expect(cut.top).toBeGreaterThanOrEqual(0)
      expect(cut.left + cut.width).toBeLessThanOrEqual(size.width)
      expect(cut.top + cut.height).toBeLessThanOrEqual(size.height)
      return [cut.left, size.width - cut.width - cut.left, cut.top, size.height - cut.height - cut.top]
    })
    for (const side of [0, 1, 2, 3]) expect(Math.min(...rooms.map((room) => room[side]!))).toBe(0)
  })

  it('take two frames in order, with replacement', () => {
    for (const { frames } of plans) {
      expect(frames.length).toBe(2)
      expect(frames[0]!).toBeLessThanOrEqual(frames[1]!)
    }
    expect(new Set(plans.map(({ frames }) => frames.join())).size).toBe(45)
  })
})
