/**
 * The interpreter under all others: weights and held inputs bound once, then one tick after the other.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Bindings } from '../nodes/dims.js'
import { allFinite } from '../nodes/finite.js'
import { get, match, type SpecError } from '../nodes/match.js'
import type { Values } from '../nodes/node.js'
import { build } from '../nodes/spec.js'
import * as tf from '../nodes/tf.js'
import { fail, type RunError } from './failure.js'
import { mapWires } from './graph.js'
import type { Instruction, Program } from './plan.js'

/**
 * How a program is run.
 *
 * @since 0.1.0
 */
export interface Options {
  /** Check every node's inputs and outputs against its specs: always, never, or (default) in the first tick of
   * any shapes. */
  readonly check?: boolean | 'first'
  /** Stop at the first node that gives NaN or infinity: slow, for finding where it began. */
  readonly watch?: boolean
  /** Told of every node that ran, and for how many milliseconds. */
  readonly profile?: (path: string, kind: string, milliseconds: number) => void
}

/**
 * What one tick hands over: every tensor in it is the receiver's. Each tensor has the shape of its spec; `gradients` and
 * `updates` have those of their weights.
 *
 * @since 0.1.0
 */
export interface Result<O> {
  readonly outputs: O
  readonly taps: Values
  /** What each sink of the program is due, in the order of `program.sinks`. */
  readonly sinks: ReadonlyArray<unknown>
  /** By path of the weight, where the program gives them. */
  readonly gradients: Values
  /** Next values of weights, by path. */
  readonly updates: Values
}

/**
 * A program with its weights and held inputs bound. `tick` borrows its inputs; `close` lets go of what was computed once.
 * `tick` throws a `Failure<RunError>`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Session<O> {
  readonly tick: (inputs: unknown) => Result<O>
  readonly close: () => void
}

/** Live tensors by slot. Slots of `borrowed` are somebody else's. */
type Env = Map<string, tf.Tensor>

const weightsOf = (line: Instruction, values: Values): Values =>
  Object.fromEntries(Object.entries(line.weights).map(([name, path]) => [name, values[path]!]))

/** What a line computes, as tensors of their own in the order of its outputs: none is in `taken`, none comes twice. */
const compute = ({ node, path }: Instruction, x: unknown, weights: Values, taken: Set<tf.Tensor>) =>
  tf.tidy(() => {
    let y: unknown
    try {
      y = node.run(x, weights)
    } catch (cause) {
      return fail({ _tag: 'NodeThrew', at: path, cause })
    }
    return node.outputs.leaves.map((l) => {
      const z = get(y, l.path) as tf.Tensor
      if (taken.has(z)) return tf.clone(z)
      taken.add(z)
      return z
    })
  })

/** The right of a check, or a failure that says where. */
const fits = <A>(
  result: E.Either<ReadonlyArray<SpecError>, A>,
  error: (errors: ReadonlyArray<SpecError>) => RunError
): A => (E.isLeft(result) ? fail(error(result.left)) : result.right)

/** How a line is run. */
interface Manner {
  readonly checked: boolean
  readonly profile: Options['profile']
  readonly watch: boolean
}

/** Fails where a number is NaN or infinite. */
const finite = (at: string, fresh: ReadonlyArray<tf.Tensor>): void => {
  if (!allFinite(fresh)) fail({ _tag: 'NotFinite', at })
}

/** Runs one line: reads, computes in a tidy, adds the results, lets go of what is dead. */
const perform = (
  line: Instruction,
  values: Values,
  env: Env,
  borrowed: ReadonlySet<string>,
  { checked: check, profile, watch }: Manner
): void => {
  const { node, path: at, reads, writes } = line
  const began = profile === undefined ? 0 : performance.now()
  const x = build(node.inputs, (l) => env.get(reads[l.path]!))
  const known: Bindings = check
    ? fits(match(node.inputs.leaves, x), (errors) => ({ _tag: 'BadInput', at, errors }))
    : new Map()
  const weights = weightsOf(line, values)
  const own = Object.values(reads).map((slot) => env.get(slot)!)
  const fresh = compute(line, x, weights, new Set([...own, ...Object.values(weights)]))
  node.outputs.leaves.forEach((l, i) => env.set(writes[l.path]!, fresh[i]!))
  if (check) {
    const y = build(node.outputs, (l) => env.get(writes[l.path]!))
    fits(match(node.outputs.leaves, y, known), (errors) => ({ _tag: 'BadOutput', at, errors }))
  }
  if (watch) finite(at, fresh)
  for (const slot of line.drops)
    if (!borrowed.has(slot)) {
      env.get(slot)!.dispose()
      env.delete(slot)
    }
  profile?.(at, node.kind, performance.now() - began)
}

const release = (env: Env, borrowed: ReadonlySet<string>): void => {
  for (const [slot, x] of env) if (!borrowed.has(slot)) x.dispose()
  env.clear()
}

