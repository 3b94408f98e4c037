/** The laws of programs: every way of running one gives the same, and leaves nothing behind. */
import * as E from 'fp-ts/lib/Either.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import { catchError, EMPTY, from, lastValueFrom, map, type OperatorFunction, take, toArray } from 'rxjs'
import { expect } from 'vitest'
import { type CompileOptions, compile } from '../../src/graphs/compile.js'
import { type GraphError, showGraphError } from '../../src/graphs/errors.js'
import { Failure, type RunError } from '../../src/graphs/failure.js'
import { type Graph, wiresOf } from '../../src/graphs/graph.js'
import type { Program } from '../../src/graphs/plan.js'
import { gradient, initial, run } from '../../src/graphs/run.js'
import { trainingForms, trainingMode } from '../../src/graphs/training-forms.js'
import * as D from '../../src/nodes/dims.js'
import { get } from '../../src/nodes/match.js'
import type { Values } from '../../src/nodes/node.js'
import * as tf from '../../src/nodes/tf.js'
import { stream } from '../../src/streams/stream.js'
import type { Pair, Sizes } from '../arbitrary/graphs.js'
import { apart, drawn, entries, inner, near, slopeAt0 } from './tensors.js'

/** What a judgement of a graph gives, where it finds nothing wrong. */
const given = <A>(result: E.Either<NonEmptyArray<GraphError>, A>): A => {
  if (E.isLeft(result)) throw new Error(result.left.map(showGraphError).join('; '))
  return result.right
}

/** The program of a graph that is right. */
export const compiled = <I, O>(graph: Graph<I, O>, options: CompileOptions = {}): Program<I, O> => {
  const program = compile(graph, options)
  if (E.isLeft(program)) throw new Error(program.left.map(showGraphError).join('\n'))
  return program.right
}

/** Weights as a trained model has them: statistics too are not those of the start. */
export const trained = (program: Program<any, any>, seed: number): Values => {
  const start = initial(program, seed)
  return Object.fromEntries(
    Object.entries(start).map(([path, x], i) => {
      const positive = path.endsWith('running_var') || path.endsWith('weight')
      const isNorm = program.weights[path]!.role === 'statistic' || x.rank === 1
      if (!isNorm) return [path, x]
      x.dispose()
      return [path, positive ? drawn(x.shape, seed + i, 0.5, 1.5) : drawn(x.shape, seed + i, -0.5, 0.5)]
    })
  )
}

/** Inputs of a random graph. */
export const pair = ({ B, H, W }: Sizes, seed: number): Pair => ({
  x: drawn<tf.Rank.R4>([B, H, W, 2], seed),
  y: drawn<tf.Rank.R4>([B, H, W, 3], seed + 1)
})

const leaves = (outputs: unknown, program: Program<any, any>): ReadonlyArray<tf.Tensor> =>
  wiresOf(program.outputs).map(([path]) => get(outputs, path) as tf.Tensor)
/** The numbers of all outputs, with their shapes; the tensors are let go. */
const numbersOf = (outputs: unknown, program: Program<any, any>) => {
  const all = leaves(outputs, program).map((x) => [x.shape, Array.from(x.dataSync())])
  tf.dispose(outputs as tf.TensorContainer)
  return all
}
const free = (x: unknown): void => tf.dispose(x as tf.TensorContainer)
const count = (): number => tf.memory().numTensors

/** Holds two sets of outputs equal up to rounding. */
const sameOutputs = (program: Program<any, any>, actual: unknown, expected: unknown, tolerance: number): void => {
  const [a, e] = [leaves(actual, program), leaves(expected, program)]
  a.forEach((x, i) => near(x, e[i]!, tolerance))
}

/** Law: every size that the program predicts is the size of the tensor. */
export const sizesArePredicted = (graph: Graph<Pair, any>, size: Sizes, seed: number): void => {
  const program = compiled(graph, { taps: true })
  tf.tidy(() => {
    const { outputs, taps } = run(program, { check: true })(trained(program, seed), pair(size, seed))
    const at = new Map(Object.entries(size).map(([k, n]) => [k, D.constant(n)]))
    const predicted = (slot: string) =>
      program.sizes[slot]!.split(' ').map((d) => D.value(D.substitute(D.parse(d), at)))
    for (const [path, slot] of wiresOf(program.outputs))
      expect(predicted(slot)).toEqual((get(outputs, path) as tf.Tensor).shape)
    for (const [name, slot] of Object.entries(program.taps)) expect(predicted(slot)).toEqual(taps[name]!.shape)
  })
}

