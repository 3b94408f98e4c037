/**
 * The law of a step of Adam.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import { type adam, adamConstants, adamSize, type Decays } from '../../nodes/adam.js'
import type { Primitive } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, near } from '../tensors.js'

/** Law: a step of Adam is its formula, number by number, for any count of numbers and any decays. */
const stepsAsDefined = (make: typeof adam) =>
  tidied((count: number, size: number, seed: number, own: Partial<Decays>) => {
    const of = (salt: number, low: number) => drawn([count], seed + salt, low, 1)
    const [gradient, value, first, second] = [of(1, -1), of(2, -1), of(3, -1), of(4, 0)]
    const [a, b] = [own.first ?? 0.5, own.second ?? 0.999]
    const node = make({ dims: 'N', ...own })
    const out = node.run({ gradient, size: tf.scalar(size) } as any, { value, first, second } as any) as any
    const made = { ...becomes(node, out), norm: out.norm } as any
    const [g, w, m, v] = [gradient, value, first, second].map(entries) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array
    ]
    const m1 = g.map((x, i) => a * m[i]! + (1 - a) * x)
    const v1 = g.map((x, i) => b * v[i]! + (1 - b) * x * x)
    near(made.first, tf.tensor1d(m1), 1e-6)
    near(made.second, tf.tensor1d(v1), 1e-6)
    near(made.value, tf.tensor1d(w.map((x, i) => x - (size * m1[i]!) / (Math.sqrt(v1[i]!) + 1e-8))), 1e-5)
    near(made.norm, tf.scalar(g.reduce((sum, x) => sum + x * x, 0)), 1e-5)
  })

/** What a node says that its weights become, by their names. */
const becomes = (made: Primitive<any, any, any>, out: Readonly<Record<string, tf.Tensor>>) =>
  Object.fromEntries(Object.entries(made.updates ?? {}).map(([path, weight]) => [weight, out[path]]))

/** Law: a weight whose gradient never changes moves by the rate at every step, whatever the gradient's size. */
const movesByItsRate = (make: typeof adam) =>
  tidied((steps: number, rate: number, slope: number, own: Partial<Decays>) => {
    const node = make({ dims: 'N', ...own })
    const gradient = tf.tensor1d([slope, -slope])
    let weights: any = { value: tf.zeros([2]), first: tf.zeros([2]), second: tf.zeros([2]) }
    for (let step = 1; step <= steps; step++) {
      const size = tf.scalar(adamSize(rate, step, { ...adamConstants, ...own }))
      weights = becomes(node, node.run({ gradient, size } as any, weights) as any)
    }
    near(tf.div(weights.value, steps * rate), tf.tensor1d([-1, 1]), 1e-3)
  })

const decays: fc.Arbitrary<Partial<Decays>> = fc.record(
  { first: some.real(0, 0.9), second: some.real(0.5, 0.999) },
  { requiredKeys: [] }
)

/**
 * What a step of Adam keeps, as `adam`: weight, gradient and moments of one shape.
 *
 * @category laws
 * @since 0.1.0
 */
export const adamLaws: ReadonlyArray<Law<typeof adam>> = [
  law('is its formula', [some.count(10000), some.real(1e-4, 1), some.start, decays], stepsAsDefined),
  law('moves by its rate', [some.count(6), some.real(1e-4, 1), some.real(0.5, 10), decays], movesByItsRate)
]
