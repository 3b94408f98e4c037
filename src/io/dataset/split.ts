/**
 * Which clips are kept back for tests.
 *
 * @since 0.1.0
 */
import { generatorAt, shuffled } from './random.js'

/**
 * Divides clips by chance: `test` of them, rounded up, are for tests, but never all. It depends on the names and the seed
 * alone; each part is in the order of the names.
 *
 * Source: `train_test_split` as the reference implementation calls it, with draws of our own.
 *
 * @category random
 * @since 0.1.0
 */
export const seededSplit = <A extends { readonly name: string }>(
  clips: ReadonlyArray<A>,
  test: number,
  seed: number
): { readonly train: ReadonlyArray<A>; readonly test: ReadonlyArray<A> } => {
  const sorted = [...clips].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const kept = Math.min(Math.ceil(sorted.length * test), Math.max(0, sorted.length - 1))
  const chosen = new Set(shuffled(generatorAt(seed, 'split'), sorted).slice(0, kept))
  return { train: sorted.filter((clip) => !chosen.has(clip)), test: sorted.filter((clip) => chosen.has(clip)) }
}
