/**
 * The law of nodes: what comes out is as the signature says.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as D from '../../nodes/dims.js'
import { get, match, showSpecError } from '../../nodes/match.js'
import type { Primitive, Values } from '../../nodes/node.js'
import { build, join, type Leaf } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, numbers } from '../tensors.js'

/** What a node may be given. */
export interface Example {
  readonly inputs: any
  readonly weights: Values
}

/** Random inputs and weights of a node: positive, symmetric where they are covariances. Sizes are even unless any will do. */
export const example = (made: Primitive<any, any, any>, seed: number, least = 2): Example => {
  const next = numbers(seed)
  const leaves = [...made.inputs.leaves, ...made.outputs.leaves]
  const names = [...new Set(leaves.flatMap((l) => l.dims.flatMap((d) => D.names(D.parse(d)))))]
  const sizesOf = (draw: () => number) => {
    const sizes = new Map(names.map((n) => [n, D.constant(draw())]))
    for (const n of sizes.keys()) // `1|B` is one or `B`
      if (n.includes('|')) sizes.set(n, (next() < 0.5 ? sizes.get(n.split('|')[1]!) : undefined) ?? D.constant(1))
    return sizes
  }
  const shapeIn = (sizes: ReadonlyMap<string, D.Size>) => (l: Leaf) =>
    l.dims.map((d) => D.value(D.substitute(D.parse(d), sizes)) ?? Number.NaN)
  const [any, even] = [
    sizesOf(() => 2 * least + Math.floor(5 * next())),
    sizesOf(() => 2 * (least + Math.floor(3 * next())))
  ]
  const shape = shapeIn(leaves.flatMap(shapeIn(any)).every(Number.isInteger) ? any : even)
  const one = (l: Leaf, salt: number): tf.Tensor => {
    const x = drawn(shape(l), seed + salt, 0.1, 0.9)
    if (l.dtype === 'int32') return tf.cast(tf.mul(x, 2 * least), 'int32') // an index: there are as many of everything
    if (!l.dims.join(' ').endsWith('2 2')) return x
    const turned = tf.transpose(
      x,
      [...x.shape.keys()].map((i) => (i < x.rank - 2 ? i : 2 * x.rank - 3 - i))
    )
    return tf.add(tf.mul(tf.add(x, turned), 0.2), tf.eye(2)) // a covariance
  }
  return {
    inputs: build(made.inputs, (l) =>
      one(
        l,
        [...l.path].reduce((s, c) => (s * 31 + c.charCodeAt(0)) % 9973, 200)
      )
    ),
    weights: Object.fromEntries(
      Object.entries<any>(made.weights).map(([name, w], i) => [name, build(w.spec, (l) => one(l, 100 + i))])
    )
  }
}

/**
 * Law: for inputs that fit its spec, a node makes outputs that fit its spec, with the same sizes for the same names; and
 * they are numbers. Twice the same inputs make twice the same outputs, and inputs and weights are left alone.
 */
const keepsItsSignature = (made: Primitive<any, any, any>) =>
  tidied((seed: number) => {
    const { inputs, weights } = example(made, seed)
    const before = JSON.stringify([inputs, weights].map(valuesOf))
    const known = match(made.inputs.leaves, inputs)
    if (E.isLeft(known)) throw new Error(known.left.map(showSpecError).join('\n'))
    const [outputs, again] = [made.run(inputs, weights), made.run(inputs, weights)]
    equal([...pathsOf(outputs)].sort(), made.outputs.leaves.map((l) => l.path).sort(), 'outputs')
    const fits = match(made.outputs.leaves, outputs, known.right)
    if (E.isLeft(fits))
      throw new Error(`${made.kind} ${JSON.stringify(made.settings)}: ${fits.left.map(showSpecError).join('\n')}`)
    equal(valuesOf(outputs).flat().every(Number.isFinite), true)
    equal(valuesOf(again), valuesOf(outputs))
    equal(JSON.stringify([inputs, weights].map(valuesOf)), before, 'inputs and weights')
  })

/** Law: a node makes the same whatever numbers stand in the inputs of which only the shape counts. */
export const readsShapesAlone = (made: Primitive<any, any, any>, { inputs, weights }: Example): void => {
  const due = valuesOf(made.run(inputs, weights))
  for (const other of [Number.NaN, 3, Number.POSITIVE_INFINITY]) {
    const changed = build(made.inputs, ({ path }) => {
      const x = get(inputs, path) as tf.Tensor
      return made.shapes?.includes(path) ? tf.fill(x.shape, other) : x
    })
    equal(valuesOf(made.run(changed, weights)), due)
  }
}

/** The paths of the tensors in a value. */
const pathsOf = (u: unknown, at = ''): ReadonlyArray<string> =>
  u instanceof tf.Tensor ? [at] : Object.entries(u as object).flatMap(([name, v]) => pathsOf(v, join(at, name)))

const valuesOf = (u: unknown): ReadonlyArray<ReadonlyArray<number>> =>
  u instanceof tf.Tensor ? [Array.from(u.dataSync())] : Object.values(u as object).flatMap((v) => valuesOf(v))

/**
 * What any node keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const nodeLaws: ReadonlyArray<Law<Primitive<any, any, any>>> = [
  law('keeps its signature', [some.start], keepsItsSignature, { runs: 15 })
]
