/** The laws of keypoints: heatmaps, their moments, and bumps drawn from moments. */
import { expect } from 'vitest'
import type { gaussian2kp } from '../../src/nodes/gaussian2kp.js'
import type { inverse } from '../../src/nodes/inverse.js'
import type { Variance } from '../../src/nodes/keypoints.js'
import type { kp2gaussian } from '../../src/nodes/kp2gaussian.js'
import type { spatialSoftmax } from '../../src/nodes/spatial-softmax.js'
import * as tf from '../../src/nodes/tf.js'
import { drawn, every, inner, law, near, numbers, perSample, reader, slopeAt0, tabulated } from './tensors.js'

/** Maps [b, h, w, k]. */
export interface Maps {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly k: number
  readonly seed: number
}

type Softmax = typeof spatialSoftmax
type Moments = typeof gaussian2kp
type Bumps = typeof kp2gaussian

const logits = ({ b, h, w, k, seed }: Maps) => drawn<tf.Rank.R4>([b, h, w, k], seed, -2, 2)
const soft = (softmax: Softmax, temperature: number, x: tf.Tensor) =>
  softmax({ temperature }).run({ logits: x as tf.Tensor4D }, {}).heatmap as tf.Tensor4D
/** Random maps that are positive and sum to 1. */
const heatmaps = (o: Maps) => {
  const x = tf.square(logits(o))
  return tf.div(x, tf.sum(x, [1, 2], true)) as tf.Tensor4D
}
const moments = (make: Moments, variance: Variance, heatmap: tf.Tensor, clip = 0) =>
  make({ variance, clip }).run({ heatmap: heatmap as tf.Tensor4D }, {}) as {
    readonly mean: tf.Tensor3D
    readonly var: tf.Tensor4D
  }
const bumps = (make: Bumps, variance: Variance, mean: tf.Tensor, spread: tf.Tensor | undefined, like: tf.Tensor) =>
  make({ variance }).run(
    {
      kp: { mean: mean as tf.Tensor3D, ...(spread === undefined ? {} : { var: spread as tf.Tensor4D }) },
      like: like as tf.Tensor4D
    },
    {}
  ).gaussian as tf.Tensor4D

/** Law: every heatmap is positive and sums to one. */
export const heatmapsSumToOne = (softmax: Softmax) =>
  law((o: Maps, temperature: number) => {
    const maps = soft(softmax, temperature, logits(o))
    near(tf.sum(maps, [1, 2]), tf.ones([o.b, o.k]))
    every(maps, (p) => p >= 0)
  })

/** Law: ratios of a heatmap are `exp` of differences of logits over the temperature. */
export const heatmapsAreBoltzmann = (softmax: Softmax) =>
  law((o: Maps, temperature: number) => {
    const x = logits(o)
    const weight = tf.exp(tf.div(x, temperature))
    near(soft(softmax, temperature, x), tf.div(weight, tf.sum(weight, [1, 2], true)))
  })

/** Law: a number added to all logits of a map changes nothing, and maps do not see each other. */
export const heatmapsIgnoreALevel = (softmax: Softmax) =>
  law((o: Maps, temperature: number) => {
    const x = logits(o)
    const level = drawn([o.b, 1, 1, o.k], o.seed + 1, -5, 5)
    near(soft(softmax, temperature, tf.add(x, level)), soft(softmax, temperature, x), 1e-4)
  })

