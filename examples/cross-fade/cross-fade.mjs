/**
 * One motion becomes another: a zebra begins to walk as a horse does, and ends with the leaps of a lion.
 *
 *     node examples/cross-fade/cross-fade.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { framesOf, mosaic, orThrow, pipeline, video, writeFrames } from 'keyflow/io'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '36' } }
const { out, frames } = parseArgs({ options }).values
const model = 'models/creatures.safetensors'

const drawn = async (index, count) =>
  framesOf(await video('creatures', 2026, index, { size: { height: 64, width: 64 }, frames: count }))
const all = async (stream) => {
  const values = []
  for await (const value of stream) values.push(value)
  return values
}
const [zebra] = await drawn(22, 1)
const [horse, lion] = [await drawn(13, Number(frames)), await drawn(8, Number(frames))]

const detect = await pipeline('detect', { model })
const [walk, leap] = [await all(detect(horse)), await all(detect(lion))]
await detect[Symbol.asyncDispose]()

/** Numbers on the way from `a` to `b`. */
const between = (a, b, share) => a.map((x, i) => (1 - share) * x + share * b[i])
/** The share of the second motion: 0 in the first quarter, 1 in the last, smooth between them. */
const share = (t) => {
  const x = Math.min(Math.max(2 * (t / (walk.length - 1)) - 0.5, 0), 1)
  return x * x * (3 - 2 * x)
}
/** Where the leaps would bring keypoints that begin where those of the walk do. */
const brought = leap.map(({ mean }) => walk[0].mean.map((x, i) => x + mean[i] - leap[0].mean[i]))
const mixed = walk.map(({ mean, var: spread, time }, t) => ({
  mean: between(mean, brought[t], share(t)),
  var: between(spread, leap[t].var, share(t)),
  time
}))

const animate = await pipeline('transfer', { model })
const relative = { move_location: true, movement_mult: false, adapt_variance: false, clip_mean: false }
const [first, second, faded] = [
  await all(animate(zebra, horse, { normalisation: relative })),
  await all(animate(zebra, lion, { normalisation: relative })),
  await all(animate(zebra, mixed, { normalisation: relative }))
]
await animate[Symbol.asyncDispose]()

const apart = (a, b) => Math.max(...a.aim.mean.map((x, i) => Math.abs(x - b.aim.mean[i])))
assert.deepEqual(faded[1].data, first[1].data, 'it begins as the first motion, to the bit')
assert(apart(faded.at(-1), second.at(-1)) < 1e-5, 'it ends as the second')
const half = faded[Math.floor(faded.length / 2)]
console.log(`half way, keypoints are ${apart(half, first[faded.indexOf(half)]).toFixed(3)} from the first motion`)
console.log(`and ${apart(half, second[faded.indexOf(half)]).toFixed(3)} from the second; the picture is 2 wide`)

const shown = horse.map((frame, t) => mosaic([[frame, faded[t], lion[t]]], { gap: 4, scale: 2 }))
await orThrow(
  writeFrames(join(out, 'cross-fade.webp'), await Promise.all(shown), { rate: { num: 12, den: 1 }, quality: 30 })
)
