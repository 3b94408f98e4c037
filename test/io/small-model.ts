/** A model of a few small networks with a training state, and short ways to read files, for tests. */
import { readFileSync, writeFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { stringify } from 'yaml'
import { compile } from '../../src/graphs/compile.js'
import type { Graph } from '../../src/graphs/graph.js'
import { networks } from '../../src/graphs/named.js'
import { type CheckpointDict, parseCheckpoint } from '../../src/io/checkpoint/checkpoint.js'
import type { Terminal } from '../../src/io/cli/command.js'
import { type Config, parseConfig, readConfig } from '../../src/io/config/config.js'
import { importCheckpoint, type Keep } from '../../src/io/model/import.js'
import { isParameter } from '../../src/io/model/layout.js'
import { type Model, writeModel } from '../../src/io/model/model.js'
import type { Moments } from '../../src/io/model/training-state.js'
import { type Problem, showProblem } from '../../src/io/problem/problem.js'
import { float32Of, parse, type StoredTensor, storedFloat32 } from '../../src/io/safetensors/safetensors.js'

export const terminal = (heard: Array<string> = []): Terminal => ({
  say: (line) => void heard.push(line),
  progress: () => ({ advance: () => {}, end: () => {} }),
  signal: new AbortController().signal
})

const right = <A>(result: E.Either<Problem, A>): A => {
  if (E.isLeft(result)) throw new Error(showProblem(result.left))
  return result.right
}
export const must = async <A>(task: TE.TaskEither<Problem, A>): Promise<A> => right(await task())
export const told = async (task: TE.TaskEither<Problem, unknown>): Promise<string> => {
  const result = await task()
  return E.isLeft(result) ? showProblem(result.left) : 'accepted'
}

const bytes = (path: string): Uint8Array => new Uint8Array(readFileSync(path))
export const tensors = (path: string): Readonly<Record<string, StoredTensor>> => right(parse(path, bytes(path))).tensors
export const checkpoint = (path: string): CheckpointDict => right(parseCheckpoint(path, bytes(path)))
export const floats = (x: StoredTensor): ReadonlyArray<number> => [...float32Of(x)]

const blocks = { block_expansion: 2, max_features: 4, num_blocks: 2 }
const embedding = { use_heatmap: true, heatmap_type: 'difference', norm_const: 10 }
const text = stringify({
  model_params: {
    common_params: { num_kp: 2, kp_variance: 'matrix', num_channels: 3 },
    kp_detector_params: { temperature: 0.1, ...blocks },
    generator_params: {
      ...blocks,
      num_refinement_blocks: 2,
      dense_motion_params: {
        ...blocks,
        use_mask: true,
        use_correction: true,
        num_group_blocks: 1,
        mask_embedding_params: { ...embedding, use_deformed_source_image: true }
      },
      kp_embedding_params: embedding
    },
    discriminator_params: { ...blocks, kp_embedding_params: { norm_const: 10 } }
  },
  prediction_params: { rnn_params: { num_features: 5, num_layers: 2 } },
  train_params: {
    num_epochs: 8,
    epoch_milestones: [4, 6],
    lr: 2e-4,
    batch_size: 4,
    loss_weights: { reconstruction: [10, 10, 1], reconstruction_deformed: 0, generator_gan: 1, discriminator_gan: 1 }
  }
})
export const config: Config = right(parseConfig('small.yaml', text))

/** Values that show every change of a bit: signs of zeros, numbers below the normal ones, infinities, odd NaNs. */
const odd = [0x80000000, 1, 0x807fffff, 0x7f800000, 0x7fc12345, 0xffa00001]
const filled = (shape: ReadonlyArray<number>, from: number): StoredTensor => {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).map((_, i) => Math.sin(from + i))
  const bits = new Uint32Array(values.buffer)
  odd.forEach((bit, i) => {
    if (bits.length > 20) bits[3 * i] = bit
  })
  return storedFloat32(shape, values)
}

/** A model without a training state. */
export const untrained = (): Model => {
  const program = compile(networks(config.model_params) as Graph<any, any>)
  if (E.isLeft(program)) throw new Error('the networks do not compile')
  const weights = Object.entries(program.right.weights).map(([path, { spec }], i) => {
    return [path, filled(spec.leaves[0]!.dims.map(Number), i)] as const
  })
  const origin = { by: 'train', file: 'small', sha256: '', epoch: null, iteration: null }
  return { config, origin, tensors: Object.fromEntries(weights) }
}

/** A predictor alone: two layers of a recurrent network and a linear one. */
export const predictorAlone = (): Model => {
  const shapes = (layer: number, from: number) => [
    ...[[`weight_ih_l${layer}`, [15, from]] as const, [`weight_hh_l${layer}`, [15, 5]] as const],
    ...[[`bias_ih_l${layer}`, [15]] as const, [`bias_hh_l${layer}`, [15]] as const]
  ]
  const rnn = [...shapes(0, 12), ...shapes(1, 5)].map(([name, shape]) => [`rnn.${name}`, shape] as const)
  const all = [...rnn, ['linear.weight', [12, 5]] as const, ['linear.bias', [12]] as const]
  const weights = all.map(([name, shape], i) => [`predictor.${name}`, filled(shape, i)] as const)
  return { ...untrained(), tensors: Object.fromEntries(weights) }
}

/** A model whose detector was never stepped, and one parameter of whose generator neither. */
export const model = (): Model => {
  const bare = untrained()
  const stepped = Object.keys(bare.tensors).filter(
    (name) =>
      isParameter(name) && !name.startsWith('kp_detector.') && name !== 'generator.refinement_module.conv-last.bias'
  )
  const each = (from: number) =>
    Object.fromEntries(stepped.map((name, i) => [name, filled(bare.tensors[name]!.shape, from + i)]))
  const adam = { generator: 7, kp_detector: 0, discriminator: 12 }
  return { ...bare, training: { iteration: 11, epoch: 2, index: 0, adam, moments: { m: each(0.5), v: each(0.25) } } }
}

/** Imports a file with a configuration, which is written first where it is the one of the small model. */
export const importer =
  (path: string, small = true) =>
  (from: string, keep: Keep = { half: false, weightsOnly: false }) => {
    if (small) writeFileSync(path, text)
    return must(attempt(path)(from, keep))
  }
export const attempt =
  (path: string) =>
  (from: string, keep: Keep = { half: false, weightsOnly: false }) =>
    pipe(
      readConfig(path),
      TE.flatMap((c) => importCheckpoint(from, c, keep))
    )
export const writeConfig = (path: string): void => writeFileSync(path, text)

/** The moments in the original's layouts: exported as if they were weights. */
export const inTheirLayout = async (
  path: string,
  exported: (model: string, name: string) => Promise<string>
): Promise<Moments<StoredTensor>> => {
  const { training, tensors: weights, ...rest } = model()
  const each = async (kind: 'm' | 'v') => {
    await must(writeModel(path, { ...rest, tensors: { ...weights, ...training!.moments[kind] } }))
    return tensors(await exported(path, `moments-${kind}.safetensors`))
  }
  return { m: await each('m'), v: await each('v') }
}
