/**
 * The laws of normalisation in training: by its definition, and what takes the place of its chain.
 *
 * @since 0.1.0
 */
import type * as fc from 'fast-check'
import { leakyRelu } from '../../nodes/activations.js'
import { batchNormTraining } from '../../nodes/batch-norm-training.js'
import { weave } from '../../nodes/convolve.js'
import { instanceNorm } from '../../nodes/instance-norm.js'
import type { Primitive } from '../../nodes/node.js'
import type { normed } from '../../nodes/normed.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { settings } from '../arbitrary/settings.js'
import { equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, near, reader, sum, tabulated } from '../tensors.js'

type Tensors = Readonly<Record<string, tf.Tensor>>

/** What a node makes, and what it says that weights become, by their names. */
const ran = (made: Primitive<any, any, any>, x: tf.Tensor, weights: Tensors): { y: tf.Tensor; updates: Tensors } => {
  const out: any = made.run({ x }, weights)
  const next = Object.entries(made.updates ?? {}).map(([path, weight]) => [weight, out[path]] as const)
  return { y: out.y, updates: Object.fromEntries(next) }
}

/** Weights of a normalisation of `c` channels, under names that begin with `at`. */
const weightsOf = (c: number, seed: number, at = ''): Tensors => ({
  [`${at}weight`]: drawn([c], seed + 1, 0.2, 1),
  [`${at}bias`]: drawn([c], seed + 2),
  [`${at}running_mean`]: drawn([c], seed + 3),
  [`${at}running_var`]: drawn([c], seed + 4, 0.1, 2)
})

/** Law: every channel of the batch is brought to its `bias` and `weight`; its statistics move by a tenth, the variance unbiased. */
const normalisesTheBatch = (make: typeof batchNormTraining) =>
  tidied((b: number, h: number, w: number, c: number, seed: number) => {
    const x = drawn<tf.Rank.R4>([b, h, w, c], seed, -2, 2)
    const weights = weightsOf(c, seed)
    const [at, g, d, m, v] = [x, ...Object.values(weights)].map(reader) as [ReturnType<typeof reader>, ...any]
    const count = b * h * w
    const mean = (k: number, f: (value: number) => number) =>
      sum(b, (n) => sum(h, (i) => sum(w, (j) => f(at(n, i, j, k))))) / count
    const middle = Array.from({ length: c }, (_, k) => mean(k, (value) => value))
    const spread = Array.from({ length: c }, (_, k) => mean(k, (value) => (value - middle[k]!) ** 2))
    const { y, updates } = ran(make({ features: c }), x, weights)
    near(
      y,
      tabulated(x.shape, (n, i, j, k) => ((at(n, i, j, k) - middle[k]!) / Math.sqrt(spread[k]! + 1e-5)) * g(k) + d(k)),
      1e-4
    )
    equal(Object.keys(updates).sort(), ['running_mean', 'running_var'])
    near(
      updates['running_mean']!,
      tabulated([c], (k) => 0.9 * m(k) + 0.1 * middle[k]!)
    )
    near(
      updates['running_var']!,
      tabulated([c], (k) => 0.9 * v(k) + (0.1 * spread[k]! * count) / (count - 1)),
      1e-4
    )
  })

type Settings = Parameters<typeof normed>[0]

/** Law: it is the chain that it takes the place of: the convolution's bias, the normalisation, the activation, the pool. */
const isItsChain = (make: typeof normed) =>
  tidied((o: Settings, b: number, h: number, w: number, seed: number) => {
    const c = o.features
    const x = drawn<tf.Rank.R4>([b, h, w, o.woven ? 4 * c : c], seed, -2, 2)
    const shift = drawn<tf.Rank.R1>([c], seed + 5)
    const mine = weightsOf(c, seed)
    const given = { ...weightsOf(c, seed, `${o.norm}.`), ...(o.conv < 0 ? {} : { [`${o.conv}.bias`]: shift }) }
    const { y, updates } = ran(make(o), x, given)
    const map = o.woven ? weave(x) : x
    const before = tf.add(map, o.conv < 0 ? tf.zerosLike(shift) : shift)
    const norm = o.over === 'batch' ? batchNormTraining({ features: c }) : instanceNorm({ features: c })
    const due = o.over === 'nothing' ? { y: tf.add(map, mine['bias']!), updates: {} } : ran(norm as any, before, mine)
    const active = leakyRelu({ slope: o.slope }).run({ x: due.y as any }, {}).y as tf.Tensor4D
    near(y, o.pool ? tf.avgPool(active, 2, 2, 'valid') : active, 1e-3)
    equal(
      Object.keys(updates),
      Object.keys(due.updates).map((name) => `${o.norm}.${name}`)
    )
    for (const [name, value] of Object.entries<tf.Tensor>(due.updates)) near(updates[`${o.norm}.${name}`]!, value, 1e-4)
  })

const side = some.between(3, 6)

/**
 * What batch norm of maps [B, H, W, C] in training keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const batchNormTrainingLaws: ReadonlyArray<Law<typeof batchNormTraining>> = [
  law(
    'brings each channel of the batch to a mean and a deviation, and moves its statistics by a tenth',
    [some.count(3), side, side, some.count(3), some.start],
    normalisesTheBatch
  )
]

/**
 * What a normalisation with its activation and its pool, of maps [B, H, W, C] in training, keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const normedLaws: ReadonlyArray<Law<typeof normed>> = [
  law(
    'is the chain that it takes the place of',
    [settings['normed'] as fc.Arbitrary<Settings>, some.count(3), side, side, some.start],
    isItsChain,
    { runs: 75 }
  )
]
