/**
 * The laws of graphs: every way of running one gives the same, and leaves nothing behind.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import { from, lastValueFrom, map, type OperatorFunction, toArray } from 'rxjs'
import type { CompileOptions } from '../../graphs/compile.js'
import { fastForms } from '../../graphs/fast-forms.js'
import { type Graph, wiresOf } from '../../graphs/graph.js'
import type { Program } from '../../graphs/plan.js'
import { run } from '../../graphs/run.js'
import * as D from '../../nodes/dims.js'
import { get } from '../../nodes/match.js'
import { build } from '../../nodes/spec.js'
import * as tf from '../../nodes/tf.js'
import { stream } from '../../streams/stream.js'
import { inputsOf, type Numbers } from '../arbitrary/inputs.js'
import * as some from '../arbitrary/numbers.js'
import { equal, isTrue } from '../due.js'
import { type Law, law } from '../law.js'
import { near } from '../tensors.js'
import { compiled, count, free, leaves, numbersOf, sameOutputs, stillThere, trained } from './programs.js'

type Any = Graph<any, any>
/** Tensors by name, as the inputs of a graph are. */
type Lent = Readonly<Record<string, tf.Tensor>>

/** Law: every size that the program predicts is the size of the tensor. */
const sizesArePredicted =
  (graph: Any) =>
  (size: Numbers, seed: number): void => {
    const program = compiled(graph, { taps: true })
    tf.tidy(() => {
      const { outputs, taps } = run(program, { check: true })(trained(program, seed), inputsOf(program, seed, size))
      const at = new Map(Object.entries(size).map(([k, n]) => [k, D.constant(n)]))
      const predicted = (slot: string) =>
        program.sizes[slot]!.split(' ')
          .filter((d) => d !== '')
          .map((d) => D.value(D.substitute(D.parse(d), at)))
      for (const [path, slot] of wiresOf(program.outputs))
        equal(predicted(slot), (get(outputs, path) as tf.Tensor).shape, path)
      for (const [name, slot] of Object.entries(program.taps)) equal(predicted(slot), taps[name]!.shape, name)
    })
  }

/** Law: a slot is dropped once, after its last reader, and nothing is read that is not there. */
const releasesAreAtTheLastUse = (program: Program<any, any>): void => {
  const kept = new Set([
    ...wiresOf(program.outputs).map(([, slot]) => slot),
    ...Object.values(program.taps),
    ...program.sinks.flatMap(({ slots }) => Object.values(slots))
  ])
  const live = new Set(program.entries.map(({ slot }) => slot))
  const readers = new Map<string, number>()
  program.plan.forEach(({ reads }, n) => Object.values(reads).forEach((slot) => readers.set(slot, n)))
  program.plan.forEach(({ reads, writes, drops }, n) => {
    for (const slot of Object.values(reads)) isTrue(live.has(slot), `${slot} is there when it is read`)
    for (const slot of Object.values(writes)) {
      isTrue(!live.has(slot), `${slot} is written once`)
      live.add(slot)
    }
    for (const slot of drops) {
      isTrue(!kept.has(slot), `${slot} is kept`)
      isTrue(live.delete(slot), `${slot} is dropped once`)
      equal(readers.get(slot) ?? n, n, `last reader of ${slot}`)
    }
  })
  const entered = new Set(program.entries.map(({ slot }) => slot))
  equal(
    [...live].filter((slot) => !kept.has(slot) && !entered.has(slot)),
    []
  )
}

/** Law: releasing tensors at their last use never changes a value. */
const releaseChangesNothing =
  (graph: Any) =>
  (size: Numbers, seed: number): void => {
    const program = compiled(graph)
    const hoarding = { ...program, plan: program.plan.map((line) => ({ ...line, drops: [] })) }
    const [w, x] = [trained(program, seed), inputsOf(program, seed, size)]
    const before = count()
    equal(numbersOf(run(program)(w, x).outputs, program), numbersOf(run(hoarding)(w, x).outputs, program))
    equal(count(), before, 'tensors left')
    free([w, x])
  }

/** Which inputs are held: those whose bit is set; none where a graph has a tensor alone. */
const heldOf = (inputs: unknown, bits: number): ReadonlyArray<string> =>
  inputs instanceof tf.Tensor ? [] : Object.keys(inputs as Lent).filter((_, i) => (bits >> i) & 1)

/** The inputs of a tick without those that are held, which are let go. */
const withoutHeld = (inputs: unknown, held: ReadonlyArray<string>): unknown => {
  if (held.length === 0) return inputs
  const all = Object.entries(inputs as Lent)
  free(all.filter(([k]) => held.includes(k)).map(([, x]) => x))
  return Object.fromEntries(all.filter(([k]) => !held.includes(k)))
}

