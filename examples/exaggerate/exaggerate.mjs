/**
 * A motion damped and exaggerated: a zebra walks as a horse does, a third as far, as far, and twice as far.
 *
 *     node examples/exaggerate/exaggerate.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { framesOf, mosaic, orThrow, pipeline, video, writeFrames } from 'keyflow/io'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '20' } }
const { out, frames } = parseArgs({ options }).values

const drawn = async (index, count) =>
  framesOf(await video('creatures', 2026, index, { size: { height: 64, width: 64 }, frames: count }))
const [zebra] = await drawn(22, 1)
const horse = await drawn(13, Number(frames))

const animate = await pipeline('transfer', { model: 'models/creatures.safetensors' })
const films = []
for (const strength of [1 / 3, 1, 2]) {
  const film = []
  for await (const frame of animate(zebra, horse, { strength })) film.push(frame)
  films.push(film)
}
await animate[Symbol.asyncDispose]()

/** How far keypoints are from where they began, on average; the picture is 2 wide. */
const extent = (film) => {
  const [{ aim: start }] = film
  const apart = film.flatMap(({ aim }) => [...aim.mean].map((x, i) => Math.abs(x - start.mean[i])))
  return apart.reduce((a, b) => a + b) / apart.length
}
const [damped, driven, exaggerated] = films.map(extent)
console.log(`keypoints move by ${[damped, driven, exaggerated].map((x) => x.toFixed(4)).join(', ')}`)
assert(Math.abs(3 * damped - driven) < 1e-4 && Math.abs(exaggerated - 2 * driven) < 1e-4)

const shown = horse.map((frame, t) => mosaic([[frame, ...films.map((film) => film[t])]], { gap: 4, scale: 2 }))
await orThrow(
  writeFrames(join(out, 'exaggerate.webp'), await Promise.all(shown), { rate: { num: 12, den: 1 }, quality: 40 })
)
