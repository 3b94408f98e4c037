/**
 * A zebra moved as a horse walks: bent by a thin-plate spline through its keypoints, and by Monkey-Net's optical flow.
 *
 *     node examples/thin-plate-spline/thin-plate-spline.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { graph, run, toNode, transferFrames } from 'keyflow/graphs'
import { openWriter, orThrow, program, readModel, toBytes, valuesOf, video } from 'keyflow/io'
import { drawKeypoints, record, tensor, tf, upsample } from 'keyflow/nodes'
import { anchored, splineWarp } from './spline.mjs'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '5' } }
const { out, frames } = parseArgs({ options }).values

/** Keypoints that nearly coincide may be told to part: 0.001 lets the spline miss them by a little rather than fold. */
const stiffness = 0.001

const model = await orThrow(readModel('models/creatures.safetensors'))
const { model_params, transfer_params } = model.config
const inputs = record({ source: tensor('1 H W 3'), initial: tensor('1 H W 3'), driving: tensor('T H W 3') })
const compared = graph('compared', inputs, (pictures, { step }) => {
  const { source, driving } = pictures
  const transfer = transferFrames(model_params, transfer_params.normalization_params)
  const made = step('transfer', toNode(transfer), pictures, '')
  const points = step('anchored', anchored, { from: made.source.mean, to: made.normalised.mean })
  const { image: bent, flow } = step('bend', toNode(splineWarp(stiffness)), { image: source, ...points })
  const dots = drawKeypoints({ radius: 1.5 })
  const seen = step('seen', dots, { frames: driving, mean: made.driving.mean }).frames
  return { seen, bent, flow, deformed: made.deformed, prediction: made.prediction }
})

await tf.startEngine()
const bending = await orThrow(async () => program(compared))

const drawn = async (index, count) => {
  const made = await video('creatures', 2026, index, { size: { height: 64, width: 64 }, frames: count })
  return tf.div(tf.tensor4d(made.frames, made.shape), 255)
}
const [zebra, horse] = [await drawn(22, 1), await drawn(13, 4 * Number(frames))]
const driving = tf.gather(horse, tf.range(0, 4 * Number(frames), 4, 'int32'))
const made = run(bending)(valuesOf(model, Object.keys(bending.weights)), {
  source: zebra,
  initial: tf.slice(horse, 0, 1),
  driving
}).outputs

// the motion starts at the first frame, so there the spline moves nothing
const start = tf.max(tf.abs(tf.sub(tf.slice(made.bent, 0, 1), zebra))).dataSync()[0]
const furthest = tf.max(tf.abs(tf.sub(made.flow, tf.slice(made.flow, 0, 1)))).dataSync()[0]
console.log(`first frame off by ${start.toExponential(1)}; pixels move by up to ${(furthest * 31.5).toFixed(1)} of 64`)
assert(start < 1e-4 && furthest < 1)

const rows = [made.seen, made.bent, made.deformed, made.prediction]
const columns = upsample.run({ x: tf.concat(rows, 1) }, {}).y
const [height, width] = columns.shape.slice(1)
const path = join(out, 'thin-plate-spline.png')
const writer = await orThrow(openWriter(path, { height, width, rate: { num: 1, den: 1 } }))
for (const column of tf.split(columns, columns.shape[0]))
  await writer.write({ data: toBytes(column, 'nearest'), height, width, time: 0 })
await writer.close()
console.log(path)
