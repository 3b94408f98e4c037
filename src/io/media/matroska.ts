/**
 * Raw frames with their times, packed for a pipe: the smallest Matroska that ffmpeg reads.
 *
 * @since 0.1.0
 */
import type { Shape } from './model.js'

/** A number in as few bytes as hold it, big-endian. */
const bytesOf = (n: number): Uint8Array => {
  const out: Array<number> = []
  for (let rest = n; rest > 0 || out.length === 0; rest = Math.floor(rest / 256)) out.unshift(rest % 256)
  return Uint8Array.from(out)
}

/** A length in eight bytes. */
const length = (n: number): Uint8Array => {
  const eight = Buffer.alloc(8)
  eight.writeBigUInt64BE(BigInt(n) | (1n << 56n))
  return eight
}

const unknown = Uint8Array.of(0x01, 255, 255, 255, 255, 255, 255, 255)

const element = (id: number, ...content: ReadonlyArray<Uint8Array>): Uint8Array => {
  const size = content.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([bytesOf(id), length(size), ...content])
}

const number = (id: number, n: number): Uint8Array => element(id, bytesOf(n))
const text = (id: number, s: string): Uint8Array => element(id, Buffer.from(s, 'latin1'))

/** Times are whole microseconds. */
const tick = 1000

/**
 * What stands ahead of the frames: one track of uncompressed rgb24 pictures, times in microseconds, no length.
 *
 * Source: RFC 8794 (EBML), RFC 9559 (Matroska).
 *
 * @category formats
 * @since 0.1.0
 */
export const matroskaHead = ({ height, width }: Shape): Uint8Array => {
  const ebml = element(0x1a45dfa3, text(0x4282, 'matroska'), number(0x4287, 4), number(0x4285, 2))
  const info = element(0x1549a966, number(0x2ad7b1, tick), text(0x4d80, 'keyflow'), text(0x5741, 'keyflow'))
  const colours = element(0x2eb524, Uint8Array.of(0x52, 0x47, 0x42, 24)) // 'RGB' and 24 bits: ffmpeg's tag of rgb24
  const video = element(0xe0, number(0xb0, width), number(0xba, height), colours)
  const track = [
    number(0xd7, 1),
    number(0x73c5, 1),
    number(0x83, 1),
    number(0x9c, 0),
    text(0x86, 'V_UNCOMPRESSED'),
    video
  ]
  const tracks = element(0x1654ae6b, element(0xae, ...track))
  return Buffer.concat([ebml, bytesOf(0x18538067), unknown, info, tracks])
}

/**
 * One frame at its time in seconds, in a cluster of its own.
 *
 * @category formats
 * @since 0.1.0
 */
export const matroskaFrame = (data: Uint8Array, time: number): Uint8Array => {
  const block = Uint8Array.of(0x81, 0, 0, 0x80) // track 1, at the time of the cluster, a key frame
  return element(0x1f43b675, number(0xe7, Math.round(time * 1e6)), element(0xa3, block, data))
}