/** Parts a plan into the lines that need only `given` slots and the rest. */
const split = (plan: ReadonlyArray<Instruction>, given: ReadonlySet<string>) => {
  const fixed = new Set(given)
  const once: Array<Instruction> = []
  const each: Array<Instruction> = []
  for (const line of plan)
    if (Object.values(line.reads).every((slot) => fixed.has(slot))) {
      once.push(line)
      for (const slot of Object.values(line.writes)) fixed.add(slot)
    } else each.push(line)
  return { once, each, fixed }
}

/** Every weight that the program names, checked against its spec. */
const checkWeights = (program: Program<any, any>, values: Values): void => {
  for (const [path, { spec }] of Object.entries(program.weights)) {
    fits(match(spec.leaves, values[path]), (errors) => ({ _tag: 'BadWeights', at: path, errors }))
  }
}

/** Runs lines over slots that are there, then hands over what the program gives; checks in the first tick of any shapes. */
const ticker = <O>(
  program: Program<any, O>,
  lines: ReadonlyArray<Instruction>,
  awaited: Program<any, O>['entries'],
  { check = 'first', profile, watch = false }: Options
) => {
  const seen = new Set<string>()
  return (values: Values, base: Env, fixed: ReadonlySet<string>, inputs: unknown): Result<O> => {
    const shapes = awaited.map(({ path }) => String((get(inputs, path) as tf.Tensor | undefined)?.shape)).join(' ')
    const checked = check === true || (check === 'first' && !seen.has(shapes))
    seen.add(shapes)
    if (checked) {
      const leaves = awaited.map(({ leaf, path }) => ({ ...leaf, path }))
      fits(match(leaves, inputs), (errors) => ({ _tag: 'BadInput', at: '', errors }))
    }
    const env: Env = new Map(base)
    const borrowed = new Set(fixed)
    for (const { path, slot } of awaited) {
      env.set(slot, get(inputs, path) as tf.Tensor)
      borrowed.add(slot)
    }
    const handed = new Set<string>()
    const hand = (slot: string): tf.Tensor => {
      const x = env.get(slot)!
      if (borrowed.has(slot) || handed.has(slot)) return tf.clone(x)
      handed.add(slot)
      return x
    }
    try {
      for (const line of lines) perform(line, values, env, borrowed, { checked, profile, watch })
      const result: Result<O> = {
        outputs: mapWires(program.outputs, (_, slot) => hand(slot)),
        taps: mapWires(program.taps as never, (_, slot) => hand(slot)),
        sinks: program.sinks.map(({ node, slots }) => build(node.inputs, (l) => hand(slots[l.path]!))),
        gradients: byPath(program.gradients, hand),
        updates: byPath(program.updates, hand)
      }
      release(env, new Set([...borrowed, ...handed]))
      return result
    } catch (e) {
      release(env, borrowed)
      throw e
    }
  }
}

const byPath = (slots: Readonly<Record<string, string>>, hand: (slot: string) => tf.Tensor): Values =>
  Object.fromEntries(Object.entries(slots).map(([path, slot]) => [path, hand(slot)]))

/**
 * Binds weights and held inputs: what depends on them alone is computed here, once. Throws a `Failure<RunError>`.
 *
 * Borrows the weights and what is held until it is closed.
 *
 * Weights come by path, each of the shape of its spec.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const open =
  <I, O>(program: Program<I, O>, options: Options = {}) =>
  (values: Values, held: Partial<I> | Readonly<Record<string, unknown>> = {}): Session<O> => {
    checkWeights(program, values)
    const given = program.entries.filter(({ path }) => get(held, path) !== undefined)
    const awaited = program.entries.filter(({ path }) => get(held, path) === undefined)
    const lent = new Set(given.map(({ slot }) => slot))
    const { once, each, fixed } = split(program.plan, lent)
    const base: Env = new Map(given.map(({ path, slot }) => [slot, get(held, path) as tf.Tensor]))
    const keep = new Set([...lent, ...each.flatMap(({ reads }) => Object.values(reads))]) // what is handed over is never dropped
    const { profile, check, watch = false } = options
    try {
      for (const line of once) perform(line, values, base, keep, { checked: check !== false, profile, watch })
    } catch (e) {
      release(base, lent)
      throw e
    }
    const tick = ticker(program, each, awaited, options)
    return { tick: (inputs) => tick(values, base, fixed, inputs), close: () => release(base, lent) }
  }

/**
 * The program as a function of weights and inputs, for weights that change from one call to the next: checked in the first
 * call of any shapes, nothing is kept between calls. Throws a `Failure<RunError>`.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const stepper = <I, O>(
  program: Program<I, O>,
  options: Options = {}
): ((values: Values, inputs: I) => Result<O>) => {
  const tick = ticker(program, program.plan, program.entries, options)
  let known = false
  return (values, inputs) => {
    if (!known) checkWeights(program, values)
    known = true
    return tick(values, new Map(), new Set(), inputs)
  }
}
