/** The laws of layers: each against its definition, entry by entry. */
import { expect } from 'vitest'
import type { leakyRelu, relu, sigmoid } from '../../src/nodes/activations.js'
import type { add } from '../../src/nodes/add.js'
import type { batchNorm } from '../../src/nodes/batch-norm.js'
import type { concat } from '../../src/nodes/concat.js'
import type { conv2d } from '../../src/nodes/conv2d.js'
import type { gru } from '../../src/nodes/gru.js'
import type { instanceNorm } from '../../src/nodes/instance-norm.js'
import type { beside, cut, drawKeypoints } from '../../src/nodes/picture.js'
import type { asBatch, extend, first } from '../../src/nodes/select.js'
import type { flattenMatrices, flattenMeans, linear, readKeypoints } from '../../src/nodes/sequences.js'
import * as tf from '../../src/nodes/tf.js'
import { drawn, entries, law, near, reader, tabulated } from './tensors.js'

/** A map [b, h, w, c]. */
export interface Map {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly c: number
  readonly seed: number
}

const map = ({ b, h, w, c, seed }: Map) => drawn<tf.Rank.R4>([b, h, w, c], seed, -2, 2)
const sum = (n: number, f: (i: number) => number): number => {
  let total = 0
  for (let i = 0; i < n; i++) total += f(i)
  return total
}

/** Law: a convolution is the sum of its definition: over its window and the channels of its own group, zeros outside. */
export const convolvesAsDefined = (make: typeof conv2d) =>
  law((o: Map, kernel: number, groups: number, each: number, padding: 'same' | 'valid') => {
    const { b, h, w } = o
    const [from, to] = [o.c * groups, each * groups]
    const x = map({ ...o, c: from })
    const node = make({ from, to, kernel, groups, padding, start: 'uniform' })
    const weight = drawn<tf.Rank.R4>([kernel, kernel, o.c, to], o.seed + 1)
    const bias = drawn<tf.Rank.R1>([to], o.seed + 2)
    const [at, k, d] = [reader(x), reader(weight), reader(bias)]
    const less = padding === 'same' ? 0 : kernel - 1
    const before = padding === 'same' ? (kernel - 1) / 2 : 0
    near(
      node.run({ x }, { weight, bias }).y,
      tabulated([b, h - less, w - less, to], (n, i, j, q) => {
        const group = Math.floor(q / each)
        const window = (p: number, r: number) =>
          sum(o.c, (a) => at(n, i + p - before, j + r - before, group * o.c + a) * k(p, r, a, q))
        return d(q) + sum(kernel, (p) => sum(kernel, (r) => window(p, r)))
      })
    )
  })

/** Law: a convolution's weights start in `+-1/sqrt(from kernel^2)`, `from` not divided by the groups; or as zeros and biases. */
export const convolutionsStartSmall = (make: typeof conv2d) =>
  law((c: number, kernel: number, groups: number, seed: number) => {
    const settings = { from: c * groups, to: 2 * groups, kernel, groups, padding: 'same' as const }
    const { weight, bias } = make({ ...settings, start: 'uniform' }).weights
    const reach = 1 / Math.sqrt(settings.from * kernel * kernel)
    for (const w of [weight, bias].map((one) => entries(one.init(seed + 1)))) {
      expect(w.every((v) => Math.abs(v) <= reach * 1.000001)).toBe(true)
      if (w.length > 40) expect(w.some((v) => Math.abs(v) > reach / 2)).toBe(true)
      if (w.length > 40) expect(w.some((v) => v < 0) && w.some((v) => v > 0)).toBe(true)
    }
    const biases = Array.from({ length: 2 * groups }, (_, i) => i - 1.5)
    const start = make({ ...settings, start: biases }).weights
    near(start.weight.init(seed), tf.zeros([kernel, kernel, c, 2 * groups]), 0)
    near(start.bias.init(seed), tf.tensor1d(biases), 0)
  })

