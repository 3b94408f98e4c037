/**
 * The generator replaced by a drawing hand of one's own: the source is warped by the optical flow, then drawn in pencil. Detector,
 * relative motion and optical flow stay as they are, weights included.
 *
 *     node examples/own-generator/own-generator.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { denseMotion, graph, open, toNode, transferFrames } from 'keyflow/graphs'
import * as io from 'keyflow/io'
import { node, record, tensor, tf, warp } from 'keyflow/nodes'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '20' } }
const { out, frames } = parseArgs({ options }).values

/** Differences across and down (Sobel), [3, 3, 1, 2]. */
const slopes = [-1, -1, 0, -2, 1, -1, -2, 0, 0, 0, 2, 0, -1, 1, 0, 2, 1, 1]

/** Pictures [B, H, W, 3] as a pencil draws them: dark where brightness changes. */
const pencil = node(
  'pencil',
  { inputs: record({ image: tensor('B H W 3') }), outputs: record({ image: tensor('B H W 3') }) },
  ({ image }) => {
    const around = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0]
    ]
    const grey = tf.mirrorPad(tf.mean(image, 3, true), around, 'symmetric')
    const steep = tf.norm(tf.conv2d(grey, tf.tensor4d(slopes, [3, 3, 1, 2]), 1, 'valid'), 2, 3, true)
    return { image: tf.tile(tf.clipByValue(tf.sub(1, steep), 0, 1), [1, 1, 1, 3]) }
  }
)

/** Whatever asks for a generator can have this one: the same inputs and outputs, the same name for its optical flow's weights. */
const drawing = ({ common_params: common, generator_params: params }) => {
  const dense = denseMotion(common, params.dense_motion_params)
  return graph('drawing', dense.inputs, ({ source, from, to }, { step }) => {
    const { flow } = step('motion', toNode(dense), { source, from, to }, 'dense_motion_module')
    const deformed = step('warp', warp, { image: source, flow }).image
    return { prediction: step('pencil', pencil, { image: deformed }).image, deformed }
  })
}

await io.orThrow(io.engine(undefined, console.error))
const model = await io.orThrow(io.readModel('models/creatures.safetensors'))
const { model_params: params, transfer_params: transfer } = model.config
const original = transferFrames(params, transfer.normalization_params)
const steps = original.steps.map((step) => (step.id === 'generate' ? { ...step, node: toNode(drawing(params)) } : step))
const compiled = (graph) => io.orThrow(async () => io.program(graph))
const programs = [await compiled(original), await compiled({ ...original, steps })]

const drawn = async (index, count) =>
  io.framesOf(await io.video('creatures', 2026, index, { size: { height: 64, width: 64 }, frames: count }))
const [zebra, horse] = [await drawn(22, 1), await drawn(13, Number(frames))]
const [source, driving, initial] = [zebra, horse, horse.slice(0, 1)].map(io.toTensor)

const [theirs, ours] = programs.map((program) => {
  const weights = io.valuesOf(model, Object.keys(program.weights))
  const session = open(program)(weights, { source, initial })
  return { ...session.tick({ driving }).outputs, weights: Object.keys(weights).length }
})
const apart = tf.max(tf.abs(tf.sub(theirs.deformed, ours.deformed))).dataSync()[0]
assert.equal(apart, 0, 'the same optical flow, to the bit')
assert(ours.weights < theirs.weights)
console.log(`${ours.weights} of ${theirs.weights} weights are needed; optical flow as before`)

const columns = tf.concat([driving, theirs.prediction, ours.deformed, ours.prediction], 2)
const film = io.framesOf({ frames: io.toBytes(columns, 'nearest'), shape: columns.shape })
const enlarged = await Promise.all(film.map((frame) => io.mosaic([[frame]], { scale: 2 })))
const rate = { num: 12, den: 1 }
await io.orThrow(io.writeFrames(join(out, 'own-generator.webp'), enlarged, { rate, quality: 40 }))
