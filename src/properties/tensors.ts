/**
 * Drawing tensors from seeds and comparing them: what the laws have in common.
 *
 * @since 0.1.0
 */
import * as tf from '../nodes/tf.js'
import { atMost, equal, Mismatch } from './due.js'

/**
 * A number generator from 0 to 1 with a seed (mulberry32): the same numbers on every backend.
 *
 * @since 0.1.0
 */
export const numbers = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A tensor of independent numbers, uniform from `low` to `high`. Its shape is the given one.
 *
 * @since 0.1.0
 */
export const drawn = <R extends tf.Rank = tf.Rank>(
  shape: tf.ShapeMap[R],
  seed: number,
  low = -1,
  high = 1
): tf.Tensor<R> => {
  const next = numbers(seed)
  const size = (shape as ReadonlyArray<number>).reduce((a, b) => a * b, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, () => low + (high - low) * next()),
    shape
  )
}

/**
 * A tensor by its entries: `f` of the indices. Its shape is the given one.
 *
 * @since 0.1.0
 */
export const tabulated = <R extends tf.Rank = tf.Rank>(
  shape: tf.ShapeMap[R],
  f: (...index: Array<number>) => number
): tf.Tensor<R> => {
  const sizes = shape as ReadonlyArray<number>
  const values = Float32Array.from({ length: sizes.reduce((a, b) => a * b, 1) }, (_, flat) => {
    let rest = flat
    const index = sizes.map(() => 0)
    for (let i = sizes.length - 1; i >= 0; i--) {
      index[i] = rest % sizes[i]!
      rest = Math.floor(rest / sizes[i]!)
    }
    return f(...index)
  })
  return tf.tensor(values, shape)
}

/**
 * Reads entries of a tensor by their indices; 0 outside. The tensor may have any shape.
 *
 * @since 0.1.0
 */
export const reader = (x: tf.Tensor): ((...index: Array<number>) => number) => {
  const values = x.dataSync()
  return (...index) =>
    index.some((i, d) => i < 0 || i >= x.shape[d]!)
      ? 0
      : values[index.reduce((flat, i, d) => flat * x.shape[d]! + i, 0)]!
}

/** The entries of a tensor of numbers. */
export const entries = (x: tf.Tensor): Float32Array => x.dataSync<'float32'>()

/** The largest difference of two tensors of one shape, in units of the larger of 1 and the expected magnitude. */
export const apart = (actual: tf.Tensor, expected: tf.Tensor): number => {
  const [a, e] = [entries(actual), entries(expected)]
  const scale = e.reduce((m, v) => Math.max(m, Math.abs(v)), 1)
  return a.reduce((m, v, i) => Math.max(m, Math.abs(v - e[i]!)), 0) / scale // Math.max keeps a NaN
}

/** The indices of an entry of a tensor, by its place among all. */
const indexOf = (flat: number, shape: ReadonlyArray<number>): ReadonlyArray<number> =>
  shape.map((size, d) => Math.floor(flat / shape.slice(d + 1).reduce((a, b) => a * b, 1)) % size)

/**
 * Holds two tensors equal up to rounding: shape, and every entry, to `tolerance` in units of the larger of 1 and the largest
 * magnitude that is due. NaN equals nothing. Throws a `Mismatch` that names the entry that is farthest off.
 *
 * @category assertions
 * @since 0.1.0
 */
export const near = (came: tf.Tensor, due: tf.Tensor, tolerance = 1e-5, what = ''): void => {
  equal(came.shape, due.shape, `${what} shape`.trim())
  if (apart(came, due) <= tolerance) return
  const [a, e] = [entries(came), entries(due)]
  const off = (i: number) => (Number.isNaN(a[i]! - e[i]!) ? Number.POSITIVE_INFINITY : Math.abs(a[i]! - e[i]!))
  const worst = a.reduce((at, _, i) => (off(i) > off(at) ? i : at), 0)
  throw new Mismatch(e[worst], a[worst], `${what} entry [${indexOf(worst, came.shape).join(', ')}]`.trim())
}

/**
 * Holds every entry of a tensor to a predicate that `due` puts in words. The tensor may have any shape. Throws a `Mismatch`
 * that names the entry.
 *
 * @category assertions
 * @since 0.1.0
 */
export const every = (x: tf.Tensor, holds: (value: number) => boolean, due = 'as the law says'): void =>
  x.dataSync().forEach((v: number, i: number) => {
    if (!holds(v)) throw new Mismatch(due, v, `entry [${indexOf(i, x.shape).join(', ')}]`)
  })

/** Holds numbers that are drawn from `+-reach` to that; where there are hundreds, also to going far out on both sides. */
export const fills = (x: tf.Tensor, reach: number): void => {
  const [least, most] = [tf.min(x), tf.max(x)].map((end) => entries(end)[0]!) as [number, number]
  atMost(Math.max(-least, most), reach * 1.000001)
  if (x.size > 150) atMost(Math.max(least, -most), -reach / 2)
}

/** `<x, y>`: the sum of the products of entries, in double precision. */
export const inner = (x: tf.Tensor, y: tf.Tensor): number => {
  const [a, b] = [entries(x), entries(y)]
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0)
}

/** The slope of `f` at 0 by finite differences, of fourth order in the step. */
export const slopeAt0 = (f: (s: number) => number, step: number): number =>
  (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)

/** Holds a node to its batch: what it makes of a batch is what it makes of each sample alone. */
export const perSample =
  <I extends object>(run: (inputs: I) => tf.Tensor, tolerance = 1e-5) =>
  (inputs: I): void => {
    const whole = run(inputs)
    const pick = (x: tf.Tensor, i: number) => tf.slice(x, [i, ...Array(x.rank - 1).fill(0)], [1, ...x.shape.slice(1)])
    const each = Array.from({ length: whole.shape[0]! }, (_, i) =>
      run(Object.fromEntries(Object.entries(inputs).map(([k, x]) => [k, pick(x as tf.Tensor, i)])) as I)
    )
    near(tf.concat(each, 0), whole, tolerance)
  }

/** The sum of `f` over the numbers below `n`, in double precision. */
export const sum = (n: number, f: (i: number) => number): number => {
  let total = 0
  for (let i = 0; i < n; i++) total += f(i)
  return total
}
