/**
 * Codecs for tensors: a `Spec` is an io-ts codec that also knows its dims.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { type Leaf, match, showSpecError } from './match.js'
import type * as tf from './tf.js'

export type { Leaf } from './match.js'

type Words<S extends string> = S extends '' ? [] : S extends `${infer H} ${infer T}` ? [H, ...Words<T>] : [S]
interface ByRank {
  0: tf.Scalar
  1: tf.Tensor1D
  2: tf.Tensor2D
  3: tf.Tensor3D
  4: tf.Tensor4D
  5: tf.Tensor5D
}

/**
 * The tensor type of the shape that a dims string tells: `'B H W 3'` is a `Tensor4D`; a dims string known only at run time is
 * a `Tensor`.
 *
 * @since 0.1.0
 */
export type TensorOf<S extends string> = string extends S
  ? tf.Tensor
  : Words<S>['length'] extends infer N extends keyof ByRank
    ? ByRank[N]
    : tf.Tensor

/**
 * A codec for a tensor, or for a record of tensors whose dims must agree.
 *
 * @category model
 * @since 0.1.0
 */
export class Spec<A> extends t.Type<A> {
  constructor(
    name: string,
    readonly leaves: ReadonlyArray<Leaf>
  ) {
    super(
      name,
      (u): u is A => E.isRight(match(this.leaves, u)),
      (u, context) => {
        const result = match(this.leaves, u)
        return E.isLeft(result)
          ? t.failures(result.left.map((e) => ({ value: u, context, message: showSpecError(e) })))
          : t.success(u as A)
      },
      t.identity
    )
  }
}

/**
 * One tensor: dims are names, numbers or sizes such as `H/2`, separated by spaces. A name means the same size
 * everywhere inside one spec.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tensor = <S extends string>(dims: S, dtype: tf.DataType = 'float32'): Spec<TensorOf<S>> =>
  new Spec(`${dtype}[${dims}]`, [{ path: '', dims: dims.split(' ').filter(Boolean), dtype }])

/**
 * A record of specs; names are shared between the fields, so `record({ x: tensor('B C'), y: tensor('B') })` accepts only
 * values whose batch sizes agree.
 *
 * @category constructors
 * @since 0.1.0
 */
export const record = <P extends Readonly<Record<string, Spec<any>>>>(
  props: P
): Spec<{ readonly [K in keyof P]: t.TypeOf<P[K]> }> =>
  new Spec(
    `{ ${Object.entries(props)
      .map(([k, s]) => `${k}: ${s.name}`)
      .join(', ')} }`,
    Object.entries(props).flatMap(([k, s]) => s.leaves.map((l) => ({ ...l, path: join(k, l.path) })))
  )

/**
 * Two paths in one: `a` and `b.c` make `a.b.c`; an empty path is nowhere.
 *
 * @since 0.1.0
 */
export const join = (a: string, b: string): string => (a === '' || b === '' ? a + b : `${a}.${b}`)

/**
 * Builds the nested record whose leaves are `f(leaf)`.
 *
 * @since 0.1.0
 */
export const build = <A>(spec: Spec<A>, f: (leaf: Leaf) => unknown): A => {
  const out: Record<string, any> = {}
  for (const leaf of spec.leaves) {
    if (leaf.path === '') return f(leaf) as A
    const keys = leaf.path.split('.')
    const last = keys.pop()!
    keys.reduce((o, k) => (o[k] ??= {}), out)[last] = f(leaf)
  }
  return out as A
}