/** Law: mean and covariance are the first and second moments of the map over the pixels' places. */
export const momentsOfTheMap = (make: Moments) =>
  law((o: Maps) => {
    const { b, h, w, k } = o
    const maps = heatmaps(o)
    const p = reader(maps)
    const place = (i: number, n: number) => (n === 1 ? -1 : (2 * i) / (n - 1) - 1)
    const sum = (n: number, c: number, f: (x: number, y: number) => number) => {
      let total = 0
      for (let i = 0; i < h; i++) for (let j = 0; j < w; j++) total += p(n, i, j, c) * f(place(j, w), place(i, h))
      return total
    }
    const mean = (n: number, c: number) => [sum(n, c, (x) => x), sum(n, c, (_, y) => y)] as const
    const matrix = tabulated([b, k, 2, 2], (n, c, row, column) => {
      const m = mean(n, c)
      return sum(n, c, (x, y) => ([x, y][row]! - m[row]!) * ([x, y][column]! - m[column]!))
    })
    const found = moments(make, 'matrix', maps)
    near(
      found.mean,
      tabulated([b, k, 2], (n, c, axis) => mean(n, c)[axis]!)
    )
    near(found.var, matrix, 2e-5) // the floor of 1e-7 under every pixel
    const entry = reader(matrix)
    near(
      moments(make, 'single', maps).var,
      tabulated([b, k, 1, 1], (n, c) => (entry(n, c, 0, 0) + entry(n, c, 1, 1)) / 2),
      2e-5
    )
    near(moments(make, 'single', maps).mean, found.mean, 1e-6)
    expect(Object.keys(moments(make, 0.01, maps))).toEqual(['mean'])
    near(moments(make, 0.01, maps).mean, found.mean, 1e-6)
  })

/** Law: a map moved by whole pixels moves its mean by as much and keeps its variance. */
export const keypointsFollowATranslation = (make: Moments) =>
  law((o: Maps, up: number, left: number) => {
    const { h, w } = o
    const [down, right] = [4, 4]
    const framed = (top: number, before: number) =>
      tf.pad(heatmaps(o), [
        [0, 0],
        [top, down - top],
        [before, right - before],
        [0, 0]
      ])
    const [here, there] = [moments(make, 'matrix', framed(0, 0)), moments(make, 'matrix', framed(up, left))]
    const by = tf.tensor1d([(2 * left) / (w + right - 1), (2 * up) / (h + down - 1)])
    near(there.mean, tf.add(here.mean, by))
    near(there.var, here.var, 1e-4)
  })

/** Law: a mirrored map has its mean mirrored, and the covariance of x and y changes its sign. */
export const keypointsFollowAFlip = (make: Moments) =>
  law((o: Maps, axis: 0 | 1) => {
    const maps = heatmaps(o)
    const [here, there] = [moments(make, 'matrix', maps), moments(make, 'matrix', tf.reverse(maps, axis === 0 ? 2 : 1))]
    const sign = [axis === 0 ? -1 : 1, axis === 1 ? -1 : 1]
    near(there.mean, tf.mul(here.mean, tf.tensor1d(sign)))
    near(there.var, tf.mul(here.var, tf.tensor2d([sign.map((s) => s * sign[0]!), sign.map((s) => s * sign[1]!)])))
  })

/** Law: a map with rows and columns exchanged has x and y exchanged. */
export const keypointsFollowATransposition = (make: Moments) =>
  law((o: Maps) => {
    const maps = heatmaps(o)
    const [here, there] = [moments(make, 'matrix', maps), moments(make, 'matrix', tf.transpose(maps, [0, 2, 1, 3]))]
    near(there.mean, tf.reverse(here.mean, 2))
    near(there.var, tf.reverse(here.var, [2, 3]))
  })

/** Eigenvalues of a symmetric matrix, the smaller first. */
const eigenvalues = (a: number, b: number, d: number): readonly [number, number] => {
  const radius = Math.hypot((a - d) / 2, b)
  return [(a + d) / 2 - radius, (a + d) / 2 + radius]
}

/** Holds each 2x2 matrix of a tensor [B, K, 2, 2] to a law of its entries. */
const eachMatrix = (m: tf.Tensor, holds: (a: number, b: number, c: number, d: number) => void): void => {
  const at = reader(m)
  for (let n = 0; n < m.shape[0]!; n++)
    for (let k = 0; k < m.shape[1]!; k++) holds(at(n, k, 0, 0), at(n, k, 0, 1), at(n, k, 1, 0), at(n, k, 1, 1))
}

/** Law: a covariance is symmetric, and no direction has a negative variance. */
export const varianceIsSymmetricAndPositive = (make: Moments) =>
  law((o: Maps, clip: number) => {
    eachMatrix(moments(make, 'matrix', heatmaps(o), clip).var, (a, b, c, d) => {
      expect(b).toBe(c)
      expect(eigenvalues(a, b, d)[0]).toBeGreaterThanOrEqual(-1e-6)
    })
    every(moments(make, 'single', heatmaps(o)).var, (v) => v >= 0)
  })

