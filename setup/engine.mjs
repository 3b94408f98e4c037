// @ts-check
/**
 * Provides the native engine, or says in one line why there is none and what mends that. Afterwards the addon's file
 * is there exactly when the native engine works.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compileAddon, keptAddon, kernelsMark, placeAddon, tryAddon } from './addon.mjs'
import { readJson, writeJson } from './files.mjs'
import { cached, fill, intact, named, sound } from './libraries.mjs'
import { findPip, pips } from './pip.mjs'
import { addonFile, compiler, driverFiles, onPath } from './places.mjs'
import { Lacking, say, setUpAgain } from './run.mjs'
import { buildFor, version } from './wheels.mjs'

/** @typedef {import('./places.mjs').Places} Places */
/** @typedef {import('./places.mjs').Env} Env */
/** @typedef {import('./wheels.mjs').Flavour} Flavour */
/** @typedef {{ readonly quiet: boolean, readonly force: boolean, readonly flavour: Flavour | undefined }} Wishes */

const platform = `${process.platform}-${process.arch}`

/** @param {Places} place */
const stampFile = (place) => join(place.state, 'engine.json')

/** What a set-up engine depends on. @param {Env} env */
const situation = (env) => JSON.stringify([version, platform, env.KEYFLOW_LIBTENSORFLOW ?? '', driverFiles()])

/** What stood in the way may have gone when this has changed. @param {Env} env */
const obstacles = (env) => {
  const network = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'HTTPS_PROXY', 'https_proxy'].map(
    (key) => env[key] ?? ''
  )
  return JSON.stringify([compiler(env) ?? '', pips(env), network])
}

/** Whether the engine is as wished, or is known not to be to be had. @param {Places} place @param {Env} env @param {Wishes} wishes */
export const engineReady = (place, env, wishes) => {
  if (env.KEYFLOW_BACKEND === 'wasm' || env.KEYFLOW_BACKEND === 'cpu') return true
  const stamp = readJson(stampFile(place))
  if (stamp === undefined || wishes.force || stamp.situation !== situation(env)) return false
  if (wishes.flavour !== undefined && wishes.flavour !== stamp.flavour) return false
  if (stamp.lacking !== undefined) return wishes.quiet && stamp.obstacles === obstacles(env)
  if (stamp.kernels !== kernelsMark()) return false
  if (statSync(addonFile(place), { throwIfNoEntry: false })?.size !== stamp.size) return false
  if (env.KEYFLOW_LIBTENSORFLOW) return named(env.KEYFLOW_LIBTENSORFLOW).id === stamp.id
  const build = buildFor(platform, stamp.flavour)
  return build !== undefined && sound(stamp.cache, build)
}

/** The command that installs packages of the system, as far as it can be told. @param {ReadonlyArray<string>} names @param {Env} env */
const systemInstall = (names, env) => {
  const sudo = process.getuid?.() === 0 ? '' : 'sudo '
  if (onPath(['apt-get'], env)) return `${sudo}apt-get install -y ${names.join(' ')}`
  if (onPath(['dnf'], env)) return `${sudo}dnf install -y ${names.join(' ').replace('g++', 'gcc-c++')}`
  return `install ${names.join(' and ')}`
}

/** Whether an NVIDIA driver is present. */
const hasDriver = () =>
  driverFiles() || (spawnSync('ldconfig', ['-p'], { encoding: 'utf8' }).stdout ?? '').includes('libcuda.so.1')

/** The builds to try, best first. @param {Flavour | undefined} wish */
export const flavours = (wish, driver = hasDriver) =>
  /** @type {ReadonlyArray<Flavour>} */ (wish !== undefined ? [wish] : driver() ? ['cuda', 'cpu'] : ['cpu'])

/** Whether this Linux is one that wheels are made for. */
const isGlibc = () => {
  const report = /** @type {any} */ (process.report?.getReport())
  return report?.header?.glibcVersionRuntime !== undefined
}

/** Makes sure of libraries. @param {Places} place @param {Flavour} flavour @param {boolean} force @param {import('./run.mjs').Run} run @param {Env} env */
const libraries = async (place, flavour, force, run, env) => {
  if (env.KEYFLOW_LIBTENSORFLOW) return named(env.KEYFLOW_LIBTENSORFLOW)
  const build = buildFor(platform, flavour)
  if (build === undefined || !isGlibc())
    throw new Lacking(
      `no ${flavour} build of TensorFlow for this platform (${platform})`,
      `KEYFLOW_LIBTENSORFLOW=FOLDER ${setUpAgain()}`
    )
  const found = cached(place.cache, build)
  const whole = force ? await intact(place.cache, build) : sound(place.cache, build)
  const pip = whole ? undefined : await findPip(env, run)
  const lacks = [
    ...(existsSync(keptAddon(place, found)) || compiler(env) ? [] : [{ what: 'no C++ compiler', mend: 'g++' }]),
    ...(whole || pip ? [] : [{ what: 'no Python 3 with pip', mend: 'python3-pip' }])
  ]
  if (lacks.length > 0) {
    const mend = systemInstall(
      lacks.map((lack) => lack.mend),
      env
    )
    throw new Lacking(lacks.map((lack) => lack.what).join(' and '), `${mend} && ${setUpAgain()}`)
  }
  if (pip !== undefined) await fill(place.cache, build, pip, run, env)
  return found
}

/** Libraries, addon, trial. @param {Places} place @param {Flavour} flavour @param {boolean} force @param {import('./run.mjs').Run} run @param {Env} env */
const provide = async (place, flavour, force, run, env) => {
  const found = await libraries(place, flavour, force, run, env)
  const fresh = force || !existsSync(keptAddon(place, found))
  placeAddon(place, found, await compileAddon(place, found, run, env, force))
  const tried = await tryAddon(place, run, env).catch(async (cause) => {
    if (fresh || compiler(env) === undefined) throw cause
    placeAddon(place, found, await compileAddon(place, found, run, env, true))
    return tryAddon(place, run, env)
  })
  say(`the engine is TensorFlow ${tried} (${env.KEYFLOW_LIBTENSORFLOW ? 'your own' : flavour})`)
  const { size } = statSync(addonFile(place))
  return { id: found.id, flavour, version: tried, cache: place.cache, size, kernels: kernelsMark() }
}

/**
 * Provides the engine and leaves a stamp. The stamp of a failure keeps later quiet runs from trying again.
 *
 * @param {Places} place
 * @param {Env} env
 * @param {Wishes} wishes
 * @param {import('./run.mjs').Run} run
 */
export const provideEngine = async (place, env, wishes, run) => {
  const known = { situation: situation(env), obstacles: obstacles(env) }
  const before = readJson(stampFile(place))
  rmSync(stampFile(place), { force: true })
  const tries = flavours(wishes.flavour ?? before?.wish)
  const wish = wishes.flavour ?? before?.wish
  for (const flavour of tries)
    try {
      writeJson(stampFile(place), { ...known, wish, ...(await provide(place, flavour, wishes.force, run, env)) })
      return
    } catch (cause) {
      if (!(cause instanceof Lacking)) throw cause
      if (flavour === tries.at(-1)) {
        rmSync(addonFile(place), { force: true })
        say(
          `no native engine: ${cause.message}; falling back to wasm, slower and without training; to mend it: ${cause.remedy}`
        )
        writeJson(stampFile(place), { ...known, wish, flavour, lacking: cause.message, remedy: cause.remedy })
      } else say(`no CUDA: ${cause.message}; taking the build for the processor; to mend it: ${setUpAgain('--cuda')}`)
    }
}