/** Law: batch norm in evaluation is an affine map of each channel, made of its four weights. */
export const normalisesByItsStatistics = (make: typeof batchNorm) =>
  law((o: Map) => {
    const { b, h, w, c } = o
    const x = map(o)
    const weights = {
      weight: drawn<tf.Rank.R1>([c], o.seed + 1),
      bias: drawn<tf.Rank.R1>([c], o.seed + 2),
      running_mean: drawn<tf.Rank.R1>([c], o.seed + 3),
      running_var: drawn<tf.Rank.R1>([c], o.seed + 4, 0.001, 2)
    }
    const [at, g, d, m, v] = [x, weights.weight, weights.bias, weights.running_mean, weights.running_var].map(reader)
    near(
      make({ features: c }).run({ x }, weights).y,
      tabulated([b, h, w, c], (n, i, j, k) => ((at!(n, i, j, k) - m!(k)) / Math.sqrt(v!(k) + 1e-5)) * g!(k) + d!(k)),
      1e-4
    )
    const { weight, bias, running_mean, running_var } = make({ features: c }).weights
    expect([weight, bias, running_mean, running_var].map((one) => one.role)).toEqual([
      ...['parameter', 'parameter', 'statistic', 'statistic']
    ])
    near(bias.init(1), tf.zeros([c]), 0)
    near(running_mean.init(1), tf.zeros([c]), 0)
    near(running_var.init(1), tf.ones([c]), 0)
    expect(entries(weight.init(o.seed + 1)).every((one) => one >= 0 && one < 1)).toBe(true)
  })

/** Law: instance norm brings every channel of every picture to mean `bias` and deviation `weight`. */
export const normalisesEachPicture = (make: typeof instanceNorm) =>
  law((o: Map) => {
    const { b, h, w, c } = o
    const x = map(o)
    const [weight, bias] = [drawn<tf.Rank.R1>([c], o.seed + 1), drawn<tf.Rank.R1>([c], o.seed + 2)]
    const [at, g, d] = [reader(x), reader(weight), reader(bias)]
    const over = (n: number, k: number, f: (v: number) => number) =>
      sum(h, (i) => sum(w, (j) => f(at(n, i, j, k)))) / (h * w)
    near(
      make({ features: c }).run({ x }, { weight, bias }).y,
      tabulated([b, h, w, c], (n, i, j, k) => {
        const mean = over(n, k, (v) => v)
        const variance = over(n, k, (v) => (v - mean) ** 2)
        return ((at(n, i, j, k) - mean) / Math.sqrt(variance + 1e-5)) * g(k) + d(k)
      }),
      1e-4
    )
  })

/** Law: functions of one number are what they are called. */
export const activationsAreFunctions = (rectify: typeof relu, leak: typeof leakyRelu, squash: typeof sigmoid) =>
  law((o: Map, slope: number) => {
    const x = map(o)
    const each = (f: (v: number) => number) => tf.tensor(entries(x).map(f), x.shape)
    near(
      rectify.run({ x }, {}).y,
      each((v) => Math.max(v, 0)),
      0
    )
    near(
      leak({ slope }).run({ x }, {}).y,
      each((v) => (v > 0 ? v : slope * v)),
      1e-6
    )
    near(
      squash.run({ x }, {}).y,
      each((v) => 1 / (1 + Math.exp(-v))),
      1e-5
    )
  })

/** Law: maps are added entry by entry, and joined in their channels in order. */
export const mapsJoin = (plus: typeof add, join: typeof concat) =>
  law((o: Map, more: number) => {
    const { b, h, w, c } = o
    const [x, y, z] = [map(o), map({ ...o, seed: o.seed + 1 }), map({ ...o, c: more, seed: o.seed + 2 })]
    const [p, q, r] = [reader(x), reader(y), reader(z)]
    near(
      plus.run({ a: x, b: y }, {}).y,
      tabulated([b, h, w, c], (...i) => p(...i) + q(...i))
    )
    near(
      join({ a: c, b: more }).run({ a: x, b: z }, {}).y,
      tabulated([b, h, w, c + more], (n, i, j, k) => (k < c ? p(n, i, j, k) : r(n, i, j, k - c))),
      0
    )
  })

