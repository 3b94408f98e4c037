/**
 * Standard input as a file: read to its end once per process, because a clip is looked at before it is played.
 *
 * @since 0.1.0
 */
import { createWriteStream, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MediaFailure } from './failure.js'

/** The most bytes that are taken from standard input: 4 GiB. */
const most = 2 ** 32

const spool = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyflow-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'standard-input')
  let taken = 0
  const bounded = new Transform({
    transform: (chunk: Buffer, _, pass) => {
      taken += chunk.length
      const over = {
        file: 'standard input',
        what: 'size in bytes',
        limit: most,
        actual: taken,
        raise: 'a file instead'
      }
      pass(taken > most ? new MediaFailure({ _tag: 'OverLimit', ...over }) : null, chunk)
    }
  })
  await pipeline(process.stdin, bounded, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
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
