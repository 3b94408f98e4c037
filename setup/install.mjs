// @ts-check
/**
 * Installs the locked dependencies with npm, scripts off, when node_modules is not what package-lock.json says.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readJson, sha256, writeJson } from './files.mjs'
import { onPath } from './places.mjs'
import { say, tail } from './run.mjs'

/** @typedef {import('./places.mjs').Places} Places */

/** @param {Places} place */
const lockFile = (place) => join(place.root, 'package-lock.json')

/** @param {Places} place */
const stampFile = (place) => join(place.state, 'install.json')

/** What is to be installed, in one word. @param {Places} place */
const due = (place) => sha256(readFileSync(lockFile(place)))

/** Whether the stamp says so. A package without a lock file is itself a dependency: nothing to do. @param {Places} place */
export const installed = (place) => !existsSync(lockFile(place)) || readJson(stampFile(place))?.lock === due(place)

/**
 * Whether npm's own record of what it installed holds everything that the lock file wants: then somebody ran npm by
 * hand, and nothing need be installed again.
 *
 * @public
 * @param {{ readonly packages?: Record<string, any> } | undefined} lock
 * @param {{ readonly packages?: Record<string, any> } | undefined} record
 */
export const agree = (lock, record) =>
  record?.packages !== undefined &&
  Object.entries(lock?.packages ?? {}).every(([path, want]) => {
    const have = record.packages?.[path]
    if (path === '') return true
    if (have === undefined) return want.optional === true || want.devOptional === true
    return have.version === want.version && have.integrity === want.integrity
  })

/** How to start npm: the one that started us, the one beside this node, or the first on the PATH. */
/** @param {import('./places.mjs').Env} env @returns {ReadonlyArray<string> | undefined} */
const findNpm = (env) => {
  const script = [
    ...(basename(env.npm_execpath ?? '') === 'npm-cli.js' ? [/** @type {string} */ (env.npm_execpath)] : []),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js')
  ].find((file) => existsSync(file))
  if (script !== undefined) return [process.execPath, script]
  const npm = onPath(['npm'], env)
  return npm === undefined ? undefined : [npm]
}

/** What npm said of the failure: its error lines before the reminder of how it is used, else its last lines. @param {string} out */
const complaint = (out) => {
  const said = out
    .split('\n')
    .filter((line) => /^npm (error|ERR!) \S/.test(line) && !/complete log|^npm \S+ A complete/.test(line))
  const usage = said.findIndex((line) => /Usage:|Clean install a project/.test(line))
  return said.length === 0 ? tail(out, 15) : said.slice(0, usage < 0 ? 15 : Math.min(usage, 15)).join('\n')
}

/** Installs. False, after saying why, when that failed. @param {Places} place @param {import('./places.mjs').Env} env @param {boolean} force @param {import('./run.mjs').Run} run */
export const install = async (place, env, force, run) => {
  const lock = due(place)
  const record = readJson(join(place.modules, '.package-lock.json'))
  if (force || !agree(readJson(lockFile(place)), record)) {
    const npm = findNpm(env)
    if (npm === undefined) {
      say('npm is not to be found; install it, then: node setup/setup.mjs')
      return false
    }
    say('installing the locked dependencies (npm ci)')
    const [command = '', ...args] = npm
    const options = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
    const { code, signal, out } = await run(command, [...args, ...options], { cwd: place.root, env })
    if (code !== 0) {
      say(`npm ci failed (${signal ?? code}); it said:\n${complaint(out)}`)
      say('with a network and a package registry that answers, try again: npm run setup')
      return false
    }
  }
  writeJson(stampFile(place), { lock })
  return true
}
