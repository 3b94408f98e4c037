/**
 * A loss of one's own in the training graph: keypoints that lie close together are told to part.
 *
 *     node examples/custom-loss/custom-loss.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { advanced, graph, iteration, learner, learning, replacing, toNode } from 'keyflow/graphs'
import * as io from 'keyflow/io'
import { drawKeypoints, node, record, sum, tensor, tf } from 'keyflow/nodes'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '20' } }
const { out, frames: steps } = parseArgs({ options }).values

const weight = 20

/** `weight` times how crowded keypoints [B, K, 2] are: the mean of `exp(-10 d^2)` over pairs, 0 far apart, 1 on one another. */
const crowding = node(
  'crowding',
  { inputs: record({ mean: tensor('B K 2') }), outputs: record({ loss: tensor('') }) },
  ({ mean }) => {
    const k = mean.shape[1]
    const apart = tf.sum(tf.square(tf.sub(tf.expandDims(mean, 1), tf.expandDims(mean, 2))), 3)
    const near = tf.mul(tf.mean(tf.exp(tf.mul(apart, -10))), k)
    return { loss: tf.mul(tf.div(tf.sub(near, 1), k - 1), weight) }
  }
)

/** A training iteration with the loss beside its own; where it does not count, it is only looked at. */
const watched = (original, counts) =>
  graph('watched', original.inputs, (inputs, { step }) => {
    const made = step('', toNode(original), inputs, '')
    const { loss } = step('crowding', crowding, { mean: made.keypoints.to.mean })
    const added = step('added', sum({ of: 2, dims: '' }), { x0: made.totals.generator, x1: loss }).y
    const totals = { ...made.totals, generator: counts ? added : made.totals.generator }
    return { ...made, losses: { ...made.losses, crowding: loss }, totals }
  })

await io.orThrow(io.engine(undefined, console.error))
const model = await io.orThrow(io.readModel('models/shapes.safetensors'))
const { model_params: params, train_params: training } = model.config

/** Pairs of frames of drawn shapes: the first and the tenth of each of six films. */
const films = await Promise.all(
  [0, 1, 2, 3, 4, 5].map(async (i) =>
    io.framesOf(await io.video('shapes', 3, i, { size: { height: 64, width: 64 }, frames: 10 }))
  )
)
const batch = { source: io.toTensor(films.map((film) => film[0])), driving: io.toTensor(films.map((film) => film[9])) }

/** Teaches for some steps: how crowded the keypoints were at each, and the driving frames with keypoints of the last. */
const taught = async (counts) => {
  const mine = watched(iteration(params, training), counts)
  const compiled = await io.orThrow(async () => io.program(mine, { learning: learning(training) }))
  const learn = learner(compiled)
  let state = io.stateOf(model, Object.keys(compiled.weights))
  const losses = []
  let shown
  for (let i = 0; i < Number(steps); i++) {
    const { outputs, taps, updates } = learn(state, batch, training.lr)
    state = advanced(state, replacing(state.values, updates))
    losses.push(outputs.losses.crowding.dataSync()[0])
    const { frames } = drawKeypoints({ radius: 2 }).run({ frames: batch.driving, mean: outputs.keypoints.to.mean }, {})
    shown = io.framesOf({ frames: io.toBytes(frames, 'nearest'), shape: frames.shape })
    tf.dispose([outputs, taps, frames])
  }
  tf.dispose(state.values)
  return { losses, shown }
}
const [without, withIt] = [await taught(false), await taught(true)]
console.log(`without it: ${without.losses.map((x) => x.toFixed(2)).join(' ')}`)
console.log(`with it:    ${withIt.losses.map((x) => x.toFixed(2)).join(' ')}`)
assert(withIt.losses.at(-1) < 0.9 * withIt.losses[0], 'it falls')
assert(withIt.losses.at(-1) < 0.9 * without.losses.at(-1), 'because it is there')
const sheet = await io.mosaic([without.shown, withIt.shown], { gap: 4, scale: 2 })
await writeFile(join(out, 'custom-loss.png'), await io.pngOf(sheet))
