import * as tf from '../../nodes/tf.js'

/**
 * The numbers of some scalars, in one reading; they are borrowed.
 *
 * @category conversion
 * @since 0.1.0
 */
export const numbersOf = (scalars: Readonly<Record<string, tf.Scalar>>): Readonly<Record<string, number>> => {
  const values = tf.tidy(() => tf.stack(Object.values(scalars)).dataSync())
  return Object.fromEntries(Object.keys(scalars).map((name, i) => [name, values[i]!]))
}
