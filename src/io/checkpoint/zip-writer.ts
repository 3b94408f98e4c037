/**
 * Writes zip archives of stored entries without times, the data of each at a multiple of 64 bytes.
 *
 * Source: APPNOTE.TXT of PKWARE, sections 4.3 and 4.5; the alignment is that of PyTorch's own files.
 *
 * @since 0.1.0
 */
import { crc32 } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

const alignment = 64
const mostEntries = 0xfffe
const mostBytes = 0xffff_fffe

/** The first day that the format can say: the same bytes whenever they are written. */
const day = (1 << 5) | 1

/** Numbers of two and four bytes after each other. */
const record = (...fields: ReadonlyArray<readonly [size: 2 | 4, value: number]>): Uint8Array => {
  const out = Buffer.alloc(fields.reduce((n, [size]) => n + size, 0))
  fields.reduce((at, [size, value]) => out.writeUIntLE(value, at, size), 0)
  return out
}

/** What the two headers of an entry have in common, from the version needed to the length of the name. */
const common = (name: Uint8Array, data: Uint8Array) =>
  [
    [2, 20],
    [2, 0x800], // the name is UTF-8
    [2, 0],
    [2, 0],
    [2, day],
    [4, crc32(data)],
    [4, data.length],
    [4, data.length],
    [2, name.length]
  ] as const

/**
 * The pieces of an archive, to be written one after another. `file` names it in the problem: what needs more than 32
 * bits is refused.
 *
 * @category codec
 * @since 0.1.0
 */
export const zipPieces = (
  file: string,
  entries: ReadonlyArray<readonly [name: string, data: Uint8Array]>
): E.Either<Problem, ReadonlyArray<Uint8Array>> => {
  const pieces: Array<Uint8Array> = []
  const directory: Array<Uint8Array> = []
  const limit = `at most ${mostEntries} entries and ${mostBytes} bytes`
  if (entries.length > mostEntries) return E.left(complaint(file)('archive', limit, `${entries.length} entries`))
  let at = 0
  for (const [text, data] of entries) {
    const name = Buffer.from(text)
    const bare = at + 30 + name.length
    const padding = (alignment - ((bare + 4) % alignment)) % alignment
    const shared = common(name, data)
    const extra = [record([2, 0x4246], [2, padding]), new Uint8Array(padding)]
    const head = record([4, 0x04034b50], ...shared, [2, 4 + padding])
    if (bare + 4 + padding + data.length > mostBytes)
      return E.left(complaint(file)('archive', limit, `more bytes, from ${text}`))
    directory.push(record([4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name)
    pieces.push(head, name, ...extra, data)
    at = bare + 4 + padding + data.length
  }
  const size = directory.reduce((n, { length }) => n + length, 0)
  const [begin, n] = [at, entries.length]
  const end = record([4, 0x06054b50], [2, 0], [2, 0], [2, n], [2, n], [4, size], [4, begin], [2, 0])
  return E.right([...pieces, ...directory, end])
}
