/**
 * What moves pictures: a server, or this browser.
 *
 * @since 0.1.0
 */
import type { Animator, FramePolicy, Settings } from '../../client/animator.js'
import type { Where } from '../state/settings.js'
import type { Model } from './api.js'

/** What a session is begun with. */
export interface Opening extends Settings {
  readonly model: Model
  readonly policy: FramePolicy
}

/** What moves pictures, until it is closed. */
export interface Opened {
  readonly animator: Animator
  readonly close: () => void
}

/**
 * Opens what computes. The modules of either are loaded when they are first asked for.
 *
 * @category state
 * @since 0.1.0
 */
export const openAnimator = async (where: Where, opening: Opening): Promise<Opened> => {
  if (import.meta.env.DEV && location.search === '?fake') return (await import('./fake.js')).fake(opening)
  return where === 'server' ? (await import('./server.js')).server(opening) : (await import('./browser.js')).browser(opening)
}
