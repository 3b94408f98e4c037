/**
 * Programs at the edge: engine, compile errors and run errors as problems.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Observable } from 'rxjs'
import { type CompileOptions, compile } from '../../graphs/compile.js'
import { type GraphError, showGraphError } from '../../graphs/errors.js'
import { Failure, type RunError, showRunError } from '../../graphs/failure.js'
import { fastForms } from '../../graphs/fast-forms.js'
import type { Graph } from '../../graphs/graph.js'
import type { Program } from '../../graphs/plan.js'
import { trainingForms } from '../../graphs/training-forms.js'
import { backends, type Engine, startEngine } from '../../nodes/tf.js'
import { MediaFailure } from '../media/index.js'
import type { Problem } from '../problem/problem.js'

/**
 * The command that provides native TensorFlow.
 *
 * @since 0.1.0
 */
export const remedy = 'npx keyflow setup'

/** The mistake of asking for an engine that does not exist. */
const misnamed = (asked: string | undefined): TE.TaskEither<Problem, never> | undefined =>
  !asked || backends.some((b) => b === asked)
    ? undefined
    : TE.left({ _tag: 'Usage', at: 'KEYFLOW_BACKEND', expected: `one of ${backends.join(', ')}`, actual: asked })

/**
 * The engine, started; says in one line when it is not the native one though nobody asked for another.
 *
 * Fails with `Usage` for a name that no backend has, `NoEngine` where none starts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const engine = (wanted: string | undefined, say: (line: string) => void): TE.TaskEither<Problem, Engine> =>
  misnamed(wanted ?? process.env.KEYFLOW_BACKEND) ??
  TE.tryCatch(
    async () => {
      const asked = wanted ?? (process.env.KEYFLOW_BACKEND || undefined)
      const started = await startEngine(asked)
      if (asked === undefined && started.backend !== 'tensorflow')
        say(`engine: ${started.backend} instead of native TensorFlow, many times slower; to mend it: ${remedy}`)
      return started
    },
    (cause) => ({
      _tag: 'NoEngine',
      needed: wanted ?? 'tensorflow or wasm',
      actual: `not there (${cause instanceof Error ? cause.message : String(cause)})`,
      remedy
    })
  )

/**
 * Graph errors as one problem.
 *
 * @since 0.1.0
 */
export const graphProblem = (name: string, errors: ReadonlyArray<GraphError>): Problem => ({
  _tag: 'Problems',
  all: errors.map((e) => ({ _tag: 'Failed', at: `graph ${name}`, cause: showGraphError(e) }))
})

/**
 * A graph as the program that is run: with the fast forms of evaluation, or, if it learns, of training.
 *
 * Fails with `Failed` for each mistake of the graph.
 *
 * @since 0.1.0
 */
export const program = <I, O>(
  graph: Graph<I, O>,
  { taps = false, learning }: Pick<CompileOptions, 'taps' | 'learning'> = {}
): E.Either<Problem, Program<I, O>> =>
  E.mapLeft((errors: ReadonlyArray<GraphError>) => graphProblem(graph.name, errors))(
    compile(graph, learning === undefined ? { rules: fastForms, taps } : { rules: trainingForms, taps, learning })
  )

/**
 * Whatever was thrown, as a problem.
 *
 * @since 0.1.0
 */
export const problemFrom = (cause: unknown): Problem => {
  if (cause instanceof MediaFailure) return cause.problem
  if (cause instanceof Failure) {
    const error = cause.error as RunError
    return error._tag === 'NodeThrew' || error._tag === 'NotFinite'
      ? { _tag: 'Failed', at: error.at, cause: showRunError(error) }
      : {
          _tag: 'Problems',
          all: error.errors.map((e) => ({
            _tag: 'BadData',
            file: error.at === '' ? 'input' : error.at,
            at: e.at,
            expected: 'expected' in e ? e.expected : 'a tensor',
            actual: e.actual
          }))
        }
  }
  return {
    _tag: 'Failed',
    at: 'keyflow',
    cause: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  }
}

/**
 * Runs something that may throw. Fails with what `problemFrom` makes of what is thrown: a `MediaFailure`'s problem, `Failed`
 * or `BadData` for a `RunError`.
 *
 * @since 0.1.0
 */
export const attempt = <A>(f: () => A | Promise<A>): TE.TaskEither<Problem, A> =>
  TE.tryCatch(async () => f(), problemFrom)

/**
 * Runs a stream to its end, or until `signal` is aborted and what was open is `closed`; `next` borrows what it is given.
 *
 * Fails with `Interrupted` where the signal is aborted, else with what `problemFrom` makes of the stream's error.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const drain =
  <A>(next: (value: A) => void, signal: AbortSignal, closed: Promise<void>) =>
  (source: Observable<A>): TE.TaskEither<Problem, void> =>
  () =>
    new Promise((resolve) => {
      const done = (result: E.Either<Problem, void>): void => {
        signal.removeEventListener('abort', stop)
        resolve(result)
      }
      const running = source.subscribe({
        next,
        error: (cause) => done(E.left(problemFrom(cause))),
        complete: () => done(E.right(undefined))
      })
      const stop = (): void => {
        running.unsubscribe()
        void closed.then(() => done(E.left({ _tag: 'Interrupted', signal: String(signal.reason) })))
      }
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop)
    })
