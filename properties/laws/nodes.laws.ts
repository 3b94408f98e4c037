/** The law of nodes: what comes out is as the signature says. */
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import * as D from '../../src/nodes/dims.js'
import { match, showSpecError } from '../../src/nodes/match.js'
import type { Primitive } from '../../src/nodes/node.js'
import { build, type Leaf } from '../../src/nodes/spec.js'
import * as tf from '../../src/nodes/tf.js'
import { drawn, law, numbers } from './tensors.js'

/**
 * Law: for inputs that fit its spec, a node makes outputs that fit its spec, with the same sizes for the same names; and
 * they are numbers. Twice the same inputs make twice the same outputs, and inputs and weights are left alone.
 */
export const keepsItsSignature = (made: Primitive<any, any, any>, seed: number, least: number): void =>
  law(() => {
    const next = numbers(seed)
    const names = [...made.inputs.leaves, ...made.outputs.leaves].flatMap((l) =>
      l.dims.flatMap((d) => D.names(D.parse(d)))
    )
    // even sizes, so that half of one is a size; `1|B` is one or `B`
    const drawnSizes = new Map([...new Set(names)].map((n) => [n, D.constant(2 * (least + Math.floor(next() * 3)))]))
    for (const n of drawnSizes.keys())
      if (n.includes('|'))
        drawnSizes.set(n, (next() < 0.5 ? drawnSizes.get(n.split('|')[1]!) : undefined) ?? D.constant(1))
    const shape = (l: Leaf) => l.dims.map((d) => D.value(D.substitute(D.parse(d), drawnSizes))!)
    const one = (l: Leaf, salt: number): tf.Tensor => {
      const x = drawn(shape(l), seed + salt, 0.1, 0.9)
      if (l.dtype === 'int32') return tf.cast(tf.mul(x, 4), 'int32') // from 0 to 3: there are as many of everything
      if (!l.dims.join(' ').endsWith('2 2')) return x
      const turned = tf.transpose(
        x,
        [...x.shape.keys()].map((i) => (i < x.rank - 2 ? i : 2 * x.rank - 3 - i))
      )
      return tf.add(tf.mul(tf.add(x, turned), 0.2), tf.eye(2)) // a covariance
    }
    const inputs = build(made.inputs, (l) => one(l, l.path.length))
    const weights = Object.fromEntries(
      Object.entries<any>(made.weights).map(([name, w], i) => [name, build(w.spec, (l) => one(l, 100 + i))])
    )
    const before = JSON.stringify([inputs, weights].map(valuesOf))
    const known = match(made.inputs.leaves, inputs)
    if (E.isLeft(known)) throw new Error(known.left.map(showSpecError).join('\n'))
    const [outputs, again] = [made.run(inputs, weights), made.run(inputs, weights)]
    const fits = match(made.outputs.leaves, outputs, known.right)
    if (E.isLeft(fits))
      throw new Error(`${made.kind} ${JSON.stringify(made.settings)}: ${fits.left.map(showSpecError).join('\n')}`)
    expect(valuesOf(outputs).flat().every(Number.isFinite)).toBe(true)
    expect(valuesOf(again)).toEqual(valuesOf(outputs))
    expect(JSON.stringify([inputs, weights].map(valuesOf))).toBe(before)
  })()

const valuesOf = (u: unknown): ReadonlyArray<ReadonlyArray<number>> =>
  u instanceof tf.Tensor ? [Array.from(u.dataSync())] : Object.values(u as object).flatMap((v) => valuesOf(v))
