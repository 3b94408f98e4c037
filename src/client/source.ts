/**
 * What a caller gives as a picture, as the protocol has it.
 *
 * @since 0.1.0
 */
import type { Source } from './animator.js'
import type { Picture } from './frame.js'

/**
 * Bytes alone are those of a file.
 *
 * @category conversion
 * @since 0.1.0
 */
export const pictureOf = (source: Source): Picture =>
  source instanceof Uint8Array ? { format: 'encoded', width: 0, height: 0, bytes: source } : source
