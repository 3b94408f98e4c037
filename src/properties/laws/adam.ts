/**
 * The law of a step of Adam.
 *
 * @since 0.1.0
 */
import type { adam } from '../../nodes/adam.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, near } from '../tensors.js'

/** Law: a step of Adam is its formula, number by number, for any count of numbers. */
const stepsAsDefined = (make: typeof adam) =>
  tidied((count: number, size: number, seed: number) => {
    const of = (salt: number, low: number) => drawn([count], seed + salt, low, 1)
    const [gradient, value, first, second] = [of(1, -1), of(2, -1), of(3, -1), of(4, 0)]
    const made = make({ dims: 'N' }).run(
      { gradient, size: tf.scalar(size) } as any,
      { value, first, second } as any
    ) as any
    const [g, w, m, v] = [gradient, value, first, second].map(entries) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array
    ]
    const m1 = g.map((x, i) => (m[i]! + x) / 2)
    const v1 = g.map((x, i) => 0.999 * v[i]! + 0.001 * x * x)
    near(made.first, tf.tensor1d(m1), 1e-6)
    near(made.second, tf.tensor1d(v1), 1e-6)
    near(made.value, tf.tensor1d(w.map((x, i) => x - (size * m1[i]!) / (Math.sqrt(v1[i]!) + 1e-8))), 1e-5)
    near(made.norm, tf.scalar(g.reduce((sum, x) => sum + x * x, 0)), 1e-5)
  })

/**
 * What a step of Adam keeps, as `adam`: weight, gradient and moments of one shape.
 *
 * @category laws
 * @since 0.1.0
 */
export const adamLaws: ReadonlyArray<Law<typeof adam>> = [
  law('is its formula', [some.count(10000), some.real(1e-4, 1), some.start], stepsAsDefined)
]
