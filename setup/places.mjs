// @ts-check
/**
 * Where things are: the checkout, its dependencies, the per-user cache, programs on the PATH.
 */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir, userInfo } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** @typedef {Readonly<Record<string, string | undefined>>} Env */
/**
 * @typedef {object} Places
 * @property {string} root the checkout
 * @property {string} modules its node_modules
 * @property {string} state where stamps are kept: gone with node_modules, so never older than what they speak of
 * @property {string} cache kept once per user
 * @property {string} tfjs the package whose addon is compiled
 */

/** The first of some folders that exists or can be made, else the last. @param {ReadonlyArray<string>} folders */
const usable = (folders) =>
  folders.find((folder) => {
    try {
      mkdirSync(folder, { recursive: true })
      accessSync(folder, constants.W_OK)
      return true
    } catch {
      return false
    }
  }) ?? /** @type {string} */ (folders.at(-1))

/** @param {Env} env */
const home = (env) => env.HOME || homedir()

/** The user's cache folder: `$XDG_CACHE_HOME/keyflow`, else `~/.cache/keyflow`, else one under the temporary folder. @param {Env} env */
const cacheFolder = (env) =>
  usable([
    join(env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(home(env), '.cache'), 'keyflow'),
    join(tmpdir(), `keyflow-${userInfo().uid}`)
  ])

/** The folder of a dependency: the checkout's own, or a hoisted one when keyflow is itself a dependency. */
/** @param {string} root @param {string} name */
const packageFolder = (root, name) => {
  const own = join(root, 'node_modules', name)
  if (existsSync(own) || existsSync(join(root, 'package-lock.json'))) return own
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`))
  } catch {
    return own
  }
}

/** @param {string} root @param {Env} env @returns {Places} */
export const places = (root, env) => ({
  root,
  modules: join(root, 'node_modules'),
  state: join(root, 'node_modules', '.keyflow'),
  cache: cacheFolder(env),
  tfjs: packageFolder(root, '@tensorflow/tfjs-node-gpu')
})

/** The headers of Node's stable C interface. @param {Places} place */
export const nodeHeaders = (place) => join(packageFolder(place.root, 'node-api-headers'), 'include')

/** The addon where the package looks for it. @param {Places} place */
export const addonFile = (place) => join(place.tfjs, 'lib', 'napi-v8', 'tfjs_binding.node')

/** The first of some programs found on the PATH. @param {ReadonlyArray<string>} names @param {Env} env */
export const onPath = (names, env) =>
  names
    .flatMap((name) => (env.PATH ?? '').split(delimiter).map((folder) => join(folder || '.', name)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return statSync(file).isFile()
      } catch {
        return false
      }
    })

/** The C++ compiler: `$CXX`, else g++, else clang++. @param {Env} env */
export const compiler = (env) => onPath([...(env.CXX ? [env.CXX] : []), 'g++', 'clang++', 'c++'], env)

/** Whether the files of an NVIDIA driver are there. @param {(file: string) => boolean} [exists] */
export const driverFiles = (exists = existsSync) =>
  [
    '/proc/driver/nvidia/version',
    '/usr/lib/x86_64-linux-gnu/libcuda.so.1',
    '/usr/lib64/libcuda.so.1',
    '/usr/lib/wsl/lib/libcuda.so.1',
    '/usr/local/nvidia/lib64/libcuda.so.1'
  ].some(exists)
