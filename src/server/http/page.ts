/**
 * The studio's files.
 *
 * @since 0.1.0
 */
import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { sendFile } from './files.js'
import { missing } from './refusal.js'

/** Shown where the page has not been built. */
const placeholder = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Keyflow</title>
<h1>Keyflow</h1>
<p>The server runs; its page has not been built. <code>npx keyflow setup</code> builds it.
<p>The API is described in <a href="/openapi.json">openapi.json</a>.
</html>
`

/** The path of a request inside the folder of the page; nothing for one that leads out of it or to hidden files. */
const inside = (pathname: string): string | undefined => {
  try {
    const parts = decodeURIComponent(pathname).split('/')
    return parts.some((p) => p.startsWith('.') || /[\\\0]/.test(p)) ? undefined : join(...parts, '.')
  } catch {
    return undefined
  }
}

/**
 * Answers with the files of a folder; names that carry a hash may be kept for ever.
 *
 * @category answers
 * @since 0.1.0
 */
export const page =
  (folder: string) =>
  async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const name = inside(pathname)
    if (name === undefined) return missing('page')
    const root = await realpath(folder).catch(() => undefined)
    const path = root && (await realpath(join(root, name === '.' ? 'index.html' : name)).catch(() => undefined))
    const there = path?.startsWith(`${root}${sep}`) && (await stat(path).catch(() => undefined))?.isFile()
    if (path && there) {
      const lasting = /[-.][\w-]{8,}\.\w+$/.test(path) && pathname.startsWith('/assets/')
      return sendFile(path, request, lasting ? { 'cache-control': 'public, max-age=31536000, immutable' } : {})
    }
    if (name !== '.') return missing('page')
    return new Response(placeholder, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  }
