/**
 * What moves pictures: a server, or this browser.
 *
 * @since 0.1.0
 */
import type { Where } from '../state/settings.js'
import type { Opened, Opening } from './opening.js'

/**
 * Opens what computes. The modules of either are loaded when they are first asked for.
 *
 * @category state
 * @since 0.1.0
 */
export const openAnimator = async (where: Where, opening: Opening): Promise<Opened> => {
  return where === 'server'
    ? (await import('./server.js')).server(opening)
    : (await import('./browser.js')).browser(opening)
}
