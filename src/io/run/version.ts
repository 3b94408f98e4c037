/**
 * The version of this package.
 *
 * @since 0.1.0
 */
import { createRequire } from 'node:module'

/**
 * As `package.json` has it.
 *
 * @since 0.1.0
 */
export const { version } = createRequire(import.meta.url)('../../../package.json') as { readonly version: string }
