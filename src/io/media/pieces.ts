/**
 * Raw frames out of a pipe.
 *
 * @since 0.1.0
 */
import type { Readable } from 'node:stream'
import type { Child } from './child.js'
import { need } from './find-ffmpeg.js'
import type { Frame, Shape } from './model.js'

/**
 * RGB pictures of one size that come behind one another, each in bytes of its own. Ends with whether bytes of a picture
 * that is not whole were left.
 *
 * @category reading
 * @since 0.1.0
 */
export async function* pieces(output: Readable, size: Shape): AsyncGenerator<Uint8Array, boolean, undefined> {
  const length = size.height * size.width * 3
  let data = new Uint8Array(length)
  let filled = 0
  for await (const chunk of output as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(length - filled, chunk.length - at)
      data.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
      if (filled < length) continue
      yield data
      data = new Uint8Array(length)
      filled = 0
    }
  }
  return filled > 0
}

/**
 * Frames that a process of their own decodes: it is started when the first is asked for, and gone when the iteration ends,
 * fails or is left.
 *
 * @category reading
 * @since 0.1.0
 */
export const byChild = <C extends Child>(
  open: (ffmpeg: string) => C,
  decode: (child: C) => AsyncIterable<Frame>
): AsyncIterable<Frame> => ({
  [Symbol.asyncIterator]: () => {
    let child: C | undefined
    let left = false
    const frames = (async function* () {
      const ffmpeg = await need('ffmpeg')
      if (left) return
      child = open(ffmpeg)
      try {
        yield* decode(child)
      } catch (cause) {
        if (!left) throw cause
      } finally {
        await child.stop()
      }
    })()
    return {
      next: () => frames.next(),
      // Leaving does not wait for a frame that a stuck decoder may never give.
      return: async () => {
        left = true
        await child?.stop()
        return frames.return()
      }
    }
  }
})
