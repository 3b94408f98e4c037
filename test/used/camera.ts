/** A film for chromium's fake camera. */
import { writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import sharp from 'sharp'
import { openClip } from '../../src/io/media/index.js'

/** Writes the frames of a film as JPEGs behind one another, which the fake camera plays at 30 a second, again and again. */
export const cameraFilm = async (film: string, to: string): Promise<void> => {
  const clip = await openClip(film, {})()
  if (E.isLeft(clip)) throw new Error(JSON.stringify(clip.left))
  const pictures: Array<Buffer> = []
  for await (const { data, width, height } of clip.right.frames())
    pictures.push(
      await sharp(data, { raw: { width, height, channels: 3 } })
        .resize(320, 320)
        .jpeg({ quality: 95 })
        .toBuffer()
    )
  writeFileSync(to, Buffer.concat(pictures))
}
