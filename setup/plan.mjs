// @ts-check
/**
 * What setup would fetch and run for the engine, as text, without doing any of it.
 */
import { join } from 'node:path'
import { compileArguments } from './addon.mjs'
import { flavours } from './engine.mjs'
import { cached, named } from './libraries.mjs'
import { downloadArguments } from './pip.mjs'
import { compiler } from './places.mjs'
import { buildFor } from './wheels.mjs'

/** @param {import('./places.mjs').Places} place @param {import('./places.mjs').Env} env @param {import('./engine.mjs').Wishes} wishes */
export const plan = (place, env, wishes) => {
  const [flavour = 'cpu'] = flavours(wishes.flavour)
  const build = buildFor(`${process.platform}-${process.arch}`, flavour)
  const own = env.KEYFLOW_LIBTENSORFLOW
  if (own === undefined && build === undefined)
    return `no ${flavour} build for ${process.platform}-${process.arch}: wasm\n`
  const libraries =
    own !== undefined ? named(own) : cached(place.cache, /** @type {import('./wheels.mjs').Build} */ (build))
  const wheels = own !== undefined ? [] : (build?.wheels ?? [])
  return [
    ...wheels.map((w) => `wheel ${w.project} ${w.version} sha256:${w.sha256}`),
    ...wheels.slice(0, 1).map((w) => `fetch pip ${downloadArguments(w, join(place.cache, 'FOLDER')).join(' ')}`),
    `libraries ${libraries.lib}`,
    `compile ${compiler(env) ?? 'g++'} ${compileArguments(place, libraries, 'tfjs_binding.node').join(' ')}`,
    ''
  ].join('\n')
}
