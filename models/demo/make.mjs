/**
 * Draws the demo's picture and film: a square to animate, and a disc that runs through a loop. Run it with
 * `node models/demo/make.mjs`; what it writes is in the repository.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { findFfmpeg } from '../../dist/io/media/index.js'

const side = 64
const frames = 96
const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const picture = (shape) =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="64" height="64"/>${shape}</svg>`
    )
  ).removeAlpha()

/** A figure of eight that starts at the middle of the left lobe, as pixel centres. */
const path = (t) => {
  const turn = (2 * Math.PI * t) / frames
  return [32 - 17 * Math.cos(turn), 32 + 11 * Math.sin(2 * turn)]
}

await picture('<rect x="10" y="27" width="11" height="11" fill="#f08a24"/>')
  .png()
  .toFile(here('source.png'))

const raw = []
for (let t = 0; t < frames; t++) {
  const [x, y] = path(t)
  raw.push(await picture(`<circle cx="${x}" cy="${y}" r="5.5" fill="#3fd0c9"/>`).raw().toBuffer())
}
const { ffmpeg } = await findFfmpeg()
const size = `${side}x${side}`
const args = ['-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', size, '-r', '25', '-i', '-']
const quality = ['-c:v', 'libx264', '-crf', '12', '-pix_fmt', 'yuv444p', '-bitexact']
const { status, stderr } = spawnSync(ffmpeg, [...args, ...quality, here('driving.mp4')], { input: Buffer.concat(raw) })
if (status !== 0) throw new Error(String(stderr))
