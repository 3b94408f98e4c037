/**
 * Keypoints as a motion sensor: it counts steps of drawn animals, of which it is known how many they made.
 *
 *     node examples/step-counter/step-counter.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { framesOf, lineChart, pipeline, pngOf, video } from 'keyflow/io'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '72' } }
const { out, frames } = parseArgs({ options }).values
/** Three seconds at least: in less there is little to count. */
const count = Math.max(36, Number(frames))

const sum = (values) => values.reduce((a, b) => a + b, 0)
const mean = (values) => sum(values) / values.length
const dot = (a, b) => sum(a.map((x, i) => x * b[i]))

/** Positions without what changes slowly: each less its mean from 3 frames before to 3 frames after. */
const quick = (points) =>
  points.map((p, t) => p.map((x, i) => x - mean(points.slice(Math.max(0, t - 3), t + 4).map((q) => q[i]))))

/** How far along its main direction (the first principal component) a motion is at each frame. */
const principal = (points) => {
  let direction = points[0].map((_, i) => 1 + (i % 3))
  for (let turn = 0; turn < 100; turn++) {
    const along = points.map((p) => dot(p, direction))
    const next = direction.map((_, i) =>
      dot(
        points.map((p) => p[i]),
        along
      )
    )
    direction = next.map((x) => x / Math.hypot(...next))
  }
  return points.map((p) => dot(p, direction))
}

/** Values with mean 0 and standard deviation 1. */
const standard = (values) => {
  const [middle, spread] = [mean(values), Math.sqrt(mean(values.map((x) => x * x)) - mean(values) ** 2)]
  return values.map((x) => (x - middle) / spread)
}

/** How often a signal comes up from the lower side to the upper one, half a deviation from the middle each. */
const rises = (values) => {
  const sides = standard(values).map((x) => (x > 0.5 ? 1 : x < -0.5 ? -1 : 0))
  return sides.filter((side) => side !== 0).filter((side, i, all) => side === 1 && all[i - 1] === -1).length
}

const detect = await pipeline('detect', { model: 'models/creatures.safetensors' })
const animals = { horse: 13, zebra: 22, mouse: 29, sheep: 34 }
for (const [name, index] of Object.entries(animals)) {
  const film = await video('creatures', 2026, index, { size: { height: 64, width: 64 }, frames: count })
  const points = []
  for await (const { mean } of detect(framesOf(film))) points.push([...mean])
  const signal = principal(quick(points))

  const { joints, position } = film.truth
  const x = (t, joint) => position[2 * (t * joints.length + joints.indexOf(joint))]
  const feet = ['front_near_foot', 'front_far_foot'].map((foot) => points.map((_, t) => x(t, foot) - x(t, 'hip')))
  const [counted, made] = [rises(signal), sum(feet.map(rises))]
  console.log(`${name}: ${counted} steps counted, ${made} made`)
  assert.equal(counted, made)

  if (name !== 'zebra') continue
  const line = (values) => standard(values).map((y, t) => ({ x: t / 12, y }))
  const apart = feet[0].map((near, t) => Math.abs(near - feet[1][t]))
  const series = [
    { label: 'keypoints alone', points: line(signal) },
    { label: 'how far its front feet are apart', points: line(apart) }
  ]
  const chart = { title: `A walking ${name}: ${counted} steps`, x: 'seconds', y: 'standard deviations', series }
  await writeFile(join(out, 'step-counter.png'), await pngOf(await lineChart(chart)))
}
await detect[Symbol.asyncDispose]()
