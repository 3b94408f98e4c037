/**
 * Steady keypoints from a noisy camera: what the one-euro filter takes from jitter, and what it costs in lag.
 *
 *     node examples/stabilise/stabilise.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { framesOf, lineChart, pipeline, pngOf, video } from 'keyflow/io'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '60' } }
const { out, frames } = parseArgs({ options }).values

const size = { height: 64, width: 64 }
/** A dog that stands and wags its tail. */
const clean = framesOf(await video('creatures', 2026, 1, { size, frames: Number(frames) }))

/** The same numbers every time, from 0 to 1. */
let state = 1
const chance = () => {
  state = (state * 48271) % 2147483647
  return state / 2147483647
}
/** A frame as a camera sees it in poor light. */
const noisy = (frame) => ({
  ...frame,
  data: frame.data.map((x) => Math.min(Math.max(x + 40 * (chance() - 0.5), 0), 255))
})
const film = clean.map(noisy)

const animate = await pipeline('transfer', { model: 'models/creatures.safetensors' })
const seen = async (pictures, smoothing) => {
  const points = []
  for await (const { seen } of animate(clean[0], pictures, { smoothing })) points.push([...seen.mean])
  return points
}
const [still, raw, steady] = [
  await seen(clean, null),
  await seen(film, null),
  await seen(film, { minCutoff: 1, beta: 10, derivativeCutoff: 1 })
]
await animate[Symbol.asyncDispose]()

const mean = (values) => values.reduce((a, b) => a + b) / values.length
/** How far keypoints are from the middle of where they are a frame before and a frame later. */
const jitter = (points) =>
  mean(points.slice(1, -1).flatMap((p, t) => p.map((x, i) => Math.abs(x - (points[t][i] + points[t + 2][i]) / 2))))
const middle = (points) => points[0].map((_, i) => mean(points.map((p) => p[i])))
/** How far a motion is from that of the clean frames; noise also moves keypoints as a whole, which does not count. */
const error = (points) => {
  const [own, due] = [middle(points), middle(still)]
  return mean(points.flatMap((p, t) => p.map((x, i) => Math.abs(x - own[i] - (still[t][i] - due[i])))))
}
for (const [name, points] of Object.entries({ clean: still, noisy: raw, filtered: steady }))
  console.log(`${name.padEnd(9)} jitter ${jitter(points).toFixed(4)}, motion off by ${error(points).toFixed(4)}`)
assert(jitter(steady) < 0.5 * jitter(raw), 'filtered keypoints jitter less than half as much')
assert(error(steady) < 1.5 * error(raw), 'and lag no more than they trembled')

/** The coordinate that trembles most, in pixels around its middle. */
const each = raw[0].map((_, i) => jitter(raw.map((p) => [p[i]])))
const i = each.indexOf(Math.max(...each))
const points = (all) => all.map((p, t) => ({ x: clean[t].time, y: ((p[i] - middle(all)[i]) * (size.width - 1)) / 2 }))
const series = [
  { label: 'of noisy frames', points: points(raw) },
  { label: 'filtered', points: points(steady) },
  { label: 'of clean frames', points: points(still) }
]
const chart = { title: 'The keypoint that trembles most', x: 'seconds', y: 'pixels from its middle', series }
await writeFile(join(out, 'stabilise.png'), await pngOf(await lineChart(chart)))
