/**
 * Problems on their way through iterators and writers, which can only throw.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { fileTrouble, isFileError } from '../files/file-trouble.js'
import { type Problem, showProblem } from '../problem/problem.js'

/**
 * Carries a problem where only an error can go.
 *
 * @category errors
 * @since 0.1.0
 */
export class MediaFailure extends Error {
  constructor(readonly problem: Problem) {
    super(showProblem(problem))
    this.name = 'MediaFailure'
  }
}

/**
 * What was thrown, as a problem: a carried problem as it is, an error of the file system as such, anything else whole.
 *
 * @category errors
 * @since 0.1.0
 */
export const problemOf = (file: string, doing: string, cause: unknown): Problem => {
  if (cause instanceof MediaFailure) return cause.problem
  if (isFileError(cause) && cause.syscall !== undefined) return fileTrouble(file, doing)(cause)
  return { _tag: 'Failed', at: file, cause: cause instanceof Error ? cause.message : String(cause) }
}

/**
 * Fails with bad data at a place of a file.
 *
 * @category errors
 * @since 0.1.0
 */
export const badData = (file: string, at: string, expected: string, actual: string): MediaFailure =>
  new MediaFailure({ _tag: 'BadData', file, at, expected, actual })

/**
 * Runs something that may throw and moves what it throws into the type.
 *
 * @category errors
 * @since 0.1.0
 */
export const attempt =
  <A>(file: string, doing: string, f: () => Promise<A>): TE.TaskEither<Problem, A> =>
  async () => {
    try {
      return E.right(await f())
    } catch (cause) {
      return E.left(problemOf(file, doing, cause))
    }
  }

/**
 * The result of a task, or a rejection with a `MediaFailure` of its `Problem`: inside of work that may throw.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const orThrow = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new MediaFailure(result.left)
  return result.right
}
