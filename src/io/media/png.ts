/**
 * The chunks of a PNG.
 *
 * @since 0.1.0
 */
import { crc32 } from 'node:zlib'
import { badData } from './failure.js'

/**
 * One chunk: its name of four letters, its bytes, and where in the file it begins.
 *
 * @category model
 * @since 0.1.0
 */
export interface Chunk {
  readonly name: string
  readonly data: Uint8Array
  readonly at: number
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/**
 * The chunks of a PNG up to its `IEND`, their sums checked. Throws bad data where a chunk is cut or damaged.
 *
 * @category reading
 * @since 0.1.0
 */
export function* chunksOf(file: string, png: Uint8Array): Generator<Chunk, void, undefined> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  for (let at = 8; ; ) {
    const end = at + 12 <= png.length ? at + 12 + view.getUint32(at) : Number.POSITIVE_INFINITY
    if (end > png.length) throw badData(file, `byte ${at}`, 'a PNG chunk', `the end of the file at byte ${png.length}`)
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8))
    if (crc32(png.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw badData(file, `byte ${at}`, `a sound ${name} chunk`, 'a wrong checksum')
    }
    yield { name, data: png.subarray(at + 8, end - 4), at }
    if (name === 'IEND') return
    at = end
  }
}

/**
 * Puts a PNG together from chunks; `IEND` is added.
 *
 * @category writing
 * @since 0.1.0
 */
export const pngOf = (chunks: ReadonlyArray<Pick<Chunk, 'name' | 'data'>>): Uint8Array =>
  Buffer.concat([
    signature,
    ...[...chunks, { name: 'IEND', data: new Uint8Array() }].flatMap(({ name, data }) => {
      const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
      length.writeUInt32BE(data.length)
      sum.writeUInt32BE(crc32(body))
      return [length, body, sum]
    })
  ])
