/**
 * Random draws that stand alone: a generator is made from a seed and a path, so that any item can be made without those
 * before it.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/**
 * A generator for the item that the path names. Other paths and other seeds give unrelated draws.
 *
 * @category random
 * @since 0.1.0
 */
export const generatorAt = (seed: number, ...path: ReadonlyArray<string | number>): RandomGenerator => {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...path]))
    .digest()
  return xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)))
}

/**
 * A number between two, evenly.
 *
 * @category random
 * @since 0.1.0
 */
export const uniform = (random: RandomGenerator, from: number, to: number): number =>
  from + (to - from) * uniformFloat64(random)

/**
 * A whole number from 0 up to `count - 1`, evenly.
 *
 * @category random
 * @since 0.1.0
 */
export const below = (random: RandomGenerator, count: number): number => uniformInt(random, 0, count - 1)

/**
 * The items in an order of chance, every order as likely as any other.
 *
 * @category random
 * @since 0.1.0
 */
export const shuffled = <A>(random: RandomGenerator, items: ReadonlyArray<A>): ReadonlyArray<A> => {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i--) {
    const j = below(random, i + 1)
    const kept = out[i]!
    out[i] = out[j]!
    out[j] = kept
  }
  return out
}
