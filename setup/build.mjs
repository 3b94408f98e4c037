// @ts-check
/**
 * Compiles src to dist when something in it has changed, and makes `npx keyflow` work in the checkout.
 */
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readJson, writeJson } from './files.mjs'
import { say } from './run.mjs'

/** @typedef {import('./places.mjs').Places} Places */

/** @param {Places} place */
const stampFile = (place) => join(place.root, 'dist', '.keyflow-build.json')

/** Size and time of everything that the result depends on, by path. @param {Places} place @returns {Readonly<Record<string, string>>} */
const sources = (place) => {
  const under = (/** @type {string} */ folder) =>
    readdirSync(join(place.root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => !name.startsWith(join('src', 'studio')))
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'node_modules/typescript/package.json']
  const marks = [...settings, ...under('src')].sort().flatMap((name) => {
    const found = statSync(join(place.root, name), { throwIfNoEntry: false })
    return found?.isFile() ? [/** @type {const} */ ([name, `${found.size} ${found.mtimeMs}`])] : []
  })
  return Object.fromEntries(marks)
}

/** @param {Places} place */
const main = (place) => join(place.root, 'dist', 'io', 'cli', 'main.js')

/** @param {Places} place */
const link = (place) => join(place.modules, '.bin', 'keyflow')

/** Whether dist is what src says. @param {Places} place @param {boolean} force */
export const built = (place, force) => {
  if (!existsSync(join(place.root, 'src'))) return true
  const stamp = readJson(stampFile(place))
  return (
    !force &&
    stamp?.failed === false &&
    (stamp.main === false ||
      (existsSync(main(place)) && lstatSync(link(place), { throwIfNoEntry: false }) !== undefined)) &&
    JSON.stringify(stamp.sources) === JSON.stringify(sources(place))
  )
}

/** What a source that is gone has left behind. @param {Places} place @param {ReadonlyArray<string>} gone */
const clear = (place, gone) => {
  for (const name of gone.filter((path) => path.startsWith('src') && path.endsWith('.ts')))
    for (const ending of ['.js', '.d.ts'])
      rmSync(join(place.root, 'dist', relative('src', name).replace(/\.ts$/, ending)), { force: true })
}

/** The first errors, each in one line, and how many more there are. @param {string} out */
const shortened = (out) => {
  const errors = out.split('\n').filter((line) => /^\S/.test(line))
  return [...errors.slice(0, 20), ...(errors.length > 20 ? [`and ${errors.length - 20} more`] : [])].join('\n')
}

/** Compiles; writes also what has type errors. False, after showing them, when it has. @param {Places} place @param {boolean} force @param {import('./run.mjs').Run} run */
export const build = async (place, force, run) => {
  const before = readJson(stampFile(place))
  const now = sources(place)
  // Without a stamp the last compilation was interrupted: what it recorded about itself is not to be believed.
  if (force || before === undefined) rmSync(join(place.root, 'dist', '.tsbuildinfo'), { force: true })
  clear(
    place,
    Object.keys(before?.sources ?? {}).filter((name) => !(name in now))
  )
  rmSync(stampFile(place), { force: true })
  say('compiling src to dist')
  const tsc = join(place.modules, 'typescript', 'bin', 'tsc')
  const options = ['-p', 'tsconfig.build.json', '--pretty', 'false']
  const { code, out } = await run(process.execPath, [tsc, ...options], { cwd: place.root })
  const made = existsSync(main(place))
  if (made) {
    chmodSync(main(place), 0o755)
    mkdirSync(join(place.modules, '.bin'), { recursive: true })
    rmSync(link(place), { force: true })
    symlinkSync(relative(join(place.modules, '.bin'), main(place)), link(place))
  }
  writeJson(stampFile(place), { failed: code !== 0, main: made, sources: now })
  if (code !== 0) say(`src has errors; what could be compiled was written to dist:\n${shortened(out)}`)
  return code === 0
}
