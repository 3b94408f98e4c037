// @ts-check
/**
 * The addon between Node and TensorFlow: compiled once per user from the package's own sources, then copied into every
 * checkout, and tried in a process of its own before anything relies on it.
 *
 * It finds the libraries by `$ORIGIN/../../deps/lib`, where the package wants them: one link into the cache.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beside, readJson, sha256 } from './files.mjs'
import { addonFile, compiler, nodeHeaders } from './places.mjs'
import { Lacking, say, setUpAgain, tail } from './run.mjs'

const flags = ['-std=c++17', '-O3', '-fno-math-errno', '-fno-trapping-math', '-fPIC', '-shared', '-DNAPI_VERSION=8']
const sources = ['tfjs_backend.cc', 'tfjs_binding.cc']

/** Our own kernels, compiled in, and what they include. */
const kernels = ['kernels.cc', 'training.cc'].map((name) => fileURLToPath(new URL(name, import.meta.url)))
const headers = [fileURLToPath(new URL('kernels.h', import.meta.url))]

/** Tells one version of them from another. */
export const kernelsMark = () =>
  sha256([...kernels, ...headers].map((path) => readFileSync(path, 'utf8')).join('\0')).slice(0, 16)

/** The compiler's arguments. @param {import('./places.mjs').Places} place @param {import('./libraries.mjs').Libraries} libraries @param {string} out */
export const compileArguments = (place, libraries, out) => [
  ...flags,
  `-I${nodeHeaders(place)}`,
  `-I${libraries.include}`,
  ...sources.map((name) => join(place.tfjs, 'binding', name)),
  ...kernels,
  '-o',
  out,
  `-L${libraries.lib}`,
  ...libraries.link.map((name) => `-l:${name}`),
  '-Wl,-rpath,$ORIGIN/../../deps/lib'
]

/** Where the compiled addon is kept: another file for every package version, library, platform and set of flags. */
/** @param {import('./places.mjs').Places} place @param {import('./libraries.mjs').Libraries} libraries */
export const keptAddon = (place, libraries) => {
  const package_ = readJson(join(place.tfjs, 'package.json'))?.version ?? 'unknown'
  const how = sha256(JSON.stringify([flags, libraries.link, kernelsMark()])).slice(0, 8)
  const name = `tfjs-node-${package_}-${libraries.id}-${process.platform}-${process.arch}-napi8-${how}.node`
  return join(place.cache, 'addons', name)
}

/**
 * Compiles the addon into the cache, unless it is there.
 *
 * @param {import('./places.mjs').Places} place
 * @param {import('./libraries.mjs').Libraries} libraries
 * @param {import('./run.mjs').Run} run
 * @param {import('./places.mjs').Env} env
 * @param {boolean} again
 */
export const compileAddon = async (place, libraries, run, env, again) => {
  const kept = keptAddon(place, libraries)
  if (existsSync(kept) && !again) return kept
  const command = compiler(env) ?? 'g++'
  say('compiling the addon between Node and TensorFlow (once per user)')
  mkdirSync(join(place.cache, 'addons'), { recursive: true })
  const made = beside(kept)
  const { code, out } = await run(command, compileArguments(place, libraries, made))
  if (code !== 0) {
    rmSync(made, { force: true })
    const line = out.split('\n').find((text) => /error|undefined reference|cannot find/.test(text)) ?? tail(out, 1)
    throw new Lacking(`the addon does not compile (${line.trim().slice(0, 200)})`, setUpAgain('--force'))
  }
  renameSync(made, kept)
  return kept
}

/** Points a link somewhere else, in one step. @param {string} link @param {string} to */
const relink = (link, to) => {
  try {
    if (readlinkSync(link) === to) return
  } catch {}
  const made = beside(link)
  symlinkSync(to, made, 'dir')
  try {
    renameSync(made, link)
  } catch {
    rmSync(link, { recursive: true, force: true })
    renameSync(made, link)
  }
}

/** Puts libraries and addon where the package looks, the addon last. @param {import('./places.mjs').Places} place @param {import('./libraries.mjs').Libraries} libraries @param {string} kept */
export const placeAddon = (place, libraries, kept) => {
  const addon = addonFile(place)
  mkdirSync(join(place.tfjs, 'deps'), { recursive: true })
  mkdirSync(join(addon, '..'), { recursive: true })
  relink(join(place.tfjs, 'deps', 'lib'), libraries.lib)
  const made = beside(addon)
  copyFileSync(kept, made)
  renameSync(made, addon)
}

/** Loads the engine and asks it for something small. Node 23 lacks two functions that the package calls. */
const attempt = `
const util = require('node:util')
util.isNullOrUndefined ??= (x) => x == null
util.isArray ??= Array.isArray
const tf = require(process.argv[1])
const sum = tf.sum(tf.conv2d(tf.ones([1, 8, 8, 3]), tf.ones([3, 3, 3, 4]), 1, 'valid')).dataSync()[0]
if (sum !== 3888) throw new Error('a convolution came out as ' + sum)
console.log('TensorFlow=' + tf.backend().binding.TF_Version)
`

/** Tries the engine in a process of its own. @param {import('./places.mjs').Places} place @param {import('./run.mjs').Run} run @param {import('./places.mjs').Env} env @returns {Promise<string>} its version */
export const tryAddon = async (place, run, env) => {
  const quiet = { ...env, TF_CPP_MIN_LOG_LEVEL: '3' }
  const { code, signal, out } = await run(process.execPath, ['-e', attempt, place.tfjs], { env: quiet })
  const version = /^TensorFlow=(.*)$/m.exec(out)?.[1]
  if (code === 0 && version !== undefined) return version
  const why =
    signal === 'SIGILL'
      ? 'this processor lacks instructions that it uses'
      : (/^.*Error: .*$/m.exec(out)?.[0] ?? signal ?? `exit ${code}`)
  throw new Lacking(`native TensorFlow does not run here (${why.slice(0, 200)})`, setUpAgain('--force'))
}
