/**
 * The blocks of a GIF, walked before it is decoded: libvips takes a file that was cut short without a word.
 *
 * @since 0.1.0
 */
import { badData } from './failure.js'
import { overPixels } from './limits.js'

/** Where the bytes end before the block does. */
class Ended extends Error {}

/**
 * Walks a GIF to its trailer and hands over the delay of each frame in milliseconds. Throws bad data, with the index
 * of the frame, where the file ends early or holds no GIF block, and `OverLimit` for a frame of too many pixels.
 *
 * @category reading
 * @since 0.1.0
 */
export const gifDelays = (file: string, gif: Uint8Array, pixels: number): ReadonlyArray<number> => {
  const byte = (at: number): number => {
    const b = gif[at]
    if (b === undefined) throw new Ended()
    return b
  }
  const word = (at: number): number => byte(at) + 256 * byte(at + 1)
  const table = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0)
  const pastBlocks = (from: number): number => {
    let at = from
    while (byte(at) !== 0) at += byte(at) + 1
    return at + 1
  }
  const delays: Array<number> = []
  let delay = 0
  let at = 13
  try {
    at += table(byte(10))
    for (;;) {
      const kind = byte(at)
      if (kind === 0x3b && delays.length > 0) return delays
      if (kind === 0x21) {
        if (byte(at + 1) === 0xf9) delay = 10 * word(at + 4)
        at = pastBlocks(at + 2)
      } else if (kind === 0x2c) {
        overPixels(file, { width: word(at + 5), height: word(at + 7) }, pixels)
        at = pastBlocks(at + 11 + table(byte(at + 9)))
        delays.push(delay)
        delay = 0
      } else {
        throw badData(file, `frame ${delays.length}, byte ${at}`, 'a GIF block', `0x${kind.toString(16)}`)
      }
    }
  } catch (cause) {
    if (!(cause instanceof Ended)) throw cause
    throw badData(file, `frame ${delays.length}`, 'a whole GIF', `the end of the file at byte ${gif.length}`)
  }
}
