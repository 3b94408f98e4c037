/**
 * Things that are to be let go of.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Problem } from '../problem/problem.js'

/**
 * Takes something, uses it and lets go of it, however the use ends. The `Problem` of what went wrong first comes out.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const holding =
  <A>(take: TE.TaskEither<Problem, A>, letGo: (a: A) => TE.TaskEither<Problem, void>) =>
  <B>(use: (a: A) => TE.TaskEither<Problem, B>): TE.TaskEither<Problem, B> =>
    TE.bracket(take, use, (a, used) =>
      E.isLeft(used) ? TE.orElse((): TE.TaskEither<Problem, void> => TE.right(undefined))(letGo(a)) : letGo(a)
    )
