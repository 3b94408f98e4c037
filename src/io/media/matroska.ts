/**
 * Raw frames with their times, packed for a pipe: the smallest Matroska that ffmpeg reads.
 *
 * @since 0.1.0
 */
import type { Shape } from './model.js'
import { type Heard, sampleRate } from './sound.js'

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

const float = (id: number, n: number): Uint8Array => {
  const eight = Buffer.alloc(8)
  eight.writeDoubleBE(n)
  return element(id, eight)
}

/** A track: its number, its kind, and what is in it. */
const trackOf = (n: number, kind: number, codec: string, about: Uint8Array): Uint8Array =>
  element(0xae, number(0xd7, n), number(0x73c5, n), number(0x83, kind), number(0x9c, 0), text(0x86, codec), about)

const samples = (): Uint8Array =>
  trackOf(2, 2, 'A_PCM/INT/LIT', element(0xe1, float(0xb5, sampleRate), number(0x9f, 2), number(0x6264, 16)))

/**
 * What stands ahead of the frames: a track of uncompressed rgb24 pictures, and one of `sampleRate` stereo samples where there
 * is sound; times in microseconds, no length.
 *
 * Source: RFC 8794 (EBML), RFC 9559 (Matroska).
 *
 * @category formats
 * @since 0.1.0
 */
export const matroskaHead = ({ height, width }: Shape, sound = false): Uint8Array => {
  const ebml = element(0x1a45dfa3, text(0x4282, 'matroska'), number(0x4287, 4), number(0x4285, 2))
  const info = element(0x1549a966, number(0x2ad7b1, tick), text(0x4d80, 'keyflow'), text(0x5741, 'keyflow'))
  const colours = element(0x2eb524, Uint8Array.of(0x52, 0x47, 0x42, 24)) // 'RGB' and 24 bits: ffmpeg's tag of rgb24
  const video = element(0xe0, number(0xb0, width), number(0xba, height), colours)
  const pictures = trackOf(1, 1, 'V_UNCOMPRESSED', video)
  const tracks = element(0x1654ae6b, pictures, ...(sound ? [samples()] : []))
  return Buffer.concat([ebml, bytesOf(0x18538067), unknown, info, tracks])
}

/** What belongs to one time, in a cluster of its own. */
const cluster = (track: number, data: Uint8Array, time: number): Uint8Array => {
  const block = Uint8Array.of(0x80 | track, 0, 0, 0x80) // at the time of the cluster, a key frame
  return element(0x1f43b675, number(0xe7, Math.round(time * 1e6)), element(0xa3, block, data))
}

/**
 * One frame at its time in seconds, in a cluster of its own.
 *
 * @category formats
 * @since 0.1.0
 */
export const matroskaFrame = (data: Uint8Array, time: number): Uint8Array => cluster(1, data, time)

/**
 * A piece of sound at its time, in a cluster of its own; nothing for one that is empty.
 *
 * @category formats
 * @since 0.1.0
 */
export const matroskaSound = ({ data, time }: Heard): Uint8Array => (data.length === 0 ? data : cluster(2, data, time))
