import * as fc from 'fast-check'
import { Matrix } from 'ml-matrix'
import { expect, it } from 'vitest'
import { frechet, frechetOfSets, gaussianOf } from '../src/io/measures/frechet.js'
import { distance, missing, type Pose } from '../src/io/measures/points.js'
import { numbers } from '../src/properties/tensors.js'

/** A pose whose keypoints are all there, or some of them. */
const pose = (keypoints: number, some: boolean) => {
  const place = fc.tuple(fc.integer({ min: -50, max: 300 }), fc.integer({ min: -50, max: 300 }))
  const point = some ? fc.option(place) : place
  return fc.array(point, { minLength: keypoints, maxLength: keypoints }) as fc.Arbitrary<Pose>
}
const keypoints = fc.integer({ min: 1, max: 9 })
const pair = keypoints.chain((k) => fc.tuple(pose(k, true), pose(k, true)))

it('a pose is at no distance from itself and misses nothing of itself', () =>
  fc.assert(
    fc.property(pair, ([p]) => {
      const nothing = p.every((x) => x === null)
      expect([distance(p, p), missing(p, p)]).toEqual(nothing ? [null, null] : [0, 0])
    })
  ))

it('a distance is the same from either side', () =>
  fc.assert(
    fc.property(pair, ([p, q]) => {
      expect(distance(p, q)).toBe(distance(q, p))
    })
  ))

it('a pose moved by k pixels is k pixels away', () =>
  fc.assert(
    fc.property(pose(5, false), fc.integer({ min: -99, max: 99 }), (p, k) => {
      const moved = p.map((x) => x && ([x[0] + k, x[1]] as const))
      expect(distance(p, moved)).toBeCloseTo(Math.abs(k), 9)
    })
  ))

it('what is missing counts the keypoints of the real pose that were taken away', () =>
  fc.assert(
    fc.property(pair, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), ([p], taken) => {
      const rest = p.map((x, k) => (taken[k] ? null : x))
      const there = p.filter((x) => x !== null).length
      const lost = p.filter((x, k) => x !== null && taken[k]).length
      expect(missing(p, rest)).toBe(there === 0 ? null : lost / there)
      expect(missing(rest, p)).toBe(there === lost ? null : 0)
    })
  ))

const rows = (n: number, columns: number, next: () => number): Matrix =>
  new Matrix(Array.from({ length: n }, () => Array.from({ length: columns }, () => 4 * next() - 2)))
const sets = fc
  .record({ n: fc.integer({ min: 2, max: 9 }), m: fc.integer({ min: 2, max: 9 }), d: fc.integer({ min: 1, max: 12 }) })
  .chain((s) => fc.nat().map((seed) => ({ ...s, seed })))

it('the Frechet distance of sets is that of their normal distributions, from either side, and none from themselves', () =>
  fc.assert(
    fc.property(sets, ({ n, m, d, seed }) => {
      const next = numbers(seed)
      const [a, b] = [rows(n, d, next), rows(m, d, next)]
      const due = frechet(gaussianOf(a), gaussianOf(b))
      expect(frechetOfSets(a, b)).toBeCloseTo(due, 5)
      expect(frechetOfSets(b, a)).toBeCloseTo(due, 5)
      expect(frechetOfSets(a, a)).toBeLessThan(1e-6)
    })
  ))
