// @ts-check
/**
 * Reads zip archives (wheels are such) with Node's built-ins: the central directory, then single entries as streams,
 * with zip64, checking size and CRC-32. Nothing is ever held whole in memory.
 */
import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createInflateRaw } from 'node:zlib'

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} method 0 stored, 8 deflated
 * @property {number} crc
 * @property {number} packed
 * @property {number} size
 * @property {number} offset of the local header
 * @property {number} mode permission bits, 0 when the archive has none
 */
/** @typedef {{ readonly size: number, readonly sha256: string }} Unpacked */

const max32 = 0xffffffff

/** @param {import('node:fs/promises').FileHandle} file @param {number} position @param {number} length */
const at = async (file, position, length) => {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position, length })
  if (bytesRead !== length)
    throw new Error(`zip: ends at ${position + bytesRead}, ${length - bytesRead} bytes too early`)
  return buffer
}

/** Where the central directory is, from the end record or its zip64 form. @param {import('node:fs/promises').FileHandle} file */
const directory = async (file) => {
  const { size } = await file.stat()
  const from = Math.max(0, size - 65_557)
  const end = await at(file, from, size - from)
  const record = end.lastIndexOf(Buffer.from('PK\x05\x06'))
  if (record < 0 || record + 22 > end.length) throw new Error('zip: no end record, so not a zip or cut short')
  const short = {
    count: end.readUInt16LE(record + 10),
    length: end.readUInt32LE(record + 12),
    offset: end.readUInt32LE(record + 16)
  }
  if (short.count !== 0xffff && short.length !== max32 && short.offset !== max32) return short
  const locator = record - 20
  if (locator < 0 || end.readUInt32LE(locator) !== 0x07064b50) return short
  const long = await at(file, Number(end.readBigUInt64LE(locator + 8)), 56)
  if (long.readUInt32LE(0) !== 0x06064b50) throw new Error('zip: broken zip64 end record')
  return {
    count: Number(long.readBigUInt64LE(32)),
    length: Number(long.readBigUInt64LE(40)),
    offset: Number(long.readBigUInt64LE(48))
  }
}

/** The numbers that did not fit in 32 bits, in the order in which the format keeps them. */
/** @param {Buffer} extra @param {{ readonly size: number, readonly packed: number, readonly offset: number }} narrow */
const widen = (extra, narrow) => {
  let field = 0
  while (field + 4 <= extra.length && extra.readUInt16LE(field) !== 1) field += 4 + extra.readUInt16LE(field + 2)
  let next = field + 4
  const wide = (/** @type {number} */ value) => {
    if (value !== max32) return value
    if (next + 8 > extra.length) throw new Error('zip: a zip64 field is missing')
    next += 8
    return Number(extra.readBigUInt64LE(next - 8))
  }
  const size = wide(narrow.size)
  const packed = wide(narrow.packed)
  return { size, packed, offset: wide(narrow.offset) }
}

/** One entry of the central directory, and where the next begins. @param {Buffer} bytes @param {number} p */
const entryAt = (bytes, p) => {
  const short = (/** @type {number} */ field) => bytes.readUInt16LE(p + field)
  const long = (/** @type {number} */ field) => bytes.readUInt32LE(p + field)
  if (p + 46 > bytes.length || long(0) !== 0x02014b50) throw new Error(`zip: broken directory at byte ${p}`)
  const nameEnd = p + 46 + short(28)
  const extraEnd = nameEnd + short(30)
  /** @type {Entry} */
  const entry = {
    name: bytes.toString('utf8', p + 46, nameEnd),
    method: short(10),
    crc: long(16),
    mode: (long(38) >>> 16) & 0o777,
    ...widen(bytes.subarray(nameEnd, extraEnd), { size: long(24), packed: long(20), offset: long(42) })
  }
  return { entry, next: extraEnd + short(32) }
}

/** All entries of an archive. @param {string} path @returns {Promise<ReadonlyArray<Entry>>} */
export const entries = async (path) => {
  const file = await open(path)
  try {
    const { count, length, offset } = await directory(file)
    const bytes = await at(file, offset, length)
    /** @type {Array<Entry>} */
    const found = []
    for (let p = 0; found.length < count; ) {
      const { entry, next } = entryAt(bytes, p)
      found.push(entry)
      p = next
    }
    return found
  } finally {
    await file.close()
  }
}

/**
 * Writes one entry to a file (whose name should be a temporary one until the whole is done).
 *
 * @param {string} archive
 * @param {Entry} entry
 * @param {string} to
 * @returns {Promise<Unpacked>}
 */
export const extract = async (archive, entry, to) => {
  if (entry.method !== 0 && entry.method !== 8) throw new Error(`zip: ${entry.name}: unknown method ${entry.method}`)
  mkdirSync(dirname(to), { recursive: true })
  const hash = createHash('sha256')
  let [crc, size] = [0, 0]
  const check = new Transform({
    transform: (data, _, next) => {
      crc = crc32(data, crc)
      size += data.length
      hash.update(data)
      next(size > entry.size ? new Error(`zip: ${entry.name}: longer than ${entry.size} bytes`) : null, data)
    }
  })
  const file = await open(archive)
  try {
    const header = await at(file, entry.offset, 30)
    const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    const window = { start, end: start + entry.packed - 1, highWaterMark: 1 << 20, autoClose: false }
    const body = entry.packed === 0 ? [] : file.createReadStream(window)
    const target = createWriteStream(to, { mode: entry.mode & 0o111 ? 0o755 : 0o644 })
    if (entry.method === 0) await pipeline(body, check, target)
    else await pipeline(body, createInflateRaw({ chunkSize: 1 << 18 }), check, target)
  } finally {
    await file.close()
  }
  if (size !== entry.size || crc !== entry.crc) throw new Error(`zip: ${entry.name}: damaged`)
  return { size, sha256: hash.digest('hex') }
}
