/**
 * What is opened to move pictures, and with what.
 *
 * @since 0.1.0
 */
import type { Animator, FramePolicy, Settings } from '../../client/animator.js'
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
