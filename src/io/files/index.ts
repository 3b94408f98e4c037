/**
 * Files written whole or not at all, and what goes wrong with them.
 *
 * @since 0.1.0
 */
export { type Content, writeAtomic } from './atomic.js'
export { cacheFolder } from './cache-folder.js'
export { fileTrouble } from './file-trouble.js'
export { readBytes } from './read-bytes.js'