/** Law: a slot is dropped once, after its last reader, and nothing is read that is not there. */
export const releasesAreAtTheLastUse = (program: Program<any, any>): void => {
  const kept = new Set([
    ...wiresOf(program.outputs).map(([, slot]) => slot),
    ...Object.values(program.taps),
    ...program.sinks.flatMap(({ slots }) => Object.values(slots))
  ])
  const live = new Set(program.entries.map(({ slot }) => slot))
  const readers = new Map<string, number>()
  program.plan.forEach(({ reads }, n) => Object.values(reads).forEach((slot) => readers.set(slot, n)))
  program.plan.forEach(({ reads, writes, drops }, n) => {
    for (const slot of Object.values(reads)) expect(live.has(slot)).toBe(true)
    for (const slot of Object.values(writes)) {
      expect(live.has(slot)).toBe(false)
      live.add(slot)
    }
    for (const slot of drops) {
      expect(kept.has(slot)).toBe(false)
      expect(live.delete(slot)).toBe(true)
      expect(readers.get(slot) ?? n).toBe(n)
    }
  })
  const entered = new Set(program.entries.map(({ slot }) => slot))
  expect([...live].filter((slot) => !kept.has(slot) && !entered.has(slot))).toEqual([])
}

/** Law: releasing tensors at their last use never changes a value. */
export const releaseChangesNothing = (graph: Graph<Pair, any>, size: Sizes, seed: number): void => {
  const program = compiled(graph)
  const hoarding = { ...program, plan: program.plan.map((line) => ({ ...line, drops: [] })) }
  const [w, x] = [trained(program, seed), pair(size, seed)]
  const before = count()
  expect(numbersOf(run(program)(w, x).outputs, program)).toEqual(numbersOf(run(hoarding)(w, x).outputs, program))
  expect(count()).toBe(before)
  free([w, x])
}

/** Holds a run to what it borrows: weights and held inputs are as they were. */
const stillThere = (lent: tf.TensorContainer): void =>
  expect(Object.values(lent as Values).filter((x) => x.isDisposed)).toEqual([])

/** Law: streamed, a program gives what it gives run on each tick, whichever inputs are held; nothing is left behind. */
export const streamedIsRun = async (
  graph: Graph<Pair, any>,
  size: Sizes,
  hold: 'x' | 'y' | 'both' | 'neither',
  ticks: number,
  seed: number,
  options: CompileOptions = {}
): Promise<void> => {
  const program = compiled(graph, options)
  const [w, fixed] = [trained(program, seed), pair(size, seed + 50)]
  const held: Partial<Pair> =
    hold === 'neither' ? {} : hold === 'both' ? fixed : hold === 'x' ? { x: fixed.x } : { y: fixed.y }
  const before = count()
  const given = Array.from({ length: ticks }, (_, i) => pair(size, seed + 2 * i))
  const expected = given.map((t) => numbersOf(run(program)(w, { ...t, ...held }).outputs, program))
  const ticking = given.map((t) => {
    const rest = Object.fromEntries(Object.entries(t).filter(([k]) => !(k in held)))
    for (const [k, x] of Object.entries(t)) if (k in held) x.dispose()
    return rest
  })
  const operator = stream(program)(w, held) as unknown as OperatorFunction<object, unknown>
  const got = await lastValueFrom(
    from(ticking).pipe(
      operator,
      map((outputs) => numbersOf(outputs, program)),
      toArray()
    )
  )
  expect(got).toEqual(expected)
  expect(count()).toBe(before)
  stillThere(w)
  stillThere(fixed as unknown as tf.TensorContainer)
  free([w, fixed])
}

/** Law: of a batch, a program of per-sample nodes makes what it makes of the parts of the batch. */
export const batchedIsRun = (graph: Graph<Pair, any>, size: Sizes, parts: number, seed: number): void => {
  const program = compiled(graph)
  tf.tidy(() => {
    const w = trained(program, seed)
    const each = Array.from({ length: parts }, (_, i) => pair(size, seed + 2 * i))
    const whole = {
      x: tf.concat(each.map(({ x }) => x)),
      y: tf.concat(each.map(({ y }) => y))
    }
    const alone = each.map((x) => leaves(run(program)(w, x).outputs, program))
    leaves(run(program)(w, whole).outputs, program).forEach((x, i) =>
      near(x, tf.concat(alone.map((outputs) => outputs[i]!)), 1e-4)
    )
  })
}

/** Law: with the fast forms a program gives what it gives without them, its side outputs too. */
export const rewrittenIsRun =
  (rules: NonNullable<CompileOptions['rules']>) =>
  <I>(graph: Graph<I, any>, inputs: I, seed: number, taps: boolean, tolerance = 1e-4): void => {
    const [plain, fast] = [compiled(graph, { taps }), compiled(graph, { taps, rules })]
    expect(Object.keys(fast.weights).sort()).toEqual(Object.keys(plain.weights).sort())
    releasesAreAtTheLastUse(fast)
    tf.tidy(() => {
      const w = trained(plain, seed)
      const [expected, actual] = [run(plain)(w, inputs), run(fast)(w, inputs)]
      sameOutputs(plain, actual.outputs, expected.outputs, tolerance)
      for (const name of Object.keys(plain.taps)) near(actual.taps[name]!, expected.taps[name]!, tolerance)
    })
  }

