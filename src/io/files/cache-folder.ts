/**
 * Where a user's cache is.
 *
 * @since 0.1.0
 */
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The user's cache folder: `$XDG_CACHE_HOME/keyflow`, else `~/.cache/keyflow`. It need not be there yet.
 *
 * @category files
 * @since 0.1.0
 */
export const cacheFolder = (env: Readonly<Record<string, string | undefined>> = process.env): string => {
  const { XDG_CACHE_HOME: xdg, HOME: home } = env
  return join(xdg?.startsWith('/') === true ? xdg : join(home || homedir(), '.cache'), 'keyflow')
}
