// @ts-check
/**
 * Runs tests for Stryker in its own process: tfjs and native TensorFlow are loaded once, our modules anew for every mutant, and
 * of the tests those first that have caught something before, or are quick. A mutant costs what the test costs that catches it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core'
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin'
import { determineHitLimitReached } from '@stryker-mutator/api/test-runner'
import { createServer, createServerModuleRunner } from 'vite'
import { ESModulesEvaluator } from 'vite/module-runner'
import { collect, run } from './vitest.mjs'

/** The engine is started once: its modules stay. */
const kept = /\/src\/nodes\/(tf|engine|engine-node|native|quietly)\.ts$/
/** What is known of the tests, for the process that comes after one that was stopped. */
const notes = '.mutation-tests.json'

/** @typedef {import('./vitest.mjs').Test} Test */

/** Takes our stand-ins in the place of two packages. */
class Evaluator extends ESModulesEvaluator {
  /** @override @param {string} file */
  runExternalModule(file) {
    if (/\/node_modules\/vitest\//.test(file)) return import('./vitest.mjs')
    if (/\/node_modules\/fast-check\//.test(file)) return import('./fast-check.mjs')
    return super.runExternalModule(file)
  }
}

/** Milliseconds of a processor that this process has had: they do not depend on what else runs. */
const spent = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
/** How many of them a mutant may cost that nobody notices, unless all cases are asked for. */
const most = process.env.KEYFLOW_CASES === 'all' ? Number.POSITIVE_INFINITY : 1500

/** Rejects once this process has had nothing to do for a while: what it waits for does not come. @param {Promise<void>} done */
const unlessIdle = async (done) => {
  /** @type {NodeJS.Timeout | undefined} */
  let poll
  const idle = new Promise((_, reject) => {
    const had = [spent()]
    poll = setInterval(() => {
      had.push(spent())
      const [before, now] = [had.at(-16), had.at(-1)]
      if (before !== undefined && now !== undefined && now - before < 50) reject(new Error('the test does not end'))
    }, 1000)
  })
  try {
    await Promise.race([done, idle])
  } finally {
    clearInterval(poll)
  }
}

const message = (/** @type {unknown} */ e) => (e instanceof Error ? (e.stack ?? e.message) : String(e))

class InProcess {
  static inject = /** @type {const} */ (['options'])

  /** @param {any} options */
  constructor(options) {
    this.files = /** @type {ReadonlyArray<string>} */ (options.keyflow.tests)
    this.without = new RegExp(options.keyflow.without)
    const all = /** @type {any} */ (globalThis)
    this.ns = all[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {}
    /** How often a test has caught something. @type {Map<string, number>} */
    this.kills = new Map()
    /** How long a test takes, and which mutants it reaches. @type {Record<string, { readonly ms: number, readonly reach: ReadonlyArray<number> }>} */
    this.known = {}
  }

  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    process.on('unhandledRejection', () => {})
    process.env.NODE_ENV = 'test'
    this.server = await createServer({
      configFile: false,
      root: process.cwd(),
      logLevel: 'error',
      appType: 'custom',
      server: { middlewareMode: true, watch: null, hmr: false, ws: false },
      optimizeDeps: { noDiscovery: true, include: [] },
      resolve: { alias: { '#engine': resolve('src/nodes/engine-node.ts') } }
    })
    this.modules = createServerModuleRunner(this.server.environments.ssr, {
      hmr: false,
      sourcemapInterceptor: false,
      evaluator: new Evaluator()
    })
    try {
      this.known = JSON.parse(readFileSync(notes, 'utf8'))
    } catch {} // the first run writes it
  }

  /** Our modules are as if they had never been loaded; gives what loads the tests of a file. */
  afresh() {
    const modules = /** @type {NonNullable<typeof this.modules>} */ (this.modules)
    for (const [id, module] of modules.evaluatedModules.idToModuleMap)
      if (!kept.test(id) && !id.includes('/node_modules/'))
        Object.assign(module, { evaluated: false, promise: undefined, exports: undefined })
    return (/** @type {string} */ file) => collect(file, () => modules.import(resolve(file)))
  }

  async dryRun() {
    this.ns.activeMutant = undefined
    const load = this.afresh()
    const tests = []
    for (const file of this.files) tests.push(...(await load(file)).values())
    const results = []
    for (const test of tests.filter(({ id }) => !this.without.test(id))) {
      this.ns.currentTestId = test.id
      const since = spent()
      let failure = ''
      try {
        await run(test)
      } catch (e) {
        failure = message(e)
      }
      this.ns.currentTestId = undefined
      const ms = spent() - since
      this.known[test.id] = { ms, reach: Object.keys(this.ns.mutantCoverage?.perTest[test.id] ?? {}).map(Number) }
      const told = { id: test.id, name: test.name, fileName: resolve(test.file), timeSpentMs: ms }
      results.push(failure === '' ? { ...told, status: 0 } : { ...told, status: 1, failureMessage: failure })
    }
    writeFileSync(notes, JSON.stringify(this.known))
    return { status: /** @type {const} */ ('complete'), tests: results, mutantCoverage: this.ns.mutantCoverage }
  }

  /** @param {import('@stryker-mutator/api/test-runner').MutantRunOptions} options */
  async mutantRun({ activeMutant, hitLimit, mutantActivation, testFilter }) {
    const { ns } = this
    Object.assign(ns, { hitCount: 0, hitLimit })
    const load = this.afresh()
    /** @type {Map<string, Map<string, Test>>} */
    const loaded = new Map()
    let nrOfTests = 0
    let trying = ''
    try {
      const tests = testFilter === undefined ? this.near(Number(activeMutant.id)) : this.inOrder(testFilter)
      const since = spent()
      for (const id of tests) {
        if (spent() - since > most) break
        trying = id
        nrOfTests++
        const file = id.slice(0, id.indexOf('#'))
        ns.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined
        if (!loaded.has(file)) loaded.set(file, await load(file))
        ns.activeMutant = activeMutant.id
        const test = loaded.get(file)?.get(id)
        if (test === undefined) throw new Error('the test is gone')
        await unlessIdle(run(test))
      }
      return { status: 'survived', nrOfTests }
    } catch (e) {
      this.kills.set(trying, (this.kills.get(trying) ?? 0) + 1)
      const endless = determineHitLimitReached(ns.hitCount, hitLimit)
      return endless ?? { status: 'killed', killedBy: [trying], failureMessage: message(e), nrOfTests }
    } finally {
      ns.activeMutant = undefined
    }
  }

  /** The tests for a mutant, those first that cost little for what they catch. @param {ReadonlyArray<string>} tests */
  inOrder(tests) {
    const cost = (/** @type {string} */ id) => (this.known[id]?.ms ?? 100) / (1 + 10 * (this.kills.get(id) ?? 0))
    return [...tests].sort((a, b) => cost(a) - cost(b))
  }

  /**
   * The same for a mutant that acts while modules are loaded: those that reach mutants near it, the nearest first, then all
   * that take no time.
   *
   * @param {number} id
   */
  near(id) {
    const cost = (/** @type {string} */ test) => {
      const { ms = 100, reach = [] } = this.known[test] ?? {}
      const away = reach.reduce((least, other) => Math.min(least, Math.abs(other - id)), 1000)
      return away <= 25 ? away + ms / 10 : ms < 60 ? 1000 + ms : Number.POSITIVE_INFINITY
    }
    const costs = Object.keys(this.known).map((test) => /** @type {const} */ ([test, cost(test)]))
    return costs
      .filter(([, c]) => c < Number.POSITIVE_INFINITY)
      .sort(([, a], [, b]) => a - b)
      .map(([test]) => test)
  }

  async dispose() {
    await this.modules?.close()
    await this.server?.close()
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'keyflow', /** @type {any} */ (InProcess))]
