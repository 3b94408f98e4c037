/** What laws are tried on: generators make what they say, the same from one seed, and shrink to small cases of the same. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../src/graphs/compile.js'
import type { Graph } from '../src/graphs/graph.js'
import { toJson } from '../src/graphs/json.js'
import { grid } from '../src/nodes/grid.js'
import * as tf from '../src/nodes/tf.js'
import { drawGraph, graphs, lossOf, ops } from '../src/properties/arbitrary/graphs.js'
import { between } from '../src/properties/arbitrary/numbers.js'
import * as some from '../src/properties/index.js'

/** Holds what a sketch makes to something, and lets go of it. */
const made = <A>(sketch: some.Sketch<A>, holds: (a: A) => void): void =>
  tf.tidy(() => {
    holds(sketch.make())
  })

const values = (u: unknown): ReadonlyArray<ReadonlyArray<number>> =>
  u instanceof tf.Tensor ? [[...u.shape], [...u.dataSync()]] : Object.values(u as object).flatMap(values)

/** What a failing property of drawn values shrinks to, from one seed: where it ends depends on where it begins; everything on the way is handed to `seen`. */
const smallest = <A>(drawn: fc.Arbitrary<A>, fails: (a: A) => boolean, seen: (a: A) => void = () => {}): A => {
  const holds = (a: A): boolean => {
    seen(a)
    return !fails(a)
  }
  const { counterexample } = fc.check(fc.property(drawn, holds), { numRuns: 1000, seed: 1 })
  if (counterexample === null) throw new Error('nothing of the kind was drawn')
  return counterexample[0]
}

const sketches: Readonly<Record<string, fc.Arbitrary<some.Sketch<any>>>> = {
  tensors: some.tensors('B H W 3'),
  flows: some.flows(),
  keypoints: some.keypoints(),
  videos: some.videos(8)
}

describe('a generator', () => {
  beforeAll(() => tf.startEngine())

  for (const [name, drawn] of Object.entries(sketches)) {
    it(`of ${name} draws the same from one seed, and others from another`, () =>
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const sample = (s: number) => JSON.stringify(fc.sample(drawn, { seed: s, numRuns: 8 }))
          expect(sample(seed)).toBe(sample(seed))
          expect(sample(seed)).not.toBe(sample(seed + 1))
        }),
        { numRuns: 10 }
      ))

    it(`of ${name} makes the same tensors each time, and keeps none`, () =>
      fc.assert(
        fc.property(drawn, (sketch) => {
          const before = tf.memory().numTensors
          made(sketch, (first) => made(sketch, (again) => expect(values(again)).toEqual(values(first))))
          expect(tf.memory().numTensors).toBe(before)
        }),
        { numRuns: 20 }
      ))

    it(`of ${name} shrinks to the least of everything`, () => {
      const { make: _, ...least } = smallest(drawn, () => true)
      expect(least).toEqual(leasts[name])
    })
  }

  it('of tensors keeps sizes, a name being one size, and bounds', () =>
    fc.assert(
      fc.property(some.tensors('B K 2*K 3', { low: 2, high: 5, most: 4 }), (sketch) =>
        made(sketch, (x) => {
          const { B, K } = sketch.sizes
          expect(x.shape).toEqual([B, K, 2 * K!, 3])
          expect(Math.min(B!, K!)).toBeGreaterThanOrEqual(1)
          expect(Math.max(B!, K!)).toBeLessThanOrEqual(4)
          some.every(x, (v) => v >= 2 && v <= 5)
        })
      )
    ))

  it('of flows makes the grid, the grid a few whole pixels on, maps that stay inside, and anything', () => {
    const ways = new Set<string>()
    fc.assert(
      fc.property(some.flows(), (sketch) =>
        made(sketch, (flow) => {
          const { b, h, w, way } = sketch
          ways.add(way)
          expect(flow.shape).toEqual([b, h, w, 2])
          const still = tf.tile(tf.expandDims(grid(h, w), 0), [b, 1, 1, 1])
          if (way === 'identity') some.near(flow, still, 1e-6)
          if (way === 'shift') {
            const pixels = tf.mul(tf.sub(flow, still), [Math.max(w - 1, 1) / 2, Math.max(h - 1, 1) / 2])
            if (h > 1 && w > 1) some.near(pixels, tf.round(pixels), 1e-4)
          }
          if (way === 'affine') some.every(flow, (v) => Math.abs(v) <= 1 + 1e-6)
        })
      )
    )
    expect([...ways].sort()).toEqual(['affine', 'identity', 'shift', 'wild'])
  })

  it('of keypoints puts them inside of the picture, with covariances that are symmetric and positive', () =>
    fc.assert(
      fc.property(some.keypoints(), (sketch) =>
        made(sketch, ({ mean, var: spread }) => {
          const { b, k, variance } = sketch
          expect(mean.shape).toEqual([b, k, 2])
          some.every(mean, (v) => Math.abs(v) < 1)
          if (variance === 'matrix') {
            expect(spread?.shape).toEqual([b, k, 2, 2])
            const all = [...spread!.dataSync()]
            for (let i = 0; i < all.length; i += 4) {
              const [xx, xy, yx, yy] = all.slice(i, i + 4) as [number, number, number, number]
              expect(xy).toBeCloseTo(yx, 6)
              expect(Math.min(xx, xx * yy - xy * yx)).toBeGreaterThan(0)
            }
          } else if (variance === 'single') {
            expect(spread?.shape).toEqual([b, k, 1, 1])
            some.every(spread!, (v) => v > 0)
          } else expect(spread).toBeUndefined()
        })
      )
    ))

  it('of videos draws each dot where it says, in front of an even ground', () =>
    fc.assert(
      fc.property(
        some.videos(12).filter(({ dots }) => dots === 1),
        (sketch) =>
          made(sketch, ({ frames, places }) => {
            const { t, h, w } = sketch
            expect(frames.shape).toEqual([t, h, w, 3])
            expect(places.shape).toEqual([t, 1, 2])
            some.every(frames, (v) => v >= 0 && v <= 1)
            some.every(places, (v) => Math.abs(v) <= 0.9 + 1e-6)
            // a pixel is the nearer to the dot's colour, the nearer it is: the ground is farthest from it
            const [at, of] = [some.reader(frames), some.reader(places)]
            for (let frame = 0; frame < t; frame++) {
              const far = (i: number, j: number) =>
                Math.hypot((2 * j) / (w - 1) - 1 - of(frame, 0, 0), (2 * i) / (h - 1) - 1 - of(frame, 0, 1))
              const pixels = Array.from({ length: h * w }, (_, n) => [Math.floor(n / w), n % w] as const)
              const sorted = pixels.sort((p, q) => far(...p) - far(...q))
              const [nearest, farthest] = [sorted[0]!, sorted.at(-1)!]
              for (const channel of [0, 1, 2]) {
                const [dot, ground] = [at(frame, ...nearest, channel), at(frame, ...farthest, channel)]
                const shares = sorted.map((p) => (at(frame, ...p, channel) - ground) * Math.sign(dot - ground))
                shares.forEach((share, n) => expect(share).toBeGreaterThanOrEqual((shares[n + 1] ?? share) - 1e-5))
              }
            }
          })
      ),
      { numRuns: 30 }
    ))
})

