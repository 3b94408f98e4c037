/** The original's configurations and checkpoints: what of them this port reads, and what it refuses. */
import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { float32Of, orThrow, readCheckpoint, tensorsIn } from 'keyflow/io'
import { positive, tf, whole } from 'keyflow/nodes'
import { parse } from 'yaml'

const Depth = { block_expansion: positive, max_features: positive, num_blocks: positive }
const scale = t.partial({ scale_factor: t.number })
const Config = t.type({
  dataset_params: t.type({ frame_shape: t.tuple([positive, positive, t.literal(3)]) }),
  model_params: t.type({
    common_params: t.type({ num_kp: positive, num_channels: t.literal(3), estimate_jacobian: t.literal(true) }),
    kp_detector_params: t.intersection([
      t.type({ ...Depth, temperature: t.number }),
      scale,
      t.partial({ single_jacobian_map: t.boolean, pad: t.union([t.literal(0), t.literal(3)]) })
    ]),
    generator_params: t.intersection([
      t.type({
        block_expansion: positive,
        max_features: positive,
        num_down_blocks: whole,
        num_bottleneck_blocks: whole
      }),
      t.type({ dense_motion_params: t.intersection([t.type(Depth), scale, t.partial({ kp_variance: t.number })]) }),
      t.partial({ estimate_occlusion_map: t.boolean })
    ])
  }),
  animate_params: t.type({
    normalization_params: t.partial({
      adapt_movement_scale: t.boolean,
      use_relative_movement: t.boolean,
      use_relative_jacobian: t.boolean
    })
  })
})

/** A configuration of the original, from the path of its YAML file. */
export const readParams = async (path) => {
  const decoded = Config.decode(parse(await readFile(path, 'utf8')))
  if (E.isRight(decoded)) return decoded.right
  const at = ({ context, value }) =>
    `${context
      .map(({ key }) => key)
      .join('.')
      .slice(1)}: ${JSON.stringify(value)}`
  throw new Error(`${path} asks for what this port has not: ${decoded.left.map(at).join(', ')}`)
}

/** A kernel [out, in, h, w] as [h, w, in, out], anything else as it is. */
const ours = (stored) => {
  const x = tf.tensor(float32Of(stored), [...stored.shape])
  return x.rank === 4 ? tf.transpose(x, [2, 3, 1, 0]) : x
}

/** The weights that a program asks for, out of a checkpoint of the original; their shapes are checked when it is opened. */
export const readWeights = async (path, program) => {
  const checkpoint = await orThrow(readCheckpoint(path))
  const networks = ['kp_detector', 'generator'].flatMap((name) => tensorsIn(checkpoint.get(name), name))
  const found = networks.filter(([name]) => !name.endsWith('num_batches_tracked'))
  const strange = found.map(([name]) => name).filter((name) => program.weights[name] === undefined)
  if (strange.length > 0)
    throw new Error(`${path} has ${strange.length} weights that its configuration does not ask for, as ${strange[0]}`)
  return Object.fromEntries(found.map(([name, stored]) => [name, tf.tidy(() => ours(stored))]))
}
