/**
 * This browser as what computes.
 *
 * @since 0.1.0
 */
import { trouble } from '../state/words.js'
import type { Opened, Opening } from './open.js'

/**
 * The engine of the page with a model's file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const browser = (_: Opening): Promise<Opened> =>
  Promise.reject(trouble('This page cannot compute by itself yet.', 'Let the server compute.'))
