/**
 * Files as answers: ranges, types by a fixed list, validators.
 *
 * @since 0.1.0
 */
import { constants, open } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { rangeOf } from './ranges.js'
import { missing, refusal, refused } from './refusal.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.yaml': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm'
}

/**
 * The media type of a name that this program gave; bytes where it has none.
 *
 * @category types
 * @since 0.1.0
 */
export const typeOf = (name: string): string => types[extname(name).toLowerCase()] ?? 'application/octet-stream'

/**
 * A file as an answer, or a part of it where a range is asked for. A link is not followed.
 *
 * @category answers
 * @since 0.1.0
 */
export const sendFile = async (
  path: string,
  request: Request,
  more: Readonly<Record<string, string>> = {}
): Promise<Response> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined)
  if (handle === undefined) return missing('file')
  const stat = await handle.stat()
  if (!stat.isFile()) {
    await handle.close()
    return missing('file')
  }
  const tag = `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs).toString(36)}"`
  const headers: Record<string, string> = {
    'content-type': typeOf(path),
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    etag: tag,
    ...more
  }
  const empty = async (status: number, extra: Readonly<Record<string, string>>): Promise<Response> => {
    await handle.close()
    return new Response(null, { status, headers: { ...headers, ...extra } })
  }
  if (request.headers.get('if-none-match') === tag) return empty(304, {})
  const fresh = [null, tag].includes(request.headers.get('if-range'))
  const wanted = fresh ? rangeOf(request.headers.get('range') ?? undefined, stat.size) : 'whole'
  if (wanted === 'outside') {
    await handle.close()
    const r = refusal(416, 'range', 'The range lies outside of the file', { actual: `${stat.size} bytes` })
    return refused(r, { 'content-range': `bytes */${stat.size}` })
  }
  const part = wanted === 'whole' ? undefined : wanted
  if (part !== undefined) headers['content-range'] = `bytes ${part.first}-${part.last}/${stat.size}`
  const length = part === undefined ? stat.size : part.last - part.first + 1
  const status = part === undefined ? 200 : 206
  if (request.method === 'HEAD' || length === 0) return empty(status, { 'content-length': String(length) })
  const stream = handle.createReadStream(part === undefined ? {} : { start: part.first, end: part.last })
  return new Response(Readable.toWeb(stream) as ReadableStream, {
    status,
    headers: { ...headers, 'content-length': String(length) }
  })
}