/** Law: however a stream ends (at its own end, after a few values, by a node that throws) no tensor is left behind. */
export const nothingIsLeftBehind = async (
  graph: Graph<Pair, any>,
  size: Sizes,
  hold: boolean,
  leave: number,
  seed: number,
  options: CompileOptions = {}
): Promise<void> => {
  const program = compiled(graph, options)
  const [w, fixed] = [trained(program, seed), pair(size, seed)]
  const before = count()
  function* ticks() {
    for (let i = 0; i < 3; i++) {
      const { x, y } = pair(size, seed + i)
      if (hold) x.dispose()
      yield hold ? { y } : { x, y }
    }
  }
  const operator = stream(program)(w, hold ? { x: fixed.x } : {}) as unknown as OperatorFunction<object, unknown>
  const caught: Array<unknown> = []
  await lastValueFrom(
    from(ticks()).pipe(
      operator,
      take(leave),
      map(free),
      catchError((e) => {
        caught.push(e)
        return EMPTY
      }),
      toArray()
    )
  )
  expect(count()).toBe(before)
  const failed = program.plan.some(({ node }) => node.kind === 'broken')
  expect(caught.length).toBe(failed && leave > 0 ? 1 : 0)
  for (const e of caught) {
    expect(e).toBeInstanceOf(Failure)
    const error = (e as Failure<RunError>).error
    expect(error._tag).toBe('NodeThrew')
    expect(error.at).toBe(program.plan.find(({ node }) => node.kind === 'broken')!.path)
  }
  if (failed) {
    expect(() => run(program)(w, fixed)).toThrow('NodeThrew')
    expect(count()).toBe(before)
  }
  stillThere(w)
  stillThere(fixed as unknown as tf.TensorContainer)
  free([w, fixed])
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
export const gradientIsTheSlope = (
  graph: Graph<Pair, { readonly loss: tf.Scalar }>,
  size: Sizes,
  seed: number
): void => {
  const program = compiled(graph)
  const [w, x] = [trained(program, seed), pair(size, seed)]
  const useful = weightsThatMatter(program, program.outputs.loss)
  const trainable = Object.keys(program.weights).filter(
    (k) => program.weights[k]!.role === 'parameter' && useful.has(k)
  )
  const before = count()
  const made = given(gradient(graph, trainable, { check: true }))(w, x)
  const owned = new Set(
    [...leaves(made.outputs, program), ...Object.values(made.taps), ...Object.values(made.gradients)].map((t) => t.id)
  )
  expect(count()).toBe(before + owned.size)
  tf.tidy(() => {
    const along: Values = Object.fromEntries(trainable.map((k, i) => [k, drawn(w[k]!.shape, seed + i, -0.3, 0.3)]))
    const loss = (s: number) =>
      tf.tidy(() => {
        const moved = Object.fromEntries(trainable.map((k) => [k, tf.add(w[k]!, tf.mul(along[k]!, s))]))
        return entries(run(program)({ ...w, ...moved }, x).outputs.loss)[0]!
      })
    const slope = trainable.reduce((sum, k) => sum + inner(made.gradients[k]!, along[k]!), 0)
    const rise = slopeAt0(loss, 0.05)
    expect(apart(made.outputs.loss, tf.scalar(loss(0)))).toBeLessThan(1e-6)
    expect(Math.abs(slope - rise)).toBeLessThanOrEqual(2e-2 * Math.max(0.05, Math.abs(rise)))
  })
  free([made.outputs, made.taps, made.gradients])
  expect(count()).toBe(before)
  free([w, x])
}

/**
 * Law: in the forms of training a program gives what it gives in training mode: outputs, next statistics, and gradients of
 * every weight. A gradient may differ where rounding has a number on the other side of a kink, here and there one.
 */
export const trainedAlike = (
  graph: Graph<Pair, { readonly loss: tf.Scalar }>,
  size: Sizes,
  seed: number
): ReadonlyArray<string> => {
  const learning = { objectives: [{ loss: 'loss', of: () => true }] }
  const [plain, fast] = [
    compiled(graph, { rules: trainingMode, learning }),
    compiled(graph, { rules: trainingForms, learning })
  ]
  expect(Object.keys(fast.weights).sort()).toEqual(Object.keys(plain.weights).sort())
  tf.tidy(() => {
    const [w, x] = [trained(plain, seed), pair(size, seed)]
    const [expected, actual] = [run(plain, { check: true })(w, x), run(fast, { check: true })(w, x)]
    sameOutputs(plain, actual.outputs, expected.outputs, 1e-3)
    expect(Object.keys(actual.updates).sort()).toEqual(Object.keys(expected.updates).sort())
    for (const [path, due] of Object.entries(expected.updates)) near(actual.updates[path]!, due, 1e-3)
    expect(Object.keys(actual.gradients).sort()).toEqual(Object.keys(expected.gradients).sort())
    const length = (t: tf.Tensor) => Math.sqrt(inner(t, t))
    const whole = Math.sqrt(Object.values(expected.gradients).reduce((sum, g) => sum + inner(g, g), 0))
    for (const [path, due] of Object.entries(expected.gradients))
      expect(length(tf.sub(actual.gradients[path]!, due)), path).toBeLessThanOrEqual(
        3e-2 * length(due) + 3e-3 * whole + 1e-6
      )
  })
  return fast.plan.map(({ node }) => node.kind)
}
