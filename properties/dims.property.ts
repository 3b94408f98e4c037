import * as fc from 'fast-check'
import { beforeAll, describe } from 'vitest'
import { catalogue } from '../src/nodes/catalogue.js'
import * as D from '../src/nodes/dims.js'
import { match } from '../src/nodes/match.js'
import type { Kind, Primitive } from '../src/nodes/node.js'
import { solve } from '../src/nodes/solve.js'
import { startEngine } from '../src/nodes/tf.js'
import { settings } from '../src/properties/arbitrary/settings.js'
import { codecLaws, equationLaws, matchLaws, nodes, sizeLaws, specLaws } from '../src/properties/index.js'
import { hold, row, tests } from './held.js'

beforeAll(() => startEngine())
hold(
  [row('a size', D, sizeLaws), row('equations of sizes', solve, equationLaws), row('a value', match, matchLaws)],
  true
)

describe('a spec', () => {
  for (const entry of Object.values(catalogue)) {
    const made = nodes(entry)
    if (made !== undefined)
      tests(
        specLaws,
        made.map((n: Primitive<any, any, any>) => n.inputs),
        undefined,
        undefined,
        (name) => `(${entry.kind}) ${name}`
      )
  }
})

describe('settings', () => {
  for (const entry of Object.values(catalogue)) {
    const values = settings[entry.kind]
    if (typeof entry === 'function' && values !== undefined)
      tests(
        codecLaws(values),
        fc.constant((entry as Kind<any, any>).codec),
        undefined,
        undefined,
        (name) => `(${entry.kind}) ${name}`
      )
  }
})
