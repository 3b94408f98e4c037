/**
 * This browser as what computes.
 *
 * @since 0.1.0
 */
import { animator } from '../../browser/live.js'
import { placesAt } from '../../browser/places.js'
import { settings } from '../state/settings.js'
import type { Opened, Opening } from './opening.js'

/** The folder of the page. */
const home = (): string => new URL('.', location.href).href

/**
 * An engine of the page with a model's file, which is fetched from wherever the page came from.
 *
 * @category constructors
 * @since 0.1.0
 */
export const browser = ({ model, ...opening }: Opening): Opened => {
  const engine = settings.engine.value
  const made = animator({
    ...opening,
    name: model.name,
    model: new URL(model.url, home()).href,
    size: model.size,
    wasm: placesAt(home()).wasm,
    ...(engine === 'auto' ? {} : { backend: engine })
  })
  return { animator: made, close: made.close }
}
