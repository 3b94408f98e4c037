/**
 * Decoded frames on disk: one file a clip, every frame with its checksum, any frame read alone.
 *
 * The frames stand behind one another, each after the CRC-32 of its index and bytes; a tail of 32 bytes says how many
 * there are and how large. Every file has the one length that its tail calls for, so one that was cut short is told at
 * a glance, and a frame that was damaged is told when it is read.
 *
 * @since 0.1.0
 */
import { type FileHandle, open, stat } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { Shape } from '../media/index.js'

/**
 * What the tail of an entry says.
 *
 * @category model
 * @since 0.1.0
 */
export interface Extent extends Shape {
  readonly frames: number
}

const tailLength = 32
const magic = 'keyflow1'
const lead = 4
/** Frames are written in pieces of at least this much. */
const piece = 2 ** 20

const frameLength = ({ height, width }: Shape): number => 3 * height * width

/**
 * How long the file of an entry is.
 *
 * @category cache
 * @since 0.1.0
 */
const entryLength = (extent: Extent): number => extent.frames * (lead + frameLength(extent)) + tailLength

const tailOf = ({ frames, height, width }: Extent): Buffer => {
  const tail = Buffer.alloc(tailLength)
  tail.write(magic, 'latin1')
  tail.writeUInt32LE(frames, 8)
  tail.writeUInt32LE(height, 12)
  tail.writeUInt32LE(width, 16)
  tail.writeUInt32LE(crc32(tail.subarray(0, 28)), 28)
  return tail
}

/** The checksum of a frame at its place, so that frames in a wrong order are told too. */
const sumOf = (frame: Uint8Array, index: number): number => crc32(frame, index)

/**
 * Writes the frames of one size into an open file, as they come, and says what it wrote. A frame of another size
 * throws.
 *
 * @category cache
 * @since 0.1.0
 */
export const writeEntry = async (
  file: FileHandle,
  shape: Shape,
  frames: AsyncIterable<{ readonly data: Uint8Array }>
): Promise<Extent> => {
  const length = frameLength(shape)
  let count = 0
  let waiting: Array<Uint8Array> = []
  let size = 0
  const flush = async (): Promise<void> => {
    await file.writeFile(Buffer.concat(waiting))
    waiting = []
    size = 0
  }
  for await (const { data } of frames) {
    if (data.length !== length) throw new Error(`frame ${count}: expected ${length} bytes, got ${data.length}`)
    const sum = Buffer.alloc(lead)
    sum.writeUInt32LE(sumOf(data, count))
    waiting.push(sum, data)
    size += lead + length
    count += 1
    if (size >= piece) await flush()
  }
  const extent = { frames: count, height: shape.height, width: shape.width }
  waiting.push(tailOf(extent))
  await flush()
  return extent
}

/**
 * What an entry holds; nothing if the file is not there or is no whole entry.
 *
 * @category cache
 * @since 0.1.0
 */
export const inspectEntry = async (path: string): Promise<Extent | undefined> => {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const { size } = await file.stat()
    if (size < tailLength) return undefined
    const tail = Buffer.alloc(tailLength)
    await file.read(tail, 0, tailLength, size - tailLength)
    const extent = { frames: tail.readUInt32LE(8), height: tail.readUInt32LE(12), width: tail.readUInt32LE(16) }
    return tail.equals(tailOf(extent)) && size === entryLength(extent) ? extent : undefined
  } finally {
    await file.close()
  }
}

/**
 * Whether there is a file as long as the entry should be.
 *
 * @category cache
 * @since 0.1.0
 */
export const looksWhole = async (path: string, extent: Extent): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.size === entryLength(extent)

/**
 * Reads single frames, one behind the other as they were asked for; nothing if the file is not there, is too short, or
 * a frame does not have its checksum.
 *
 * @category cache
 * @since 0.1.0
 */
export const readEntry = async (
  path: string,
  extent: Extent,
  indices: ReadonlyArray<number>
): Promise<Uint8Array | undefined> => {
  const length = frameLength(extent)
  const step = lead + length
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return undefined
  try {
    const out = new Uint8Array(indices.length * length)
    const record = Buffer.allocUnsafe(step)
    for (const [n, index] of indices.entries()) {
      const { bytesRead } = await file.read(record, 0, step, index * step)
      const frame = record.subarray(lead)
      if (bytesRead < step || record.readUInt32LE(0) !== sumOf(frame, index)) return undefined
      out.set(frame, n * length)
    }
    return out
  } finally {
    await file.close()
  }
}