/** Law: a gated recurrent unit is its recurrence, step by step, with the reset after the product. */
export const recursAsDefined = (make: typeof gru) =>
  law((b: number, steps: number, from: number, features: number, seed: number) => {
    const x = drawn<tf.Rank.R3>([b, steps, from], seed, -2, 2)
    const weights = {
      weight_ih_l1: drawn([3 * features, from], seed + 1),
      weight_hh_l1: drawn([3 * features, features], seed + 2),
      bias_ih_l1: drawn([3 * features], seed + 3),
      bias_hh_l1: drawn([3 * features], seed + 4)
    }
    const node = make({ from, features, layer: 1 })
    expect(Object.keys(node.weights)).toEqual(Object.keys(weights))
    const [at, wi, wh, bi, bh] = [x, ...Object.values(weights)].map(reader) as Array<ReturnType<typeof reader>>
    const logistic = (v: number) => 1 / (1 + Math.exp(-v))
    const states = Array.from({ length: b }, (_, n) => {
      let h: ReadonlyArray<number> = Array<number>(features).fill(0)
      return Array.from({ length: steps }, (_, t) => {
        const input = (row: number) => bi!(row) + sum(from, (i) => wi!(row, i) * at!(n, t, i))
        const back = (row: number) => bh!(row) + sum(features, (i) => wh!(row, i) * h[i]!)
        const next = Array.from({ length: features }, (_, f) => {
          const r = logistic(input(f) + back(f))
          const z = logistic(input(features + f) + back(features + f))
          const fresh = Math.tanh(input(2 * features + f) + r * back(2 * features + f))
          return (1 - z) * fresh + z * h[f]!
        })
        h = next
        return next
      })
    })
    near(node.run({ x }, weights).y, tf.tensor3d(states), 1e-4)
    const reach = 1 / Math.sqrt(features)
    const first_ = entries(node.weights.weight_ih_l1!.init(seed + 1) as tf.Tensor)
    expect(first_.every((v) => Math.abs(v) <= reach * 1.000001)).toBe(true)
  })

/** Law: an affine map of the last axis is the product of its definition. */
export const mapsLinearly = (make: typeof linear) =>
  law((b: number, steps: number, from: number, to: number, seed: number) => {
    const [x, weight] = [drawn<tf.Rank.R3>([b, steps, from], seed), drawn<tf.Rank.R2>([to, from], seed + 1)]
    const bias = drawn<tf.Rank.R1>([to], seed + 2)
    const [at, w, d] = [reader(x), reader(weight), reader(bias)]
    near(
      make({ from, to }).run({ x }, { weight, bias }).y,
      tabulated([b, steps, to], (n, t, q) => d(q) + sum(from, (i) => w(q, i) * at(n, t, i)))
    )
    const reach = 1 / Math.sqrt(from)
    const { weight: first_, bias: second } = make({ from, to }).weights
    for (const one of [first_, second])
      expect(entries(one.init(seed + 1)).every((v) => Math.abs(v) <= reach * 1.000001)).toBe(true)
  })

/** Law: keypoints are flattened as means and then covariances, and read as `tanh` and `V^T V`, keypoint by keypoint. */
export const keypointsAreVectors = (
  matrices: typeof flattenMatrices,
  means: typeof flattenMeans,
  read: typeof readKeypoints
) =>
  law((b: number, steps: number, k: number, seed: number) => {
    const [mean, variance] = [
      drawn<tf.Rank.R4>([b, steps, k, 2], seed),
      drawn<tf.Rank.R5>([b, steps, k, 2, 2], seed + 1)
    ]
    const [m, v] = [reader(mean), reader(variance)]
    near(
      means.run({ mean }, {}).x,
      tabulated([b, steps, 2 * k], (n, t, i) => m(n, t, i >> 1, i & 1)),
      0
    )
    near(
      matrices.run({ mean, var: variance }, {}).x,
      tabulated([b, steps, 6 * k], (n, t, i) => {
        const j = i - 2 * k
        return i < 2 * k ? m(n, t, i >> 1, i & 1) : v(n, t, j >> 2, (j >> 1) & 1, j & 1)
      }),
      0
    )
    const x = drawn<tf.Rank.R3>([b, steps, 6 * k], seed + 2)
    const at = reader(x)
    const out = read({ keypoints: k, matrices: true }).run({ x }, {})
    near(
      out.mean,
      tabulated([b, steps, k, 2], (n, t, i, axis) => Math.tanh(at(n, t, 6 * i + axis)))
    )
    near(
      out.var,
      tabulated([b, steps, k, 2, 2], (n, t, i, p, q) =>
        sum(2, (r) => at(n, t, 6 * i + 2 + 2 * r + p) * at(n, t, 6 * i + 2 + 2 * r + q))
      )
    )
    const y = drawn<tf.Rank.R3>([b, steps, 2 * k], seed + 3)
    const flat = reader(y)
    const alone = read({ keypoints: k, matrices: false }).run({ x: y }, {})
    expect(Object.keys(alone)).toEqual(['mean'])
    near(
      alone.mean,
      tabulated([b, steps, k, 2], (n, t, i, axis) => Math.tanh(flat(n, t, 2 * i + axis)))
    )
  })

