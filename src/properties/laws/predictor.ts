/** Laws of predicted keypoints: what depends on what, and derivatives. */
import { close, equal } from '../due.js'
import * as E from 'fp-ts/lib/Either.js'
import { compile } from '../../graphs/compile.js'
import type { CommonParams } from '../../graphs/params/model.js'
import { foresee, type KeypointSequence } from '../../graphs/predictor.js'
import { initial, run } from '../../graphs/run.js'
import type { plateauRates } from '../../io/training/plateau.js'
import type { Primitive } from '../../nodes/node.js'
import { pullbackNode } from '../../nodes/pullback.js'
import * as tf from '../../nodes/tf.js'
import { tidied } from '../law.js'
import { drawn, near } from '../tensors.js'

type Made = Primitive<any, any, any>

/** Law: the pullback that a node has is the one that is derived from its function. */
export const pullsBack = (
  made: Made,
  inputs: Readonly<Record<string, tf.Tensor>>,
  by: ReadonlyArray<string>,
  seed: number
) =>
  tidied(() => {
    const weights = Object.fromEntries(
      Object.entries<any>(made.weights).map(([name, { spec }], i) => [
        name,
        drawn(spec.leaves[0].dims.map(Number), seed + i)
      ])
    )
    const outputs = made.run(inputs, weights) as Readonly<Record<string, tf.Tensor>>
    const [name] = Object.keys(outputs)
    const dy = drawn(outputs[name!]!.shape as never, seed + 99)
    const asked = { cotangents: [name!], inputs: by, weights: Object.keys(weights) }
    const pulled = (node: Made) => {
      const pull = pullbackNode(node, asked)
      const listed = (paths: ReadonlyArray<string>, of: Readonly<Record<string, tf.Tensor>>) =>
        Object.fromEntries(paths.map((path, i) => [i, of[path]!]))
      const { x, y } = pull.reads
      return pull.run({ x: listed(x, inputs), y: listed(y, outputs), dy: { 0: dy } }, weights) as any
    }
    const { pullback: _, ...plain } = made
    const [own, derived] = [pulled(made), pulled(plain as Made)]
    by.forEach((_path, i) => near(own.dx[i], derived.dx[i], 1e-4))
    Object.keys(weights).forEach((_path, i) => near(own.dw[i], derived.dw[i], 1e-4))
  })()

/** A film that is predicted, for some sizes. */
export interface Case {
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

const predicted = ({ variance, keep, layers, hold, seed }: Case, frames: number, given: KeypointSequence) => {
  const common = { num_kp: k, kp_variance: variance, num_channels: 3 } as CommonParams
  const rnn = { num_features: 3, num_layers: layers }
  const program = compile(foresee({ common, rnn, span: { keep, frames }, holdVariance: hold }))
  if (E.isLeft(program)) throw new Error(JSON.stringify(program.left))
  return run(program.right, { check: true })(initial(program.right, seed), given).outputs
}

/**
 * Law: a predicted film begins with what it was given, does not depend on what was given after that, and a longer one begins with
 * the shorter one. A variance that is held is that of the last given frame.
 */
export const goesOn = (c: Case): void =>
  tidied(() => {
    const { keep, more, variance, seed } = c
    const given = sequence(variance, keep + 2, seed)
    const longer = predicted(c, keep + more + 1, given)
    near(first(longer.mean, keep), first(given.mean, keep), 0)
    const shorter = predicted(c, keep + more, given)
    near(first(longer.mean, keep + more), shorter.mean, 1e-6)
    const later = sequence(variance, keep + 2, seed + 7)
    const other = Object.fromEntries(
      Object.entries(given).map(([part, x]) => {
        const rest = (later as any)[part] as tf.Tensor
        const from = tf.slice(rest, [0, keep, ...Array(rest.rank - 2).fill(0)], [1, 2, ...rest.shape.slice(2)])
        return [part, tf.concat([first(x as tf.Tensor, keep), from], 1)]
      })
    ) as unknown as KeypointSequence
    near(predicted(c, keep + more, other).mean, shorter.mean, 0)
    equal(shorter.var === undefined, given.var === undefined)
    if (given.var === undefined) return
    const last = first(given.var, keep).arraySync()[0]!.at(-1)
    const held = shorter.var!.arraySync()[0]!
    if (c.hold || variance === 'single') for (const v of held) equal(v, last)
    else near(first(shorter.var!, keep), first(given.var, keep), 0)
  })()

/** Law: a schedule that hears of nothing but worse losses is lowered after 51 epochs, again and again, whatever the steps of an epoch. */
export const isLowered = (rates: typeof plateauRates, perEpoch: number, worse: ReadonlyArray<number>): void => {
  const losses = Array.from({ length: 110 * perEpoch }, (_, i) => 1 + (i < perEpoch ? 0 : worse[i % worse.length]!))
  let told = rates(0.1)
  const at: Array<number> = []
  losses.forEach((loss, i) => {
    const epoch = Math.floor(i / perEpoch)
    at[epoch] = told.at(epoch)
    told = told.heard({ step: i + 1, epoch, losses: { loss } })
  })
  // the first epoch is the best; 51 epochs without progress come after it
  at.forEach((rate, epoch) => {
    close(rate, epoch <= 51 ? 0.1 : epoch <= 102 ? 0.01 : 0.001, 9)
  })
}

/** Law: as long as the loss falls by more than a ten-thousandth within 50 epochs, the rate stays. */
export const staysWhileItFalls = (rates: typeof plateauRates, every: number): void => {
  let told = rates(0.1)
  for (let epoch = 0; epoch < 300; epoch++)
    told = told.heard({ step: epoch + 1, epoch, losses: { loss: 0.99 ** Math.floor(epoch / every) } })
  equal(told.at(300), 0.1)
}
