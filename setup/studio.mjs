// @ts-check
/**
 * Makes the page of the studio, dist/studio, when something that it is made of has changed.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readJson, writeJson } from './files.mjs'
import { say } from './run.mjs'

/** @typedef {import('./places.mjs').Places} Places */

/** @param {Places} place */
const stampFile = (place) => join(place.root, 'dist', '.keyflow-studio.json')

/** @param {Places} place */
const folder = (place) => join(place.root, 'src', 'studio')

/** What the page may be made of: everything but what runs in Node alone. */
const outside = /^src[\\/](io|server)[\\/]/

/** Size and time of everything that the page depends on, by path. @param {Places} place @returns {Readonly<Record<string, string>>} */
const sources = (place) => {
  const under = readdirSync(join(place.root, 'src'), { recursive: true, encoding: 'utf8' }).map((n) => join('src', n))
  const settings = ['setup/studio.mjs', 'package-lock.json', 'node_modules/vite/package.json']
  const marks = [...settings, ...under.filter((name) => !outside.test(name))].sort().flatMap((name) => {
    const found = statSync(join(place.root, name), { throwIfNoEntry: false })
    return found?.isFile() ? [/** @type {const} */ ([name, `${found.size} ${found.mtimeMs}`])] : []
  })
  return Object.fromEntries(marks)
}

/** Whether the page is what the sources say, or there is nothing to make it of. @param {Places} place @param {boolean} force */
export const studioBuilt = (place, force) => {
  if (!existsSync(folder(place)) || !existsSync(join(place.modules, 'vite'))) return true
  const stamp = readJson(stampFile(place))
  return (
    !force &&
    existsSync(join(place.root, 'dist', 'studio', 'index.html')) &&
    JSON.stringify(stamp?.sources) === JSON.stringify(sources(place))
  )
}

/** How vite makes the page: paths relative, so that it can lie in any folder, and nothing inline. @param {Places} place */
export const settings = (place) => ({
  configFile: /** @type {const} */ (false),
  root: folder(place),
  base: './',
  logLevel: /** @type {const} */ ('error'),
  resolve: { alias: { '#engine': join(place.root, 'src', 'nodes', 'engine-browser.ts') } },
  worker: { format: /** @type {const} */ ('es') },
  build: {
    outDir: join(place.root, 'dist', 'studio'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000
  }
})

/** The parts of the engine that run as WebAssembly are fetched by name, so they lie beside the page as they are. @param {Places} place */
const copyWasm = (place) => {
  const from = join(place.modules, '@tensorflow', 'tfjs-backend-wasm', 'dist')
  const to = join(place.root, 'dist', 'studio', 'wasm')
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from).filter((file) => file.endsWith('.wasm')))
    copyFileSync(join(from, name), join(to, name))
}

/** Makes the page. False, after telling why, when it cannot. @param {Places} place */
export const buildStudio = async (place) => {
  const now = sources(place)
  rmSync(stampFile(place), { force: true })
  say('making the studio')
  try {
    const vite = await import(pathToFileURL(join(place.modules, 'vite', 'dist', 'node', 'index.js')).href)
    await vite.build(settings(place))
    copyWasm(place)
  } catch (cause) {
    say(`the studio could not be made: ${cause instanceof Error ? cause.message : String(cause)}`)
    return false
  }
  writeJson(stampFile(place), { sources: now })
  return true
}