/** Law: the first of a batch, a picture as a batch, and a sequence cut or filled up with zeros. */
export const batchesArePicked = (one: typeof first, lift: typeof asBatch, fill: typeof extend) =>
  law((b: number, steps: number, n: number, keep: number, frames: number, seed: number) => {
    const x = drawn<tf.Rank.R3>([b, steps, n], seed)
    const at = reader(x)
    near(
      one({ dims: 'K 2' }).run({ x }, {}).y,
      tabulated([1, steps, n], (_, t, i) => at(0, t, i)),
      0
    )
    near(lift.run({ x }, {}).y, tf.reshape(x, [1, b, steps, n]), 0)
    near(
      fill({ keep, frames }).run({ x }, {}).y,
      tabulated([b, frames, n], (m, t, i) => (t < Math.min(keep, steps) ? at(m, t, i) : 0)),
      0
    )
  })

/** Law: pictures stand side by side, one for a whole batch if need be, and parts are cut where they are. */
export const picturesStandSideBySide = (join: typeof beside, part: typeof cut) =>
  law((o: Map, shared: boolean, more: number, top: number, left: number) => {
    const { b, h, w, c } = o
    const picture = map(shared ? { ...o, b: 1 } : o)
    const right = map({ ...o, w: more, seed: o.seed + 1 })
    const [p, q] = [reader(picture), reader(right)]
    near(
      join.run({ left: picture, right }, {}).frames,
      tabulated([b, h, w + more, c], (n, i, j, k) => (j < w ? p(shared ? 0 : n, i, j, k) : q(n, i, j - w, k))),
      0
    )
    const [y, x] = [top % h, left % w]
    near(
      part({ top: y, left: x, height: h - y, width: w - x }).run({ x: picture }, {}).y,
      tabulated([picture.shape[0], h - y, w - x, c], (n, i, j, k) => p(n, i + y, j + x, k)),
      0
    )
  })

/** Law: a drawn frame is its keypoints' discs, a later one over an earlier, and itself elsewhere. */
export const discsLieAtTheKeypoints = (make: typeof drawKeypoints) =>
  law((o: Map, k: number, radius: number, shared: boolean) => {
    const { b, h, w } = o
    const frames = drawn<tf.Rank.R4>([b, h, w, 3], o.seed, 0.1, 0.9)
    const mean = drawn<tf.Rank.R3>([shared ? 1 : b, k, 2], o.seed + 1, -1.2, 1.2)
    const [before, at] = [reader(frames), reader(mean)]
    const out = reader(make({ radius }).run({ frames, mean }, {}).frames)
    const colours: Array<ReadonlyArray<number> | undefined> = Array.from({ length: k }, () => undefined)
    for (let n = 0; n < b; n++)
      for (let i = 0; i < h; i++)
        for (let j = 0; j < w; j++) {
          const reach = Array.from({ length: k }, (_, m) => {
            const [x, y] = [at(shared ? 0 : n, m, 0), at(shared ? 0 : n, m, 1)]
            return Math.hypot(j - ((x + 1) / 2) * (w - 1), i - ((y + 1) / 2) * (h - 1)) - radius
          })
          if (reach.some((d) => Math.abs(d) < 1e-3)) continue // on a border, where rounding decides
          const top = reach.findLastIndex((d) => d < 0)
          const pixel = [0, 1, 2].map((c) => out(n, i, j, c))
          if (top < 0) {
            pixel.forEach((v, c) => expect(v).toBeCloseTo(before(n, i, j, c), 5))
            continue
          }
          colours[top] ??= pixel
          pixel.forEach((v, c) => expect(v).toBeCloseTo(colours[top]![c]!, 5))
          expect(Math.max(...pixel)).toBeCloseTo(1, 5) // a colour of the rainbow is saturated
          expect(Math.min(...pixel)).toBeCloseTo(0, 5)
        }
  })
