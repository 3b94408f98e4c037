/**
 * The animals that are drawn.
 *
 * @since 0.1.0
 */
import type { Species } from '../species.js'
import { birds } from './birds.js'
import { farm } from './farm.js'
import { wild } from './wild.js'

/**
 * All of them, each as likely as any other.
 *
 * @category model
 * @since 0.1.0
 */
export const animals: ReadonlyArray<Species> = [...farm, ...wild, ...birds]
