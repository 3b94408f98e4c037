/**
 * Whether a video file ends before the end that it declares, as an interrupted copy or download does.
 *
 * @since 0.1.0
 */
import { type FileHandle, open } from 'node:fs/promises'
import type { Demuxer } from './sniff.js'

/** At most this many parts of a file are looked at. */
const most = 100_000

const bytes = async (file: FileHandle, at: number, length: number): Promise<DataView> => {
  const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, at)
  return new DataView(buffer.buffer, 0, bytesRead)
}

const safe = (n: bigint): number => Number(n > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : n)

/** Boxes of MP4 and chunks of AVI follow each other, each with its length; the last must not pass the end. */
const walk = async (file: FileHandle, size: number, length: (head: DataView) => number): Promise<boolean> => {
  let at = 0
  for (let n = 0; n < most && at + 8 <= size; n++) {
    const long = length(await bytes(file, at, 16))
    if (long === 0) return false // to the end of the file, or not known: as long as it is
    at += Math.max(8, long)
  }
  return at > size
}

const box = (head: DataView): number => {
  const short = head.getUint32(0)
  return short === 1 && head.byteLength === 16 ? safe(head.getBigUint64(8)) : short
}

const chunk = (head: DataView): number => {
  const long = head.getUint32(4, true)
  return long === 0 ? 0 : long + 8 + (long % 2)
}

/** An EBML number: as many bytes as the first has leading zeros, and one; all ones is "not known". */
const ebml = (head: DataView, at: number): { readonly value: number; readonly length: number } => {
  const length = Math.clz32(head.getUint8(at)) - 23
  let value = head.getUint8(at) & (0xff >> length)
  let unknown = value === 0xff >> length
  for (let i = 1; i < length; i++) {
    value = value * 256 + head.getUint8(at + i)
    unknown &&= head.getUint8(at + i) === 0xff
  }
  return { value: unknown ? Number.NaN : value, length }
}

/** Matroska is a header and one segment that says how long it is, unless it was written live. */
const segment = async (file: FileHandle, size: number): Promise<boolean> => {
  const header = ebml(await bytes(file, 4, 8), 0)
  const at = 4 + header.length + header.value
  const head = await bytes(file, at, 12)
  if (head.byteLength < 12 || head.getUint32(0) !== 0x18538067) return false
  const body = ebml(head, 4)
  return at + 4 + body.length + body.value > size
}

/**
 * Whether a file is shorter than it says. Containers that do not say (Ogg, MPEG, FLV) and files that cannot be made
 * out count as whole.
 *
 * @category reading
 * @since 0.1.0
 */
export const cutShort = async (path: string, demuxer: Demuxer): Promise<boolean> => {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (demuxer === 'mov') return await walk(file, size, box)
    if (demuxer === 'avi') return await walk(file, size, chunk)
    if (demuxer === 'matroska') return await segment(file, size)
    return false
  } catch {
    return false
  } finally {
    await file.close()
  }
}