/** A map whose mass lies in one pixel, in a line, or anywhere. */
export type Shape = 'pixel' | 'row' | 'column' | 'diagonal' | 'anywhere'
const shaped = (o: Maps, shape: Shape): tf.Tensor4D => {
  const { b, h, w, k } = o
  const hit: Readonly<Record<Shape, (i: number, j: number) => boolean>> = {
    pixel: (i, j) => i === h >> 1 && j === w >> 1,
    row: (i) => i === h >> 1,
    column: (_, j) => j === w >> 1,
    diagonal: (i, j) => i === j,
    anywhere: () => true
  }
  const kept = tf.mul(
    tf.add(tf.square(logits(o)), 0.1),
    tabulated<tf.Rank.R4>([b, h, w, k], (_, i, j) => (hit[shape](i, j) ? 1 : 0))
  )
  return tf.div(kept, tf.sum(kept, [1, 2], true))
}

/**
 * Law: `clip` is a lower bound of the smallest singular value, reached by scaling the matrix, and a matrix above it is left
 * alone; also where all mass lies in one pixel or in a line.
 */
export const clipBoundsTheVariance = (make: Moments) =>
  law((o: Maps, clip: number, shape: Shape) => {
    const maps = shaped(o, shape)
    const free = moments(make, 'matrix', maps).var
    const clipped = moments(make, 'matrix', maps, clip).var
    eachMatrix(clipped, (a, b, _, d) => {
      const [least, most] = eigenvalues(a, b, d)
      expect(least).toBeGreaterThanOrEqual(clip * 0.999 - 1e-6 * most) // single precision resolves no more
    })
    const at = reader(free)
    const factor = tabulated([o.b, o.k, 1, 1], (n, k) => {
      const [least, most] = eigenvalues(at(n, k, 0, 0), at(n, k, 0, 1), at(n, k, 1, 1))
      // a matrix that is nearly singular may be scaled by any factor that is large enough
      return least < 2e-3 * most ? Number.NaN : Math.max(clip, least) / least
    })
    const due = tf.where(tf.isNaN(factor), clipped, tf.mul(free, factor))
    near(clipped, due, 2e-3)
  })

/** A bump well inside of the map: pixels from each border, spread in pixels, and the angle of its longer axis. */
export interface Bump {
  readonly h: number
  readonly w: number
  readonly spread: readonly [number, number]
  readonly angle: number
  readonly seed: number
}

const around = (o: Bump) => {
  const next = numbers(o.seed)
  const reach = 5 * Math.max(...o.spread)
  const at = (n: number) => reach + next() * (n - 1 - 2 * reach)
  const [x, y] = [at(o.w), at(o.h)]
  const [c, s] = [Math.cos(o.angle), Math.sin(o.angle)]
  const [p, q] = o.spread.map((d) => d * d) as [number, number]
  const pixels = [
    [p * c * c + q * s * s, (p - q) * c * s],
    [(p - q) * c * s, p * s * s + q * c * c]
  ] as const
  const unit = [2 / (o.w - 1), 2 / (o.h - 1)] as const
  return {
    mean: tf.tensor3d([[[x * unit[0] - 1, y * unit[1] - 1]]]),
    var: tf.tensor4d([[[0, 1].map((i) => [0, 1].map((j) => pixels[i]![j]! * unit[i]! * unit[j]!))]])
  }
}

/** Law: `gaussian2kp(kp2gaussian(kp))` is `kp` again, away from borders and with a spread that the pixels resolve. */
export const bumpsAreReadBack = (draw: Bumps, make: Moments) =>
  law((o: Bump) => {
    const kp = around(o)
    const like = tf.zeros([1, o.h, o.w, 1])
    const read = (variance: Variance, spread: tf.Tensor | undefined) => {
      const gaussian = bumps(draw, variance, kp.mean, spread, like)
      return moments(make, variance, tf.div(gaussian, tf.sum(gaussian, [1, 2], true)))
    }
    const matrix = read('matrix', kp.var)
    near(matrix.mean, kp.mean, 1e-4)
    near(tf.div(matrix.var, tf.max(kp.var)), tf.div(kp.var, tf.max(kp.var)), 2e-2)
    const wide = tf.max(kp.var).dataSync()[0]!
    const round = Math.min(wide, 0.02)
    const single = read('single', tf.fill([1, 1, 1, 1], round))
    if (round === wide) {
      near(single.mean, kp.mean, 1e-4)
    }
    const fixed = read(round, undefined)
    near(fixed.mean, single.mean, 1e-4)
  })

