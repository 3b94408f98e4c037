// @ts-check
/**
 * Stands in for `vitest` while mutants are tried: tests are collected once and can be run again and again, one by one, in the
 * process that has loaded them. Only what our tests of nodes and graphs use is there.
 */
import { format } from 'node:util'

export { createExpect, expect, expectTypeOf } from 'vitest'

/** @typedef {() => unknown} Body */
/**
 * @typedef {{ readonly name: string, readonly parent: Suite | undefined, readonly before: Array<Body>, readonly after: Array<Body>,
 *   readonly beforeEach: Array<Body>, readonly afterEach: Array<Body> }} Suite
 */
/** @typedef {{ readonly id: string, readonly file: string, readonly name: string, readonly suite: Suite, readonly body: Body }} Test */

/** @param {string} name @param {Suite | undefined} parent @returns {Suite} */
const suiteOf = (name, parent) => ({ name, parent, before: [], after: [], beforeEach: [], afterEach: [] })

/** @type {Suite} */
let suite = suiteOf('', undefined)
/** @type {Map<string, Test>} */
let tests = new Map()
let file = ''

/** The tests that a file declares. @param {string} name @param {() => Promise<unknown>} load */
export const collect = async (name, load) => {
  suite = suiteOf('', undefined)
  tests = new Map()
  file = name
  await load()
  return tests
}

/** @param {string} name @param {unknown} body */
const declare = (name, body) => {
  const path = [name]
  for (let s = suite; s.parent !== undefined; s = s.parent) path.unshift(s.name)
  let id = `${file}#${path.join(' ')}`
  while (tests.has(id)) id += "'"
  if (typeof body === 'function') tests.set(id, { id, file, name: path.join(' '), suite, body: () => body() })
}

const skip = () => {}

/** @param {string} name @param {...unknown} rest */
export const it = (name, ...rest) =>
  declare(
    name,
    rest.find((r) => typeof r === 'function')
  )
it.skip = skip
it.skipIf = (/** @type {boolean} */ not) => (not ? skip : it)
it.each =
  (/** @type {ReadonlyArray<unknown>} */ rows) =>
  (/** @type {string} */ name, /** @type {(...row: Array<unknown>) => unknown} */ body) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row]
      it(format(name, ...values), () => body(...values))
    }
  }
export const test = it

/** WebAssembly shows nothing of our code that the other two backends do not. @param {string} name @param {() => void} body */
export const describe = (name, body) => {
  if (name.endsWith('(wasm)')) return
  const outer = suite
  suite = suiteOf(name, outer)
  body()
  suite = outer
}
describe.skip = skip
describe.skipIf = (/** @type {boolean} */ not) => (not ? skip : describe)

export const beforeAll = (/** @type {Body} */ body) => void suite.before.push(body)
export const afterAll = (/** @type {Body} */ body) => void suite.after.push(body)
export const beforeEach = (/** @type {Body} */ body) => void suite.beforeEach.push(body)
export const afterEach = (/** @type {Body} */ body) => void suite.afterEach.push(body)

/** A suite and those around it, outermost first. @param {Suite | undefined} s @returns {ReadonlyArray<Suite>} */
const around = (s) => (s === undefined ? [] : [...around(s.parent), s])

/** Runs the first and hands the last what they left to do. @param {ReadonlyArray<Body>} first @param {ReadonlyArray<Body>} last @param {() => Promise<void>} inside */
const within = async (first, last, inside) => {
  /** @type {Array<Body>} */
  const left = [...last]
  try {
    for (const body of first) {
      const undo = await body()
      if (typeof undo === 'function') left.unshift(/** @type {Body} */ (undo))
    }
    await inside()
  } finally {
    for (const body of left) await body()
  }
}

/** Runs one test, with what its suites do before and after all and each of theirs. @param {Test} test */
export const run = ({ suite: own, body }) => {
  const suites = around(own)
  const each = (/** @type {keyof Suite} */ key) => suites.flatMap((s) => /** @type {Array<Body>} */ (s[key]))
  return within(each('before'), each('after').reverse(), () =>
    within(each('beforeEach'), each('afterEach').reverse(), async () => void (await body()))
  )
}
