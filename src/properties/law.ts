/**
 * A law: a sentence that is true of every thing of a kind, the cases in which it can be tried, and how it is tried.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import * as tf from '../nodes/tf.js'
import { Mismatch, worded } from './due.js'

/**
 * A law of things of type `S`. `name` is the sentence that is true of them.
 *
 * `check` tries one case and throws where the law is broken; tensors that it makes are let go. `cases` draws cases that
 * shrink to small ones, and `runs` is how many of them are enough to trust it.
 *
 * @category model
 * @since 0.1.0
 */
export interface Law<S> {
  readonly name: string
  readonly runs: number
  /** Whether it needs derivatives, which not every backend has. */
  readonly derives: boolean
  /** Whether it says anything of a thing. */
  readonly applies: (subject: S) => boolean
  readonly cases: fc.Arbitrary<ReadonlyArray<unknown>>
  readonly check: (subject: S, values: ReadonlyArray<unknown>) => void | Promise<void>
}

/**
 * What may be said about a law beside its sentence, its cases and its check.
 *
 * @since 0.1.0
 */
export interface About<S> {
  /** How many cases are enough; 36 where nothing is said. */
  readonly runs?: number
  /** Whether it needs derivatives. */
  readonly derives?: boolean
  /** Of which things it says anything; of all where nothing is said. */
  readonly applies?: (subject: S) => boolean
}

/**
 * Arbitraries for each argument of a check.
 *
 * @since 0.1.0
 */
export type Cases<A extends ReadonlyArray<unknown>> = { readonly [K in keyof A]: fc.Arbitrary<A[K]> }

/**
 * A law from its sentence, arbitraries of its cases and a check: a function of the thing and then of a case. A check that
 * takes time returns a promise and lets go of its tensors itself. What `check` throws, or rejects with, breaks the law.
 *
 * ```ts
 * const keepsItsSize = law('keeps the size of a picture', [pictures], (f: (x: tf.Tensor4D) => tf.Tensor) => (x) => equal(f(x).shape, x.shape))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const law = <S, A extends ReadonlyArray<any>>(
  name: string,
  cases: Cases<A>,
  check: (subject: S) => (...values: A) => void | Promise<void>,
  { runs = 36, derives = false, applies = () => true }: About<S> = {}
): Law<S> => ({
  name,
  runs,
  derives,
  applies,
  cases: fc.tuple(...(cases as unknown as ReadonlyArray<fc.Arbitrary<unknown>>)),
  check: (subject, values) => check(subject)(...(values as unknown as A))
})

/**
 * The body of a check: everything that it makes is let go.
 *
 * @since 0.1.0
 */
export const tidied =
  <A extends ReadonlyArray<unknown>>(holds: (...args: A) => void) =>
  (...args: A): void => {
    tf.tidy(() => holds(...args))
  }

/**
 * A law that is broken: which, by what, in which case, where, what was due, what came. The case is the smallest that was
 * found; `seed` and `path` draw it again.
 *
 * @category errors
 * @since 0.1.0
 */
export class LawBroken extends Error {
  override readonly name = 'LawBroken'
  constructor(
    readonly law: string,
    readonly subject: string,
    readonly values: unknown,
    readonly replay: { readonly seed: number; readonly path: string },
    override readonly cause: unknown
  ) {
    const why = cause instanceof Error ? cause.message : worded(cause)
    super(
      `${subject} breaks the law: ${law}\n  ${why}\n  in the case ${worded(values)}\n  drawn again by ${JSON.stringify(replay)}`
    )
    if (cause instanceof Error && !(cause instanceof Mismatch)) this.stack = `${this.message}\n${cause.stack ?? ''}`
  }
  /** Where it is broken: an entry of a tensor, a field; empty where there is but one place. */
  get where(): string {
    return this.cause instanceof Mismatch ? this.cause.where : ''
  }
  /** What the law asks for. */
  get due(): unknown {
    return this.cause instanceof Mismatch ? this.cause.due : 'no error'
  }
  /** What was found. */
  get came(): unknown {
    return this.cause instanceof Mismatch ? this.cause.came : this.cause
  }
}

/**
 * How a law is tried.
 *
 * @since 0.1.0
 */
export interface Trial {
  /** How many cases; the law's own number where nothing is said. */
  readonly runs?: number
  /** From which seed cases are drawn; another one every time where nothing is said. */
  readonly seed?: number
  /** The case of a seed that a `LawBroken` names. */
  readonly path?: string
}

const nameOf = (u: unknown): string => {
  const { kind, name } = (u ?? {}) as { readonly kind?: unknown; readonly name?: unknown }
  if (typeof kind === 'string') return kind
  return typeof name === 'string' && name !== '' ? name : 'it'
}

/**
 * Tries a law on everything that is drawn.
 *
 * Rejects with a `LawBroken`. Starts the engine if there is none.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const holdsForAll = async <S>(law: Law<S>, subjects: fc.Arbitrary<S>, trial: Trial = {}): Promise<void> => {
  if (tf.getBackend() === undefined) await tf.startEngine()
  let seen = 'it'
  const property = fc.asyncProperty(subjects.filter(law.applies), law.cases, async (subject, values) => {
    seen = nameOf(subject)
    await law.check(subject, values)
  })
  const { runs = law.runs, ...how } = trial
  const outcome = await fc.check(property, { numRuns: runs, ...how })
  if (!outcome.failed) return
  const { seed, counterexamplePath, counterexample, errorInstance } = outcome
  if (counterexample === null) throw errorInstance ?? new Error(`${law.name}: no case could be drawn`)
  const [subject, values] = counterexample
  throw new LawBroken(
    law.name,
    nameOf(subject) === 'it' ? seen : nameOf(subject),
    values,
    { seed, path: counterexamplePath ?? '' },
    errorInstance
  )
}

/**
 * Tries a law on one thing. Nothing is tried where the law says nothing of it.
 *
 * Rejects with a `LawBroken`. Starts the engine if there is none.
 *
 * ```ts
 * for (const law of warpLaws) it(law.name, () => holds(law, myWarp))
 * ```
 *
 * @category interpreters
 * @since 0.1.0
 */
export const holds = <S>(law: Law<S>, subject: S, trial: Trial = {}): Promise<void> =>
  law.applies(subject) ? holdsForAll(law, fc.constant(subject), trial) : Promise.resolve()
