/**
 * The laws of graphs that learn: gradients, and the forms of training.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import { type GraphError, showGraphError } from '../../graphs/errors.js'
import type { Graph } from '../../graphs/graph.js'
import type { Program } from '../../graphs/plan.js'
import { gradient, run } from '../../graphs/run.js'
import { trainingForms, trainingMode } from '../../graphs/training-forms.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { inputsOf, type Numbers } from '../arbitrary/inputs.js'
import * as some from '../arbitrary/numbers.js'
import { atMost, below, equal } from '../due.js'
import { type Law, law } from '../law.js'
import { apart, drawn, entries, inner, near, slopeAt0 } from '../tensors.js'
import { smallMaps, type Tried } from './graphs.js'
import { compiled, count, free, leaves, sameOutputs, trained } from './programs.js'

/**
 * A graph that has a loss, a scalar.
 *
 * @since 0.1.0
 */
export type Learner = Graph<any, { readonly loss: tf.Scalar }>

/** What a judgement of a graph gives, where it finds nothing wrong. */
const given = <A>(result: E.Either<NonEmptyArray<GraphError>, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.map(showGraphError).join('; '))
  return result.right
}

/** The weights that a slot depends on: not those of a map that is read for its size alone. */
const weightsThatMatter = (program: Program<any, any>, slot: string): ReadonlySet<string> => {
  const [slots, weights] = [new Set([slot]), new Set<string>()]
  for (const line of [...program.plan].reverse())
    if (Object.values(line.writes).some((s) => slots.has(s))) {
      for (const [name, s] of Object.entries(line.reads)) if (!line.node.shapes?.includes(name)) slots.add(s)
      Object.values(line.weights).forEach((w) => weights.add(w))
    }
  return weights
}

/** Law: a gradient is the slope of the loss along any direction of the weights, and nothing but the result is left. */
const gradientIsTheSlope =
  (graph: Learner) =>
  (size: Numbers, seed: number): void => {
    const program = compiled(graph)
    const [w, x] = [trained(program, seed), inputsOf(program, seed, size)]
    const useful = weightsThatMatter(program, program.outputs.loss)
    const trainable = Object.keys(program.weights).filter(
      (k) => program.weights[k]!.role === 'parameter' && useful.has(k)
    )
    const before = count()
    const made = given(gradient(graph, trainable, { check: true }))(w, x)
    const owned = new Set(
      [...leaves(made.outputs, program), ...Object.values(made.taps), ...Object.values(made.gradients)].map((t) => t.id)
    )
    equal(count(), before + owned.size)
    tf.tidy(() => {
      const along: Values = Object.fromEntries(trainable.map((k, i) => [k, drawn(w[k]!.shape, seed + i, -0.3, 0.3)]))
      const loss = (s: number) =>
        tf.tidy(() => {
          const moved = Object.fromEntries(trainable.map((k) => [k, tf.add(w[k]!, tf.mul(along[k]!, s))]))
          return entries(run(program)({ ...w, ...moved }, x).outputs.loss)[0]!
        })
      const slope = trainable.reduce((sum, k) => sum + inner(made.gradients[k]!, along[k]!), 0)
      const rise = slopeAt0(loss, 0.05)
      below(apart(made.outputs.loss, tf.scalar(loss(0))), 1e-6)
      atMost(Math.abs(slope - rise), 2e-2 * Math.max(0.05, Math.abs(rise)))
    })
    free([made.outputs, made.taps, made.gradients])
    equal(count(), before)
    free([w, x])
  }

/**
 * Law: in the forms of training a program gives what it gives in training mode: outputs, next statistics, and gradients of
 * every weight. A gradient may differ where rounding has a number on the other side of a kink, here and there one.
 */
export const trainedAlike = (graph: Learner, size: Numbers, seed: number): ReadonlyArray<string> => {
  const learning = { objectives: [{ loss: 'loss', of: () => true }] }
  const [plain, fast] = [
    compiled(graph, { rules: trainingMode, learning }),
    compiled(graph, { rules: trainingForms, learning })
  ]
  equal(Object.keys(fast.weights).sort(), Object.keys(plain.weights).sort())
  tf.tidy(() => {
    const [w, x] = [trained(plain, seed), inputsOf(plain, seed, size)]
    const [expected, actual] = [run(plain, { check: true })(w, x), run(fast, { check: true })(w, x)]
    sameOutputs(plain, actual.outputs, expected.outputs, 1e-3)
    equal(Object.keys(actual.updates).sort(), Object.keys(expected.updates).sort())
    for (const [path, due] of Object.entries(expected.updates)) near(actual.updates[path]!, due, 1e-3)
    equal(Object.keys(actual.gradients).sort(), Object.keys(expected.gradients).sort())
    const length = (t: tf.Tensor) => Math.sqrt(inner(t, t))
    const whole = Math.sqrt(Object.values(expected.gradients).reduce((sum, g) => sum + inner(g, g), 0))
    for (const [path, due] of Object.entries(expected.gradients))
      atMost(length(tf.sub(actual.gradients[path]!, due)), 3e-2 * length(due) + 3e-3 * whole + 1e-6, path)
  })
  return fast.plan.map(({ node }) => node.kind)
}

/**
 * What a graph with a smooth loss keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const gradientLaws = ({ sizes, runs = 50 }: Tried = { sizes: smallMaps }): ReadonlyArray<Law<Learner>> => [
  law(
    'has the gradient that finite differences have, and leaves nothing behind',
    [sizes, some.start],
    gradientIsTheSlope,
    { runs, derives: true }
  )
]

/** Maps that are large enough for what training has in place of chains of nodes. */
const largeMaps = fc.record({ B: fc.constant(2), H: fc.constantFrom(8, 16), W: fc.constantFrom(8, 16) })

/**
 * What a graph with a loss keeps in the forms of training.
 *
 * @category laws
 * @since 0.1.0
 */
export const trainingLaws = ({ sizes, runs = 75 }: Tried = { sizes: largeMaps }): ReadonlyArray<Law<Learner>> => [
  law(
    'trains alike in the forms of training',
    [sizes, some.start],
    (graph: Learner) => (size: Numbers, seed: number) => void trainedAlike(graph, size, seed),
    { runs, derives: true }
  )
]
