// @ts-check
/**
 * Makes a fresh clone ready: dependencies, native engine, compiled sources. Built on Node alone.
 *
 *     node setup/setup.mjs [--quiet] [--force] [--cuda | --cpu] [--plan]
 *
 * Prints one line for every step that there is to do, on standard error; quick and silent when there is none. Can be
 * interrupted at any point and started again. `--quiet` is for scripts that run it first: an engine that could not be
 * had is not tried again until something has changed. `--force` does every step again. `--plan` only says what
 * would be fetched and run.
 */
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, built } from './build.mjs'
import { engineReady, provideEngine } from './engine.mjs'
import { sweep } from './files.mjs'
import { install, installed } from './install.mjs'
import { acquire } from './lock.mjs'
import { places } from './places.mjs'
import { endRunning, runner, say } from './run.mjs'
import { buildStudio, studioBuilt } from './studio.mjs'

/** @typedef {import('./engine.mjs').Wishes} Wishes */

const known = ['--quiet', '--force', '--cuda', '--cpu', '--plan']

/** @param {ReadonlyArray<string>} args @returns {Wishes} */
const wishesOf = (args) => ({
  quiet: args.includes('--quiet'),
  force: args.includes('--force'),
  flavour: args.includes('--cuda') ? 'cuda' : args.includes('--cpu') ? 'cpu' : undefined
})

/** Everything that there is to do, in order. The exit code. @param {Wishes} wishes */
const setUp = async (wishes) => {
  const { env } = process
  const place = places(fileURLToPath(new URL('..', import.meta.url)), env)
  const { force } = wishes
  const ready = () => !force && installed(place) && engineReady(place, env, wishes) && built(place, force) && studioBuilt(place, force)
  if (ready()) return 0
  const lock = await acquire(join(place.cache, 'locks', 'setup'), (pid) =>
    say(`waiting for another setup (process ${pid})`)
  )
  const tidy = () => [place.cache, join(place.cache, 'addons')].forEach(sweep)
  const stop = async (/** @type {NodeJS.Signals} */ signal) => {
    await endRunning()
    tidy()
    lock.release()
    say(`interrupted by ${signal}; start again to go on from here`)
    process.exit(128 + constants.signals[signal])
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, stop)
  try {
    tidy()
    const run = runner(lock.track)
    if (ready()) return 0
    if ((force || !installed(place)) && !(await install(place, env, force, run))) return 1
    if (!engineReady(place, env, wishes)) await provideEngine(place, env, wishes, run)
    const compiled = built(place, force) || (await build(place, force, run))
    const made = studioBuilt(place, force) || (await buildStudio(place))
    return compiled && made ? 0 : 1
  } finally {
    lock.release()
  }
}

const args = process.argv.slice(2)
const unknown = args.find((arg) => !known.includes(arg))
if (unknown !== undefined) {
  say(`${unknown} is not known; what is: ${known.join(' ')}`)
  process.exitCode = 2
} else if (args.includes('--plan')) {
  const { plan } = await import('./plan.mjs')
  process.stdout.write(
    plan(places(fileURLToPath(new URL('..', import.meta.url)), process.env), process.env, wishesOf(args))
  )
} else
  try {
    process.exitCode = await setUp(wishesOf(args))
  } catch (cause) {
    say(cause instanceof Error ? cause.message : String(cause))
    process.exitCode = 1
  }
