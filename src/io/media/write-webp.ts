/**
 * Animated WebP, put together here: libwebp's own encoder merges equal frames, and then frames are missing.
 *
 * @since 0.1.0
 */
import { open } from 'node:fs/promises'
import { badData, MediaFailure } from './failure.js'
import type { WriteOptions } from './model.js'
import { toNumber } from './rational.js'
import { temporaryFile } from './temporary.js'
import type { Format } from './writer.js'

/** The longest side that the format can say. */
const side = 16_383

const u24 = (n: number): ReadonlyArray<number> => [n & 255, (n >> 8) & 255, (n >> 16) & 255]

const u32 = (n: number): Uint8Array => {
  const four = Buffer.alloc(4)
  four.writeUInt32LE(n)
  return four
}

const chunk = (name: string, ...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const data = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(name, 'latin1'), u32(data.length), data, Buffer.alloc(data.length % 2)])
}

/** The picture inside a WebP file of one picture: its `VP8 ` or `VP8L` chunk, header and padding included. */
const inner = (path: string, file: Uint8Array): Uint8Array => {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let at = 12; at + 8 <= file.length; ) {
    const size = view.getUint32(at + 4, true)
    const end = at + 8 + size + (size % 2)
    if (String.fromCharCode(...file.subarray(at, at + 3)) === 'VP8' && file[at + 3] !== 0x58) return file.slice(at, end)
    at = end
  }
  throw badData(path, 'frame', 'a VP8 chunk', 'none')
}

/**
 * An animated WebP that plays on and on, each frame encoded by itself and written as it comes. Its times are whole
 * milliseconds; rounding does not add up.
 *
 * @category writing
 * @since 0.1.0
 */
export const webpFormat = async (path: string, options: WriteOptions): Promise<Format> => {
  const { width, height, quality = 80 } = options
  if (width > side || height > side) {
    const cause = `an animated WebP is at most ${side} pixels wide and high, not ${width}x${height}`
    throw new MediaFailure({ _tag: 'Failed', at: path, cause })
  }
  const file = await temporaryFile(path)
  const handle = await open(file.path, 'r+')
  let size = 0
  const append = async (bytes: Uint8Array): Promise<void> => {
    for (let done = 0; done < bytes.length; ) {
      done += (await handle.write(bytes, done, bytes.length - done, size + done)).bytesWritten
    }
    size += bytes.length
  }
  const shape = Uint8Array.from([...u24(width - 1), ...u24(height - 1)])
  const moving = Uint8Array.of(2, 0, 0, 0)
  const rated = (index: number): number => Math.round((index * 1000) / toNumber(options.rate))
  let [count, usual] = [0, rated(1)]
  let last: { readonly picture: Uint8Array; readonly time: number } | undefined
  /** Each picture is written when it is known how long it is shown: until the next. */
  const place = async (until: number | undefined): Promise<void> => {
    if (last === undefined) return
    usual = until === undefined ? usual : Math.max(1, until - last.time)
    const placed = Uint8Array.from([...u24(0), ...u24(0), ...shape, ...u24(Math.min(2 ** 24 - 1, usual)), 2])
    await append(chunk('ANMF', placed, inner(path, last.picture)))
  }
  return {
    put: async ({ data, time }, index) => {
      const { default: sharp } = await import('sharp')
      const picture = await sharp(data, { raw: { width, height, channels: 3 } })
        .webp({ quality: Math.round(50 + quality / 2), smartSubsample: true, effort: 2 })
        .toBuffer()
      if (index === 0) {
        const start = chunk('ANIM', Uint8Array.of(255, 255, 255, 255, 0, 0))
        await append(Buffer.concat([chunk('RIFF'), Buffer.from('WEBP'), chunk('VP8X', moving, shape), start]))
      }
      const now = options.timed === true ? Math.round(time * 1000) : rated(index)
      await place(now)
      last = { picture, time: now }
      count = index + 1
    },
    finish: async () => {
      await place(options.timed === true ? undefined : rated(count))
      await handle.write(u32(size - 8), 0, 4, 4)
      await handle.close()
      await file.keep()
    },
    drop: async () => {
      await handle.close().catch(() => undefined)
      await file.drop()
    }
  }
}
