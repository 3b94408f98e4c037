/**
 * The laws of layers: each against its definition, entry by entry.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { leakyRelu, relu, sigmoid } from '../../nodes/activations.js'
import type { add } from '../../nodes/add.js'
import type { batchNorm } from '../../nodes/batch-norm.js'
import type { concat } from '../../nodes/concat.js'
import type { conv2d } from '../../nodes/conv2d.js'
import type { instanceNorm } from '../../nodes/instance-norm.js'
import type { sum as total } from '../../nodes/sum.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, fills, near, reader, sum, tabulated } from '../tensors.js'

/** A map [b, h, w, c]. */
interface Map {
  readonly b: number
  readonly h: number
  readonly w: number
  readonly c: number
  readonly seed: number
}

const map = ({ b, h, w, c, seed }: Map) => drawn<tf.Rank.R4>([b, h, w, c], seed, -2, 2)

/** Law: a convolution is the sum of its definition: over its window and the channels of its own group, zeros outside. */
const convolvesAsDefined = (make: typeof conv2d) =>
  tidied((o: Map, kernel: number, groups: number, each: number, padding: 'same' | 'valid') => {
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
const convolutionsStartSmall = (make: typeof conv2d) =>
  tidied((c: number, kernel: number, groups: number, seed: number) => {
    const [from, to] = [c * groups, 96 * groups]
    const settings = { from, to, kernel, groups, padding: 'same' as const }
    const { weight, bias } = make({ ...settings, start: 'uniform' }).weights
    for (const one of [weight, bias]) fills(one.init(seed + 1), 1 / Math.sqrt(from * kernel * kernel))
    const biases = Array.from({ length: to }, (_, i) => i - 1.5)
    const start = make({ ...settings, start: biases }).weights
    near(start.weight.init(seed), tf.zeros([kernel, kernel, c, to]), 0)
    near(start.bias.init(seed), tf.tensor1d(biases), 0)
  })

/** Law: batch norm in evaluation is an affine map of each channel, made of its four weights. */
const normalisesByItsStatistics = (make: typeof batchNorm) =>
  tidied((o: Map) => {
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
    equal(
      [weight, bias, running_mean, running_var].map((one) => one.role),
      [...['parameter', 'parameter', 'statistic', 'statistic']]
    )
    near(bias.init(1), tf.zeros([c]), 0)
    near(running_mean.init(1), tf.zeros([c]), 0)
    near(running_var.init(1), tf.ones([c]), 0)
    equal(
      entries(weight.init(o.seed + 1)).every((one) => one >= 0 && one < 1),
      true
    )
  })

/** Law: instance norm brings every channel of every picture to mean `bias` and deviation `weight`. */
const normalisesEachPicture = (make: typeof instanceNorm) =>
  tidied((o: Map) => {
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
const activationsAreFunctions = (rectify: typeof relu, leak: typeof leakyRelu, squash: typeof sigmoid) =>
  tidied((o: Map, slope: number) => {
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
const mapsJoin = (plus: typeof add, join: typeof concat) =>
  tidied((o: Map, more: number) => {
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

/** Law: a sum of any number of maps is their sum, entry by entry. */
const manyAreAdded = (plus: typeof total) =>
  tidied((o: Map, of: number) => {
    const all = Array.from({ length: of }, (_, i) => map({ ...o, seed: o.seed + i }))
    const each = all.map(reader)
    const inputs = Object.fromEntries(all.map((x, i) => [`x${i}`, x]))
    near(
      plus({ of, dims: 'B H W C' }).run(inputs, {}).y,
      tabulated([o.b, o.h, o.w, o.c], (...at) => sum(of, (i) => each[i]!(...at)))
    )
  })

const side = some.between(3, 6)
const maps: fc.Arbitrary<Map> = fc.record({ b: some.count(3), h: side, w: side, c: some.count(3), seed: some.seed })
const few = some.count(4)

/**
 * What a convolution of maps [B, H, W, C] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const convolutionLaws: ReadonlyArray<Law<typeof conv2d>> = [
  law(
    'is the sum of its definition',
    [maps, some.oneOf(1, 3), some.count(3), some.count(2), some.oneOf('same', 'valid')],
    convolvesAsDefined
  ),
  law('starts as the original does', [few, some.oneOf(1, 3, 4), some.count(3), some.seed], convolutionsStartSmall)
]

/**
 * What batch norm of maps [B, H, W, C] in evaluation keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const batchNormLaws: ReadonlyArray<Law<typeof batchNorm>> = [
  law('is an affine map of each channel', [maps], normalisesByItsStatistics)
]

/**
 * What instance norm of maps [B, H, W, C] keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const instanceNormLaws: ReadonlyArray<Law<typeof instanceNorm>> = [
  law('brings each channel of each picture to a mean and a deviation', [maps], normalisesEachPicture)
]

/** Functions of one number. */
interface Activations {
  readonly relu: typeof relu
  readonly leakyRelu: typeof leakyRelu
  readonly sigmoid: typeof sigmoid
}

/**
 * What activations keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const activationLaws: ReadonlyArray<Law<Activations>> = [
  law('is a function of one number', [maps, some.real(0, 0.5)], (a: Activations) =>
    activationsAreFunctions(a.relu, a.leakyRelu, a.sigmoid)
  )
]

/** What joins two maps. */
interface Joins {
  readonly add: typeof add
  readonly concat: typeof concat
  readonly sum: typeof total
}

/**
 * What joining two maps keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const joinLaws: ReadonlyArray<Law<Joins>> = [
  law('adds them or puts their channels side by side', [maps, some.count(3)], (j: Joins) => mapsJoin(j.add, j.concat)),
  law('adds as many as there are', [maps, some.count(4)], (j: Joins) => manyAreAdded(j.sum))
]
