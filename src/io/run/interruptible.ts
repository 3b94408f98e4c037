/**
 * Long work between whose steps a user may interrupt.
 *
 * @since 0.1.0
 */
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { MediaFailure } from '../media/index.js'
import type { Problem } from '../problem/problem.js'
import { attempt } from './compute.js'

/**
 * Runs something that calls `check` between its steps: there an interrupt is thrown, so that what is open is closed.
 *
 * Fails with `Interrupted` there, else with what `problemFrom` makes of what is thrown.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const interruptible = <A>(
  signal: AbortSignal,
  work: (check: () => void) => Promise<A>
): TE.TaskEither<Problem, A> =>
  attempt(async () => {
    const heard = (): void => {}
    signal.addEventListener('abort', heard)
    try {
      return await work(() => {
        if (signal.aborted) throw new MediaFailure({ _tag: 'Interrupted', signal: String(signal.reason) })
      })
    } finally {
      signal.removeEventListener('abort', heard)
    }
  })
