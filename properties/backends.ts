/** Laws held on every backend that this machine has: they live side by side in one process. */
import { beforeAll, describe, it } from 'vitest'
import { type Backend, backends, enableProdMode, startEngine, useBackend } from '../src/nodes/tf.js'

const engine = await startEngine(process.env.KEYFLOW_BACKEND)
enableProdMode() // the plain JavaScript backend does not advertise the native one

/** All of them, or `KEYFLOW_ONLY` that which was asked for. */
const tried = process.env.KEYFLOW_ONLY === undefined ? backends : [engine.backend]
const there: Array<Backend> = []
for (const backend of tried) if (await useBackend(backend)) there.push(backend)
await useBackend(engine.backend)

/** How many cases of a law are tried, of those that are enough: a third on the backends that are there for comparison. */
export type Runs = (enough: number) => number

/**
 * Declares the same tests once per backend. A backend that is missing is shown as skipped, by name.
 *
 * @param laws declares the tests; `runs` tells how many cases each draws.
 */
export const onEveryBackend = (name: string, laws: (runs: Runs, backend: Backend) => void): void => {
  for (const backend of tried) {
    if (!there.includes(backend)) {
      describe(name, () => it.skip(`on ${backend}, which is not there`, () => {}))
      continue
    }
    describe(`${name} (${backend})`, () => {
      beforeAll(async () => {
        await useBackend(backend)
        return async () => void (await useBackend(engine.backend))
      })
      laws((enough) => (backend === engine.backend ? enough : Math.ceil(enough / 3)), backend)
    })
  }
}
