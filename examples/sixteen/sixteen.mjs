/**
 * Sixteen animals walk as one horse does: a batch of sixteen for every frame of the film.
 *
 *     node examples/sixteen/sixteen.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as io from 'keyflow/io'
import { tf } from 'keyflow/nodes'
import { live, livePrograms, liveWeights } from 'keyflow/streams'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '14' } }
const { out, frames } = parseArgs({ options }).values

const size = { height: 64, width: 64 }
const drawn = async (index, count) => io.framesOf(await io.video('creatures', 2026, index, { size, frames: count }))
const driver = 13
const cast = [0, 3, 8, 10, 21, 22, 24, 28, driver, 31, 32, 44, 49, 50, 53, 57]
const horse = await drawn(driver, Number(frames))

await io.orThrow(io.engine(undefined, console.error))
const model = await io.orThrow(io.readModel('models/creatures.safetensors'))
const programs = livePrograms(model.config.model_params)
const weights = io.valuesOf(model, liveWeights(programs))
const animator = live(programs, weights, size)
const tensor = (frame) => tf.tidy(() => tf.squeeze(io.toTensor([frame]), [0]))

const pictures = (await Promise.all(cast.map((index) => drawn(index, 1)))).flat().map(tensor)
const stills = pictures.map(animator.still)
const manner = { normalisation: model.config.transfer_params.normalization_params, strength: 1, smoothing: null }

/** What each animal remembers from one frame to the next; the first frame finds nothing. */
let remembered = cast.map(() => ({}))
const shown = []
for (const frame of horse) {
  const driving = tensor(frame)
  const rows = stills.map((still, i) => ({ still, driving, seconds: frame.time, manner, ...remembered[i] }))
  const made = animator.tick(rows)
  remembered = made.map(({ motion }) => ({ motion }))

  const { seen, aim } = made[cast.indexOf(driver)]
  const apart = Math.max(...aim.mean.map((x, i) => Math.abs(x - seen.mean[i])))
  assert(apart < 1e-5, 'the horse itself is given its own keypoints')

  const cells = made.map(({ prediction }) => ({
    data: tf.tidy(() => io.toBytes(tf.expandDims(prediction, 0), 'nearest')),
    ...size,
    time: frame.time
  }))
  shown.push(
    await io.mosaic(
      [0, 4, 8, 12].map((from) => cells.slice(from, from + 4)),
      { gap: 2 }
    )
  )
  tf.dispose([driving, made])
}
for (const still of stills) still.dispose()
animator.close()
tf.dispose([pictures, weights])
assert.equal(tf.memory().numTensors, 0, 'nothing is left')
console.log(`${cast.length} pictures, ${shown.length} frames each`)

await io.orThrow(io.writeFrames(join(out, 'sixteen.webp'), shown, { rate: { num: 12, den: 1 }, quality: 40 }))
