/**
 * The laws of sequences: recurrence, products, keypoints as vectors.
 *
 * @since 0.1.0
 */
import type { gru } from '../../nodes/gru.js'
import type { asBatch, extend, first } from '../../nodes/select.js'
import type { flattenMatrices, flattenMeans, linear, readKeypoints } from '../../nodes/sequences.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, fills, near, reader, sum, tabulated } from '../tensors.js'

/** Law: a gated recurrent unit is its recurrence, step by step, with the reset after the product. */
const recursAsDefined = (make: typeof gru) =>
  tidied((b: number, steps: number, from: number, features: number, seed: number) => {
    const x = drawn<tf.Rank.R3>([b, steps, from], seed, -2, 2)
    const weights = {
      weight_ih_l1: drawn([3 * features, from], seed + 1),
      weight_hh_l1: drawn([3 * features, features], seed + 2),
      bias_ih_l1: drawn([3 * features], seed + 3),
      bias_hh_l1: drawn([3 * features], seed + 4)
    }
    const node = make({ from, features, layer: 1 })
    equal(Object.keys(node.weights), Object.keys(weights))
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
  })

/** Law: weights of a recurrence start in `+-1/sqrt(features)`. */
const recurrencesStartSmall = (make: typeof gru) =>
  tidied((features: number, seed: number) => {
    for (const one of Object.values(make({ from: 200, features, layer: 0 }).weights))
      fills(one.init(seed + 1), 1 / Math.sqrt(features))
  })

/** Law: an affine map starts in `+-1/sqrt(from)`. */
const linearLayersStartSmall = (make: typeof linear) =>
  tidied((from: number, seed: number) => {
    for (const one of Object.values(make({ from, to: 200 }).weights)) fills(one.init(seed + 1), 1 / Math.sqrt(from))
  })

/** Law: an affine map of the last axis is the product of its definition. */
const mapsLinearly = (make: typeof linear) =>
  tidied((b: number, steps: number, from: number, to: number, seed: number) => {
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
      equal(
        entries(one.init(seed + 1)).every((v) => Math.abs(v) <= reach * 1.000001),
        true
      )
  })

/** Law: keypoints are flattened as means and then covariances, and read as `tanh` and `V^T V`, keypoint by keypoint. */
const keypointsAreVectors = (
  matrices: typeof flattenMatrices,
  means: typeof flattenMeans,
  read: typeof readKeypoints
) =>
  tidied((b: number, steps: number, k: number, seed: number) => {
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
    equal(Object.keys(alone), ['mean'])
    near(
      alone.mean,
      tabulated([b, steps, k, 2], (n, t, i, axis) => Math.tanh(flat(n, t, 2 * i + axis)))
    )
  })

/** Law: the first of a batch, a picture as a batch, and a sequence cut or filled up with zeros. */
const batchesArePicked = (one: typeof first, lift: typeof asBatch, fill: typeof extend) =>
  tidied((b: number, steps: number, n: number, keep: number, frames: number, seed: number) => {
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

const three = some.count(3)
const few = some.count(4)

/**
 * What a gated recurrent unit over [B, T, F] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const recurrenceLaws: ReadonlyArray<Law<typeof gru>> = [
  law('is its recurrence', [three, few, three, three, some.seed], recursAsDefined),
  law('starts as the original does', [some.between(1, 60), some.seed], recurrencesStartSmall)
]

/**
 * What an affine map of the last axis of [B, T, F] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const linearLaws: ReadonlyArray<Law<typeof linear>> = [
  law('is a product', [three, few, few, few, some.seed], mapsLinearly),
  law('starts as the original does', [some.between(1, 60), some.seed], linearLayersStartSmall)
]

/** Keypoints as vectors, and back. */
interface Vectors {
  readonly flattenMatrices: typeof flattenMatrices
  readonly flattenMeans: typeof flattenMeans
  readonly readKeypoints: typeof readKeypoints
}

/**
 * What keypoints as vectors keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const vectorLaws: ReadonlyArray<Law<Vectors>> = [
  law('of keypoints is one of vectors', [three, few, few, some.seed], (v: Vectors) =>
    keypointsAreVectors(v.flattenMatrices, v.flattenMeans, v.readKeypoints)
  )
]

/** Picking of a batch or a sequence. */
interface Picks {
  readonly first: typeof first
  readonly asBatch: typeof asBatch
  readonly extend: typeof extend
}

/**
 * What picking of a batch or a sequence keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const pickLaws: ReadonlyArray<Law<Picks>> = [
  law('is cut or filled up with zeros', [three, few, few, few, some.count(6), some.seed], (p: Picks) =>
    batchesArePicked(p.first, p.asBatch, p.extend)
  )
]
