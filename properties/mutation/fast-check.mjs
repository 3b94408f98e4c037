// @ts-check
/** Stands in for `fast-check` while mutants are tried: the same cases every time; at first a quarter of them. */
import * as fc from 'fast-check'

export * from 'fast-check'

fc.configureGlobal({ seed: 1 })

const share = process.env.KEYFLOW_CASES === 'all' ? 1 : 1 / 4

/** @param {any} how */
const fewer = (how = {}) => ({ ...how, numRuns: Math.max(4, Math.ceil((how.numRuns ?? 100) * share)) })

/** @type {typeof fc.check} */
export const check = (/** @type {any} */ property, /** @type {any} */ how) => fc.check(property, fewer(how))

/** @type {typeof fc.assert} */
export const assert = (/** @type {any} */ property, /** @type {any} */ how) => fc.assert(property, fewer(how))
