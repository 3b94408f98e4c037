/** A picture moved by a film with a checkpoint of the original, files at both ends. */
import * as E from 'fp-ts/lib/Either.js'
import { compile, fastForms, graph, showGraphError, toNode } from 'keyflow/graphs'
import { fileDrivers } from 'keyflow/io'
import { readFilm, readFrame, readPicture, record, tf, writeFilm } from 'keyflow/nodes'
import { play } from 'keyflow/streams'
import { readParams, readWeights } from './checkpoint.mjs'
import { transfer } from './graphs.mjs'

/** Writes the film `out`, and tells how many frames are done; everything about the source is computed once. */
export const animate = async ({ checkpoint, config, source, driving, out }, told) => {
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
  const program = compile(whole, { rules: fastForms })
  if (E.isLeft(program)) throw new Error(program.left.map(showGraphError).join('\n'))
  const values = await readWeights(checkpoint, program.right)
  let frames = 0
  await play(program.right, fileDrivers({}))(values).forEach(({ count }) => told((frames += count)))
  tf.dispose(values)
}
