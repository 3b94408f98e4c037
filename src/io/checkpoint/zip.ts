/**
 * Zip archives by their directory: entries stored or deflated, sizes and sums checked, never more than was announced.
 *
 * Source: APPNOTE.TXT of PKWARE, sections 4.3 and 4.5.
 *
 * @since 0.1.0
 */
import { crc32, inflateRawSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'

/**
 * What the directory says about one entry.
 *
 * @category model
 * @since 0.1.0
 */
export interface ZipEntry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly header: number
}

const mostEntries = 100_000

/** Reads numbers at places that the caller has checked; those past 2^53 become infinite, so that no check passes. */
const numbers = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    u16: (at: number): number => view.getUint16(at, true),
    u32: (at: number): number => view.getUint32(at, true),
    u64: (at: number): number => {
      const n = Number(view.getBigUint64(at, true))
      return Number.isSafeInteger(n) ? n : Number.POSITIVE_INFINITY
    }
  }
}

/** Place, size and count of the directory; nothing where the file does not end like an archive. */
const findDirectory = (
  bytes: Uint8Array
): { readonly at: number; readonly size: number; readonly count: number } | undefined => {
  const { u16, u32, u64 } = numbers(bytes)
  for (let end = bytes.length - 22; end >= Math.max(0, bytes.length - 22 - 0xffff); end--) {
    if (u32(end) !== 0x06054b50 || u16(end + 20) !== bytes.length - end - 22) continue
    const locator = end - 20
    if (locator < 0 || u32(locator) !== 0x07064b50)
      return { at: u32(end + 16), size: u32(end + 12), count: u16(end + 10) }
    const wide = u64(locator + 8)
    return wide + 56 <= locator && u32(wide) === 0x06064b50
      ? { at: u64(wide + 48), size: u64(wide + 40), count: u64(wide + 32) }
      : undefined
  }
  return undefined
}

/** The fields that stand in the extra part where 32 bits are too few: size, packed size, place, in this order. */
const widen = (bytes: Uint8Array, fields: ReadonlyArray<number>): ReadonlyArray<number> => {
  const { u16, u64 } = numbers(bytes)
  for (let at = 0; at + 4 <= bytes.length; at += 4 + u16(at + 2)) {
    if (u16(at) !== 1) continue
    const end = Math.min(bytes.length, at + 4 + u16(at + 2))
    let next = at + 4
    return fields.map((field) => {
      if (field !== 0xffffffff || next + 8 > end) return field
      next += 8
      return u64(next - 8)
    })
  }
  return fields
}

/**
 * The directory of an archive by name.
 *
 * @category codec
 * @since 0.1.0
 */
export const zipDirectory = (file: string, bytes: Uint8Array): E.Either<Problem, ReadonlyMap<string, ZipEntry>> => {
  const bad = complaint(file)
  const found = findDirectory(bytes)
  if (found === undefined) return E.left(bad('end', 'the directory of a zip archive', 'none'))
  if (found.count > mostEntries) return E.left(bad('directory', `at most ${mostEntries} entries`, `${found.count}`))
  const end = found.at + found.size
  if (!(end <= bytes.length))
    return E.left(bad('directory', `to lie inside ${bytes.length} bytes`, `${found.at} to ${end}`))
  const { u16, u32 } = numbers(bytes)
  const entries = new Map<string, ZipEntry>()
  let at = found.at
  for (let i = 0; i < found.count; i++) {
    if (at + 46 > end || u32(at) !== 0x02014b50)
      return E.left(bad(`byte ${at}`, `entry ${i + 1} of ${found.count}`, 'none'))
    const nameEnd = at + 46 + u16(at + 28)
    const extraEnd = nameEnd + u16(at + 30)
    const next = extraEnd + u16(at + 32)
    if (next > end) return E.left(bad(`byte ${at}`, 'an entry inside the directory', 'a longer one'))
    const name = new TextDecoder().decode(bytes.subarray(at + 46, nameEnd))
    if (entries.has(name)) return E.left(bad(`byte ${at}`, 'every name once', JSON.stringify(name.slice(0, 80))))
    if ((u16(at + 8) & 1) === 1) return E.left(bad(name, 'an entry in the clear', 'an encrypted one'))
    const wide = widen(bytes.subarray(nameEnd, extraEnd), [u32(at + 24), u32(at + 20), u32(at + 42)])
    const [size = 0, packed = 0, header = 0] = wide
    entries.set(name, { name, method: u16(at + 10), crc: u32(at + 16), packed, size, header })
    at = next
  }
  return at === end ? E.right(entries) : E.left(bad(`byte ${at}`, 'the end of the directory', `${end - at} bytes`))
}

/**
 * The bytes of an entry, checked against its sum: a view of the archive where it is stored, a copy where it is
 * deflated. Nothing is inflated that the directory announces as more than `most` bytes, nor past what it announces.
 *
 * @category codec
 * @since 0.1.0
 */
export const zipRead = (
  file: string,
  bytes: Uint8Array,
  entry: ZipEntry,
  most: number
): E.Either<Problem, Uint8Array> => {
  const bad = complaint(file)
  const { u16, u32 } = numbers(bytes)
  const { name, method, size, packed, header } = entry
  if (!(header + 30 <= bytes.length) || u32(header) !== 0x04034b50) {
    return E.left(bad(name, 'the beginning of an entry', `none at byte ${header}`))
  }
  const start = header + 30 + u16(header + 26) + u16(header + 28)
  const data = bytes.subarray(start, start + packed)
  if (data.length !== packed) return E.left(bad(name, `${packed} bytes`, `${data.length}, where the file ends`))
  if (size > most) return E.left(bad(name, `at most ${most} bytes`, `${size}`))
  const unpacked = method === 0 ? data : method === 8 ? inflated(data, size) : undefined
  if (unpacked === undefined) return E.left(bad(name, `${size} bytes stored or deflated`, 'something else'))
  if (unpacked.length !== size) return E.left(bad(name, `${size} bytes`, `${unpacked.length}`))
  return crc32(unpacked) === entry.crc
    ? E.right(unpacked)
    : E.left(bad(name, `the sum ${entry.crc}`, `${crc32(unpacked)}`))
}

/** What deflated data stands for, if that is no longer than announced. */
const inflated = (data: Uint8Array, size: number): Uint8Array | undefined => {
  try {
    return new Uint8Array(inflateRawSync(data, { maxOutputLength: Math.max(1, size) }))
  } catch {
    return undefined
  }
}
