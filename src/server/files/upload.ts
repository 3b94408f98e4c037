/**
 * Uploads: bytes to disk as they come, no more than are allowed, judged by what they are.
 *
 * @since 0.1.0
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { sniffed } from '../../io/media/sniff.js'
import { piecesOf } from '../http/linger.js'
import { type Refusal, refusal } from '../http/refusal.js'
import type { Stored } from '../http/shapes.js'
import type { Bounds } from '../settings.js'
import { type Content, contentOf, examined } from './content.js'
import { newName, type Store } from './store.js'

const tooLarge = (limit: number): Refusal =>
  refusal(413, 'over-limit', 'Larger than this server takes', { where: 'body', expected: `at most ${limit} bytes` })

/** Writes a body to a file, looking at its first bytes before the rest is taken. */
const written = async (path: string, body: IncomingMessage, limit: number): Promise<E.Either<Refusal, Content>> => {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
  const failed = new Promise<never>((_, reject) => file.on('error', reject))
  failed.catch(() => undefined)
  let [head, bytes, content] = [Buffer.alloc(0), 0, undefined as Content | undefined]
  try {
    for await (const piece of piecesOf(body)) {
      bytes += piece.length
      if (bytes > limit) return E.left(tooLarge(limit))
      if (content === undefined) {
        head = Buffer.concat([head, piece])
        if (head.length < sniffed) continue
        const found = contentOf(head.subarray(0, sniffed))
        if (E.isLeft(found)) return found
        content = found.right
        if (!file.write(head)) await Promise.race([once(file, 'drain'), failed])
      } else if (!file.write(piece)) await Promise.race([once(file, 'drain'), failed])
    }
    if (content === undefined) {
      const found = contentOf(head)
      if (E.isLeft(found)) return found
      content = found.right
      file.write(head)
    }
    file.end()
    await Promise.race([once(file, 'finish'), failed])
    return E.right(content)
  } finally {
    file.destroy()
  }
}

/** The bytes that a request announces; nothing where it does not. */
const announced = (body: IncomingMessage): number | undefined => {
  const length = Number(body.headers['content-length'] ?? Number.NaN)
  return Number.isFinite(length) ? length : undefined
}

/**
 * Takes an upload: the file as it is kept, or why it is not. Of what is refused nothing stays.
 *
 * @category files
 * @since 0.1.0
 */
export const takeUpload = async (
  store: Store,
  bounds: Bounds,
  body: IncomingMessage
): Promise<E.Either<Refusal, Stored>> => {
  const due = announced(body)
  if (due !== undefined && due > bounds.body) return E.left(tooLarge(bounds.body))
  if ((await store.bytes()) + (due ?? 0) > bounds.store)
    return E.left(
      refusal(507, 'full', 'The server has no room left', { expected: `at most ${bounds.store} bytes in all` })
    )
  const id = newName()
  const passing = join(store.work, `${id}.part`)
  try {
    const content = await written(passing, body, bounds.body)
    if (E.isLeft(content)) return content
    const looks = await examined(passing, content.right, bounds)
    if (E.isLeft(looks)) return looks
    const name = `${id}.${content.right.ending}`
    await rename(passing, join(store.uploads, name))
    const { size } = await stat(join(store.uploads, name))
    return E.right({ name, url: `/api/uploads/${name}`, type: content.right.type, bytes: size, ...looks.right })
  } catch (cause) {
    if (body.destroyed && !body.complete)
      return E.left(refusal(400, 'cut-off', 'The upload ended before its time', { where: 'body' }))
    throw cause
  } finally {
    await rm(passing, { force: true })
  }
}
