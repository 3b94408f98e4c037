/** A picture moved by a film with a checkpoint of the original, files at both ends. */
import { graph, toNode } from 'keyflow/graphs'
import { fileDrivers, orThrow, program } from 'keyflow/io'
import { readFilm, readFrame, readPicture, record, tf, writeFilm } from 'keyflow/nodes'
import { play } from 'keyflow/streams'
import { readParams, readWeights } from './checkpoint.mjs'
import { transfer } from './transfer.mjs'

/** Writes the film `out`, and gives how many frames it has; what depends on the source alone is computed once. */
export const animate = async ({ checkpoint, config, source, driving, out }) => {
  const { model_params: model, dataset_params, animate_params } = await readParams(config)
  const [height, width] = dataset_params.frame_shape
  const reading = (path) => ({ path, height, width, fit: 'crop', strip: null })
  const whole = graph('animate', record({}), (_, { step }) => {
    const pictures = {
      source: step('source', readPicture(reading(source)), {}).image,
      initial: step('initial', readFrame({ ...reading(driving), index: 0 }), {}).image,
      driving: step('driving', readFilm({ ...reading(driving), batch: 4 }), {}).frames
    }
    const { prediction } = step('transfer', toNode(transfer(model, animate_params.normalization_params)), pictures, '')
    step('film', writeFilm({ path: out, timing: 'driving', audio: false }), { frames: prediction })
    return {}
  })
  const animation = await orThrow(async () => program(whole))
  const values = await readWeights(checkpoint, animation)
  let frames = 0
  await play(
    animation,
    fileDrivers({})
  )(values).forEach(({ count }) => {
    frames += count
  })
  tf.dispose(values)
  return frames
}
