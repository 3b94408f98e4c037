/**
 * What can go wrong while a program runs, and its one carrier through code that throws.
 *
 * @since 0.1.0
 */
import type { SpecError } from '../nodes/match.js'
import { showSpecError } from '../nodes/match.js'

/**
 * A failure inside a program, by the path of the node.
 *
 * @category model
 * @since 0.1.0
 */
export type RunError =
  | { readonly _tag: 'BadInput'; readonly at: string; readonly errors: ReadonlyArray<SpecError> }
  | { readonly _tag: 'BadOutput'; readonly at: string; readonly errors: ReadonlyArray<SpecError> }
  | { readonly _tag: 'BadWeights'; readonly at: string; readonly errors: ReadonlyArray<SpecError> }
  | { readonly _tag: 'NodeThrew'; readonly at: string; readonly cause: unknown }
  | { readonly _tag: 'NotFinite'; readonly at: string }

/**
 * One line for each thing that is wrong.
 *
 * @category errors
 * @since 0.1.0
 */
export const showRunError = (e: RunError): string =>
  e._tag === 'NodeThrew'
    ? `NodeThrew at ${e.at}: ${e.cause instanceof Error ? e.cause.message : String(e.cause)}`
    : e._tag === 'NotFinite'
      ? `NotFinite at ${e.at}: NaN or infinity`
      : e.errors.map((s) => `${e._tag} at ${e.at === '' ? 'the graph' : e.at}: ${showSpecError(s)}`).join('\n')

/**
 * Carries a typed error through the untyped error channel of a stream, with a stack.
 *
 * @category errors
 * @since 0.1.0
 */
export class Failure<E extends { readonly _tag: string }> extends Error {
  override readonly name = 'Failure'
  constructor(readonly error: E) {
    super(
      `${error._tag}${'at' in error ? ` at ${String(error.at)}` : ''}`,
      'cause' in error ? { cause: error.cause } : undefined
    )
  }
}

/** Throws a typed error: only for the inside of an interpreter or of a stream. */
export const fail = <E extends { readonly _tag: string }>(error: E): never => {
  throw new Failure(error)
}
