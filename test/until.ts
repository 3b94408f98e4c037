/** Waiting for what can be seen, for as long as a loaded machine may need: only what never comes to be fails. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Asks again until something is so, and gives that; what it was last is told where it does not come to be. */
export const until = async <A>(ask: () => A | Promise<A>, so: (a: A) => boolean): Promise<A> => {
  for (let i = 0; ; i++) {
    const a = await ask()
    if (so(a)) return a
    if (i === 10_000) throw new Error(`it did not come to be so: ${JSON.stringify(a)}`)
    await sleep(20)
  }
}

/** Resolves when it holds. */
export const comes = (is: () => boolean): Promise<boolean> => until(is, (a) => a)