const leasts: Readonly<Record<string, object>> = {
  tensors: { dims: 'B H W 3', sizes: { B: 1, H: 1, W: 1 }, seed: 0 },
  flows: { b: 1, h: 1, w: 1, way: 'identity', seed: 0 },
  keypoints: { b: 1, k: 1, variance: 'matrix', seed: 0 },
  videos: { t: 1, h: 4, w: 4, dots: 1, seed: 0 }
}

describe('a generator of graphs', () => {
  const kindsOf = (g: Graph<any, any>): ReadonlyArray<string> =>
    g.steps.flatMap(({ node }) => (node._tag === 'Composite' ? kindsOf(node.graph) : [node.kind]))
  const isRight = (g: Graph<any, any>): void => expect(E.isRight(compile(g))).toBe(true)

  it('draws none that compile refuses, with a loss or without', () =>
    fc.assert(
      fc.property(graphs(12, 21), graphs(8, 19, { smooth: true }), (any, smooth) =>
        [any, smooth, lossOf(any), lossOf(smooth)].forEach(isRight)
      ),
      { numRuns: 40 }
    ))

  it('draws every kind of step, and without kinks none that has one', () => {
    const seen = (smooth: boolean) =>
      new Set(fc.sample(graphs(12, 21, { smooth }), { seed: 1, numRuns: 200 }).flatMap(kindsOf))
    const smoothKinds = [
      ...['add', 'avgPool', 'batchNorm', 'concat', 'conv2d', 'motionMask', 'pass', 'rescale', 'resize'],
      ...['sigmoid', 'spatialSoftmax', 'upsample']
    ]
    expect([...seen(true)].sort()).toEqual(smoothKinds)
    expect([...seen(false)].sort()).toEqual([...smoothKinds, 'instanceNorm', 'leakyRelu', 'relu', 'warp'].sort())
  })

  it('taps every wire and draws the same from one seed', () =>
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const sample = () => fc.sample(graphs(), { seed, numRuns: 5 })
        expect(sample().map(toJson)).toEqual(sample().map(toJson))
        for (const { steps, taps, outputs } of sample()) {
          const tapped = Object.values(taps).map((wire) => String(wire).split('.')[0])
          for (const { id } of steps) if (/^s\d+$/.test(id)) expect(tapped).toContain(id)
          expect(Object.keys(outputs)).toEqual(['out', 'also'])
        }
      }),
      { numRuns: 20 }
    ))

  it('shrinks to few steps, through graphs that compile', () => {
    const least = smallest(graphs(10, 19), ({ steps }) => steps.length > 2, isRight)
    // three would do; a kind that needs another before it can keep one more
    expect(kindsOf(least).length).toBeLessThanOrEqual(4)
  })

  it('throws in the step that it is told to, and there alone', () =>
    fc.assert(
      fc.property(ops(8), between(-1, 7), (drawn, fail) => {
        const broken = kindsOf(drawGraph(drawn, { fail })).filter((kind) => kind === 'broken').length
        expect(broken).toBe(fail >= 0 && fail < drawn.length ? 1 : 0)
      })
    ))
})