/** Law: streamed, a program gives what it gives run on each tick, whichever inputs are held; nothing is left behind. */
const streamedIsRun =
  (graph: Any) =>
  async (size: Numbers, hold: number, ticks: number, seed: number, options: CompileOptions): Promise<void> => {
    const program = compiled(graph, options)
    const [w, fixed] = [trained(program, seed), inputsOf(program, seed + 50, size)]
    const keys = heldOf(fixed, hold)
    const held = Object.fromEntries(keys.map((k) => [k, fixed[k]]))
    const before = count()
    const given = Array.from({ length: ticks }, (_, i) => inputsOf(program, seed + 2 * i, size))
    const due = given.map((t) => numbersOf(run(program)(w, keys.length === 0 ? t : { ...t, ...held }).outputs, program))
    const operator = stream(program)(w, held) as OperatorFunction<unknown, unknown>
    const came = await lastValueFrom(
      from(given.map((t) => withoutHeld(t, keys))).pipe(
        operator,
        map((outputs) => numbersOf(outputs, program)),
        toArray()
      )
    )
    equal(came, due)
    equal(count(), before, 'tensors left')
    stillThere([w, fixed])
    free([w, fixed])
  }

/** Law: of a batch, a program of per-sample nodes makes what it makes of the parts of the batch. */
const batchedIsRun =
  (graph: Any) =>
  (size: Numbers, parts: number, seed: number): void => {
    const program = compiled(graph)
    tf.tidy(() => {
      const w = trained(program, seed)
      const each = Array.from({ length: parts }, (_, i) => inputsOf(program, seed + 2 * i, size))
      const batched = (path: string) => each.map((x) => (path === '' ? x : get(x, path)) as tf.Tensor)
      const shared = (dims: ReadonlyArray<string>) => dims[0] !== 'B'
      const whole = build(graph.inputs, ({ path, dims }) =>
        shared(dims) ? batched(path)[0]! : tf.concat(batched(path))
      )
      const part = (n: number) => build(graph.inputs, ({ path, dims }) => batched(path)[shared(dims) ? 0 : n]!)
      const alone = each.map((_, n) => leaves(run(program)(w, part(n)).outputs, program))
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
    equal(Object.keys(fast.weights).sort(), Object.keys(plain.weights).sort())
    releasesAreAtTheLastUse(fast)
    tf.tidy(() => {
      const w = trained(plain, seed)
      const [expected, actual] = [run(plain)(w, inputs), run(fast)(w, inputs)]
      sameOutputs(plain, actual.outputs, expected.outputs, tolerance)
      for (const name of Object.keys(plain.taps)) near(actual.taps[name]!, expected.taps[name]!, tolerance, name)
    })
  }

/**
 * Where laws of graphs are tried, and how strictly.
 *
 * @since 0.1.0
 */
export interface Tried {
  /** Numbers for the names of sizes; a name without one is 3. */
  readonly sizes: fc.Arbitrary<Numbers>
  /** How far forms of one function may be apart. */
  readonly tolerance?: number
  readonly runs?: number
}

/** Small maps. */
export const smallMaps: fc.Arbitrary<Numbers> = fc.record({
  B: some.count(3),
  H: fc.constantFrom(4, 8),
  W: fc.constantFrom(4, 8, 12)
})

const forms = fc.constantFrom<CompileOptions>({}, { rules: fastForms })
const bits = fc.nat(255)

/**
 * What any graph that compiles keeps, at sizes that it can work with.
 *
 * @category laws
 * @since 0.1.0
 */
export const graphLaws = ({ sizes, runs = 100 }: Tried = { sizes: smallMaps }): ReadonlyArray<Law<Any>> => [
  law('has the sizes that its program predicts', [sizes, some.start], sizesArePredicted, { runs }),
  law(
    'releases every tensor once, after its last use',
    [fc.boolean(), forms],
    (graph: Any) => (taps: boolean, form: CompileOptions) =>
      releasesAreAtTheLastUse(compiled(graph, { taps, ...form })),
    { runs }
  ),
  law('does not change its values by releasing early', [sizes, some.start], releaseChangesNothing, { runs }),
  law(
    'is the same function run or streamed, whatever is held',
    [sizes, bits, fc.nat(3), some.start, forms],
    streamedIsRun,
    { runs }
  )
]

/**
 * What a graph keeps whose samples do not see each other: all outputs begin with `B`, and what does not begin with it is shared.
 *
 * @category laws
 * @since 0.1.0
 */
export const batchLaws = ({ sizes, runs = 100 }: Tried = { sizes: smallMaps }): ReadonlyArray<Law<Any>> => [
  law('is the same function of a batch or of its parts', [sizes, some.count(3), some.start], batchedIsRun, { runs })
]

/**
 * What any graph keeps when rules put other nodes in the place of chains of its nodes.
 *
 * @category laws
 * @since 0.1.0
 */
export const rewriteLaws = (
  rules: NonNullable<CompileOptions['rules']> = fastForms,
  { sizes, tolerance = 1e-4, runs = 45 }: Tried = { sizes: smallMaps }
): ReadonlyArray<Law<Any>> => [
  law(
    'is the same function in fast forms',
    [sizes, some.start, fc.boolean()],
    (graph: Any) => (size: Numbers, seed: number, taps: boolean) =>
      tf.tidy(() => rewrittenIsRun(rules)(graph, inputsOf(compiled(graph), seed, size), seed, taps, tolerance)),
    { runs }
  )
]
