/**
 * The laws of predicted films of keypoints: what depends on what.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../../graphs/compile.js'
import type { CommonParams } from '../../graphs/params/model.js'
import type { foresee, KeypointSequence } from '../../graphs/predictor.js'
import { initial, run } from '../../graphs/run.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, near } from '../tensors.js'

/** A film that is predicted, for some sizes. */
interface Case {
  readonly variance: CommonParams['kp_variance']
  readonly keep: number
  readonly more: number
  readonly layers: number
  readonly hold: boolean
  readonly seed: number
}

const k = 2
const sequence = (variance: Case['variance'], steps: number, seed: number): KeypointSequence => {
  const mean = drawn<tf.Rank.R4>([1, steps, k, 2], seed)
  if (typeof variance === 'number') return { mean }
  const side = variance === 'matrix' ? 2 : 1
  return { mean, var: drawn<tf.Rank.R5>([1, steps, k, side, side], seed + 1) }
}

const first = <A extends tf.Tensor>(x: A, steps: number): A =>
  tf.slice(x, Array(x.rank).fill(0), [1, steps, ...x.shape.slice(2)]) as A

const predicted = (
  film: typeof foresee,
  { variance, keep, layers, hold, seed }: Case,
  frames: number,
  given: KeypointSequence
) => {
  const common = { num_kp: k, kp_variance: variance, num_channels: 3 } as CommonParams
  const rnn = { num_features: 3, num_layers: layers }
  const program = compile(film({ common, rnn, span: { keep, frames }, holdVariance: hold }))
  if (E.isLeft(program)) throw new Error(JSON.stringify(program.left))
  return run(program.right, { check: true })(initial(program.right, seed), given).outputs
}

/**
 * Law: a predicted film begins with what it was given, does not depend on what was given after that, and a longer one begins with
 * the shorter one. A variance that is held is that of the last given frame.
 */
const goesOn = (film: typeof foresee) =>
  tidied((c: Case) => {
    const { keep, more, variance, seed } = c
    const given = sequence(variance, keep + 2, seed)
    const longer = predicted(film, c, keep + more + 1, given)
    near(first(longer.mean, keep), first(given.mean, keep), 0)
    const shorter = predicted(film, c, keep + more, given)
    near(first(longer.mean, keep + more), shorter.mean, 1e-6)
    const later = sequence(variance, keep + 2, seed + 7)
    const other = Object.fromEntries(
      Object.entries(given).map(([part, x]) => {
        const rest = (later as any)[part] as tf.Tensor
        const from = tf.slice(rest, [0, keep, ...Array(rest.rank - 2).fill(0)], [1, 2, ...rest.shape.slice(2)])
        return [part, tf.concat([first(x as tf.Tensor, keep), from], 1)]
      })
    ) as unknown as KeypointSequence
    near(predicted(film, c, keep + more, other).mean, shorter.mean, 0)
    equal(shorter.var === undefined, given.var === undefined)
    if (given.var === undefined) return
    const last = first(given.var, keep).arraySync()[0]!.at(-1)
    const held = shorter.var!.arraySync()[0]!
    if (c.hold || variance === 'single') for (const v of held) equal(v, last)
    else near(first(shorter.var!, keep), first(given.var, keep), 0)
  })

const films: fc.Arbitrary<Case> = fc.record({
  variance: fc.constantFrom('matrix' as const, 'single' as const, 0.01),
  keep: some.count(3),
  more: some.count(3),
  layers: some.count(2),
  hold: fc.boolean(),
  seed: some.seed
})

/**
 * What a predicted film keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const foreseenLaws: ReadonlyArray<Law<typeof foresee>> = [
  law('begins with what was given and goes on from it alone', [films], goesOn, { runs: 18 })
]
