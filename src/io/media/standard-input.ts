/**
 * Standard input, once per process: as bytes that come, or as a file, read to its end, where something needs to seek.
 *
 * @since 0.1.0
 */
import { createWriteStream, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Bytes, bytesFrom } from './bytes.js'
import { MediaFailure } from './failure.js'

/** The most bytes that are taken from standard input: 4 GiB. */
const most = 2 ** 32

let bytes: Bytes | undefined

/**
 * What comes on standard input.
 *
 * @category reading
 * @since 0.1.0
 */
export const standardBytes = (): Bytes => {
  bytes ??= bytesFrom('standard input', process.stdin, () => process.stdin.destroy())
  return bytes
}

async function* bounded(from: Bytes): AsyncGenerator<Uint8Array> {
  let taken = 0
  for await (const chunk of from.all()) {
    taken += chunk.length
    const over = { file: from.name, what: 'size in bytes', limit: most, actual: taken, raise: 'a file instead' }
    if (taken > most) throw new MediaFailure({ _tag: 'OverLimit', ...over })
    yield chunk
  }
}

const spool = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyflow-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'standard-input')
  await pipeline(bounded(standardBytes()), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
  return path
}

let spooled: Promise<string> | undefined

/**
 * The path of what came on standard input, which is gone when the process ends. Fails with a `MediaFailure` past 4 GiB.
 *
 * @category reading
 * @since 0.1.0
 */
export const standardInput = (): Promise<string> => {
  spooled ??= spool()
  return spooled
}
