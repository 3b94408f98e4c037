/**
 * Random inputs of any program: pictures, places, covariances.
 *
 * @since 0.1.0
 */
import type { Program } from '../../graphs/plan.js'
import * as D from '../../nodes/dims.js'
import { build, type Leaf } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import { drawn } from '../tensors.js'

/**
 * Whole numbers for the names of sizes.
 *
 * @since 0.1.0
 */
export type Numbers = Readonly<Record<string, number>>

/** Sizes that every network of a random model can work with. */
export const common: Numbers = { B: 2, T: 3, H: 32, W: 32, '1|B': 1 }

/** The shape of a leaf, with 3 for a name that has no number. */
export const shapeOf = ({ dims }: Pick<Leaf, 'dims'>, numbers: Numbers): ReadonlyArray<number> => {
  const one = (name: string) => D.constant(numbers[name] ?? (name.startsWith('1|') ? 1 : 3))
  return dims.map((dim) => {
    const size = D.parse(dim)
    return D.value(D.substitute(size, new Map(D.names(size).map((name) => [name, one(name)])))) ?? Number.NaN
  })
}

/** A tensor for a leaf: symmetric and positive where it is called `var`, small indices, or numbers from -0.8 to 0.8. */
const leafOf = (leaf: Leaf, numbers: Numbers, seed: number): tf.Tensor => {
  const shape = [...shapeOf(leaf, numbers)]
  const salt = seed + [...leaf.path].reduce((s, c) => s * 31 + c.charCodeAt(0), 7)
  if (leaf.dtype === 'int32') return tf.cast(drawn(shape, salt, 0, 2), 'int32')
  if (!leaf.path.endsWith('var')) return drawn(shape, salt, -0.8, 0.8)
  if (shape.at(-1) === 1) return drawn(shape, salt, 0.05, 0.5)
  const root = drawn(shape, salt, -0.5, 0.5)
  return tf.add(tf.matMul(root, root, false, true), tf.mul(tf.eye(2), 0.05))
}

/**
 * Inputs for a program: what is called `var` is symmetric and positive, everything else is from -0.8 to 0.8.
 *
 * @category generators
 * @since 0.1.0
 */
export const inputsOf = <I>(program: Program<I, any>, seed: number, numbers: Numbers = common): I =>
  build(program.graph.inputs, (leaf) => tf.tidy(() => leafOf(leaf, numbers, seed))) as I
