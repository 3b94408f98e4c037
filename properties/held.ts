/** Holding things to laws, one test for each law. */
import * as fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Backend } from '../src/nodes/tf.js'
import { holds, holdsForAll, type Law } from '../src/properties/index.js'
import { onEveryBackend, type Runs } from './backends.js'

/** What is held to which laws, as a row of a table. */
export interface Row {
  readonly name: string
  readonly subject: any
  readonly laws: ReadonlyArray<Law<any>>
}

/** A row: a thing, or a record of things that belong together, and the laws of its kind. */
export const row = <S>(name: string, subject: S, ...laws: ReadonlyArray<ReadonlyArray<Law<S>>>): Row => ({
  name,
  subject,
  laws: laws.flat()
})

/** Declares a test for each law, where its backend can do what it needs. */
export const tests = (
  laws: ReadonlyArray<Law<any>>,
  subjects: fc.Arbitrary<any>,
  runs: Runs | undefined,
  backend?: Backend,
  named: (name: string) => string = (name) => name
): void => {
  for (const law of laws)
    it.skipIf(law.derives && backend === 'wasm')(named(law.name), () =>
      holdsForAll(law, subjects, { runs: runs === undefined ? law.runs : runs(law.runs) })
    )
}

/** Declares the tests of a table on every backend, or once where nothing depends on it. */
export const hold = (rows: ReadonlyArray<Row>, once = false): void => {
  for (const { name, subject, laws } of rows)
    if (once)
      describe(name, () => {
        for (const law of laws) it(law.name, () => holds(law, subject))
      })
    else onEveryBackend(name, (runs, backend) => tests(laws, fc.constant(subject), runs, backend))
}
