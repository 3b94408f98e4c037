/** Random inputs of any program: pictures, places, covariances. */
import type { Program } from '../../src/graphs/plan.js'
import * as D from '../../src/nodes/dims.js'
import { build } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { drawn } from '../laws/tensors.js'

/** Sizes that every network of a random model can work with. */
export const common: Readonly<Record<string, number>> = { B: 2, T: 3, H: 32, W: 32, '1|B': 1 }

/** Inputs for a program: what is called `var` is symmetric and positive, everything else is from -0.8 to 0.8. */
export const inputsOf = <I>(program: Program<I, any>, seed: number, numbers = common): I => {
  const sizes = new Map(Object.entries(numbers).map(([k, n]) => [k, D.constant(n)]))
  const size = (dim: string) => D.value(D.substitute(D.parse(dim), sizes))!
  return build(program.graph.inputs, ({ path, dims }) => {
    const shape = dims.map(size)
    const salt = seed + [...path].reduce((s, c) => s * 31 + c.charCodeAt(0), 7)
    if (!path.endsWith('var')) return drawn(shape, salt, -0.8, 0.8)
    if (shape.at(-1) === 1) return drawn(shape, salt, 0.05, 0.5)
    const root = drawn(shape, salt, -0.5, 0.5)
    return tf.tidy(() => tf.add(tf.matMul(root, root, false, true), tf.mul(tf.eye(2), 0.05)))
  })
}
