/**
 * Strips and folders: frames as PNG.
 *
 * @since 0.1.0
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { limitsOf, overPixels } from './limits.js'
import type { Frame, WriteOptions } from './model.js'
import { temporaryFile, temporaryFolder } from './temporary.js'
import type { Format } from './writer.js'

const png = async (data: Uint8Array, width: number, height: number): Promise<Uint8Array> => {
  const { default: sharp } = await import('sharp')
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .png()
    .toBuffer()
}

/**
 * All frames side by side in one PNG, as the original keeps its videos. They wait in memory, so their pixels together
 * are limited as those of a picture that is read; a folder takes more.
 *
 * @category writing
 * @since 0.1.0
 */
export const stripFormat = async (path: string, options: WriteOptions): Promise<Format> => {
  const { height, width } = options
  const limit = limitsOf(options.limits).pixels
  const file = await temporaryFile(path)
  const frames: Array<Frame> = []
  return {
    put: async (frame) => {
      overPixels(path, { height, width: width * (frames.length + 1) }, limit)
      frames.push(frame)
    },
    finish: async (count) => {
      const row = 3 * width
      const strip = new Uint8Array(height * row * count)
      for (const [n, { data }] of frames.entries()) {
        for (let y = 0; y < height; y++) strip.set(data.subarray(y * row, (y + 1) * row), (y * count + n) * row)
      }
      await writeFile(file.path, await png(strip, width * count, height))
      await file.keep()
    },
    drop: file.drop
  }
}

/**
 * Frames as `00000.png`, `00001.png` and so on in a folder.
 *
 * @category writing
 * @since 0.1.0
 */
export const folderFormat = async (path: string, { height, width }: WriteOptions): Promise<Format> => {
  const folder = await temporaryFolder(path)
  return {
    put: async ({ data }, index) =>
      writeFile(join(folder.path, `${String(index).padStart(5, '0')}.png`), await png(data, width, height)),
    finish: folder.keep,
    drop: folder.drop
  }
}