/** Law: a bump is `exp(-d^T var^-1 d / 2)` of the distance `d` of each pixel's place from the mean. */
export const bumpsAreDensities = (draw: Bumps) =>
  law((o: Maps) => {
    const { b, h, w, k, seed } = o
    const [mean, root] = [drawn([b, k, 2], seed), drawn<tf.Rank.R4>([b, k, 2, 2], seed + 1)]
    const variance = tf.add(tf.matMul(root, root, false, true), tf.mul(tf.eye(2), 0.1)) as tf.Tensor4D
    const [m, v] = [reader(mean), reader(variance)]
    const place = (i: number, n: number) => (n === 1 ? -1 : (2 * i) / (n - 1) - 1)
    const expected = (spread: (n: number, c: number) => readonly [number, number, number]) =>
      tabulated([b, h, w, k], (n, i, j, c) => {
        const [dx, dy] = [place(j, w) - m(n, c, 0), place(i, h) - m(n, c, 1)]
        const [xx, xy, yy] = spread(n, c)
        return Math.exp(-(yy * dx * dx - 2 * xy * dx * dy + xx * dy * dy) / (xx * yy - xy * xy) / 2)
      })
    const like = tf.zeros([1, h, w, 3])
    near(
      bumps(draw, 'matrix', mean, variance, like),
      expected((n, c) => [v(n, c, 0, 0), v(n, c, 0, 1), v(n, c, 1, 1)]),
      1e-4
    )
    const single = tf.slice(variance, [0, 0, 0, 0], [b, k, 1, 1])
    near(
      bumps(draw, 'single', mean, single, like),
      expected((n, c) => [v(n, c, 0, 0), 0, v(n, c, 0, 0)]),
      1e-4
    )
    near(
      bumps(draw, 0.03, mean, undefined, like),
      expected(() => [0.03, 0, 0.03]),
      1e-4
    )
  })

/** Law: bumps of a batch are the bumps of each sample. */
export const bumpsDoNotSeeEachOther = (draw: Bumps) =>
  law((o: Maps) => {
    const { b, k, seed } = o
    const like = tf.zeros([1, o.h, o.w, 1])
    perSample<{ mean: tf.Tensor; spread: tf.Tensor }>((i) => bumps(draw, 'single', i.mean, i.spread, like))({
      mean: drawn([b, k, 2], seed),
      spread: drawn([b, k, 1, 1], seed + 1, 0.05, 1)
    })
  })

/** Law: a matrix times its inverse is one, on both sides. */
export const inverseInverts = (invert: typeof inverse) =>
  law((b: number, k: number, seed: number) => {
    const m = tf.add(
      drawn([b, k, 2, 2], seed),
      tf.tensor2d([
        [2, 0.5],
        [-0.5, 2]
      ])
    )
    const one = tf.tile(tf.reshape(tf.eye(2), [1, 1, 2, 2]), [b, k, 1, 1])
    near(tf.matMul(m, invert(m)), one)
    near(tf.matMul(invert(m), m), one)
  })

/** Law: the gradient of a sum of moments, or of bumps, is its slope along any direction. */
export const momentsHaveTheirSlope = (make: Moments, draw: Bumps) =>
  law((o: Maps, variance: Variance) => {
    const [maps, along] = [heatmaps(o), drawn([o.b, o.h, o.w, o.k], o.seed + 9, -0.1, 0.1)]
    const total = (x: tf.Tensor) => {
      const kp = moments(make, variance, x, variance === 'matrix' ? 1e-3 : 0)
      const like = tf.zeros([1, 5, 6, 1])
      return tf.sum(tf.square(bumps(draw, variance, kp.mean, kp.var, like)))
    }
    const slope = inner(tf.grad(total)(maps), along)
    const rise = slopeAt0((s) => total(tf.add(maps, tf.mul(along, s))).dataSync()[0]!, 0.02)
    expect(Math.abs(slope - rise)).toBeLessThanOrEqual(2e-2 * Math.max(0.1, Math.abs(rise)))
  })
