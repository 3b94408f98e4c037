/**
 * From the original's checkpoints to models.
 *
 * @since 0.1.0
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { compile } from '../../graphs/compile.js'
import { showGraphError } from '../../graphs/errors.js'
import type { Graph } from '../../graphs/graph.js'
import { networks } from '../../graphs/named.js'
import { predictor } from '../../graphs/predictor.js'
import type { Spec } from '../../nodes/spec.js'
import { type CheckpointDict, isDict, isTensor, readCheckpoint, tensorsIn } from '../checkpoint/checkpoint.js'
import type { Config } from '../config/config.js'
import { fileTrouble } from '../files/file-trouble.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { float32Of, readSafetensors, type StoredTensor, storedHalf } from '../safetensors/safetensors.js'
import { fromOriginal, isCounter } from './layout.js'
import type { Model } from './model.js'
import { hasOptimiser, optimiserState } from './optimiser-state.js'
import { type StoredTensors, trainedNetworks } from './training-state.js'

/** The networks of a model, as the original names them in a checkpoint. */
const parts = trainedNetworks

/** The name and shape of every weight that a configuration asks for. */
const due = (config: Config, withPredictor: boolean): ReadonlyMap<string, ReadonlyArray<number>> => {
  const { model_params: model, prediction_params } = config
  const rnn = prediction_params?.rnn_params
  const graphs = [
    networks(model) as Graph<any, any>,
    ...(withPredictor && rnn !== undefined ? [predictor(model.common_params, rnn, { keep: 1, frames: 1 })] : [])
  ]
  return new Map(
    graphs.flatMap((g, i) => {
      const program = compile(g)
      if (E.isLeft(program)) throw new Error(program.left.map(showGraphError).join('\n'))
      const shape = (spec: Spec<unknown>) => spec.leaves[0]!.dims.map(Number)
      return Object.entries(program.right.weights).map(
        ([path, { spec }]) => [i === 0 ? path : `predictor.${path}`, shape(spec)] as const
      )
    })
  )
}

/**
 * Tensors by the original's full names. A dictionary that holds a recurrent network, at the top or under any name of its
 * own, is the predictor.
 */
const collect = (checkpoint: CheckpointDict): StoredTensors => {
  const own = (dict: CheckpointDict, prefix: string) =>
    tensorsIn(dict).map(([name, x]) => [`${prefix}.${name}`, x] as const)
  const isPredictor = (v: unknown): v is CheckpointDict =>
    isDict(v as never) && (v as Map<unknown, unknown>).has('rnn.weight_ih_l0')
  const inside = [...checkpoint].flatMap(([key, value]) => {
    if (isPredictor(value)) return own(value, 'predictor')
    if (isTensor(value)) return [[String(key), value] as const]
    return isDict(value) && (parts as ReadonlyArray<unknown>).includes(key) ? own(value, String(key)) : []
  })
  return named(Object.fromEntries(inside))
}

/** Names of a bare recurrent network under `predictor`, all others as they are. */
const named = (tensors: StoredTensors): StoredTensors =>
  Object.fromEntries(
    Object.entries(tensors)
      .map(([name, x]) => [/^(rnn|linear)\./.test(name) ? `predictor.${name}` : name, x] as const)
      .filter(([name]) => !isCounter(name))
  )

/** Weights in our layouts, or every key that is missing, extra or misshapen. */
const fitted = (file: string, config: Config, found: StoredTensors): E.Either<Problem, StoredTensors> => {
  const bad = complaint(file)
  const has = (part: string) => Object.keys(found).some((name) => name.startsWith(`${part}.`))
  const wanted = due(config, has('predictor'))
  if (!['predictor', ...parts].some(has))
    return E.left(bad('checkpoint', `weights of ${parts.join(', ')} or a predictor`, 'none of them'))
  const ours = new Map(Object.entries(found).map(([name, x]) => [name, fromOriginal(x)]))
  // a predictor may stand alone; otherwise generator and detector are due, and the discriminator may be absent
  const isDue = (part: string) => has(part) || (part !== 'discriminator' && parts.some(has))
  const missing = [...wanted.keys()].filter((name) => isDue(name.split('.')[0]!) && !ours.has(name))
  const problems = [
    ...missing.map((name) => bad(name, `a tensor [${wanted.get(name)!.join(', ')}]`, 'nothing')),
    ...[...ours].flatMap(([name, { shape }]) => {
      const shapeDue = wanted.get(name)
      if (shapeDue === undefined) return [bad(name, 'no such key', `a tensor [${shape.join(', ')}]`)]
      return shapeDue.join() === shape.join()
        ? []
        : [bad(name, `[${shapeDue.join(', ')}]`, `[${shape.join(', ')}] (height, width, in, out)`)]
    })
  ]
  const [first, ...rest] = problems
  return first === undefined ? E.right(Object.fromEntries(ours)) : E.left(gather(first, rest, Number.POSITIVE_INFINITY))
}

/** A kernel in 16 bits; vectors, running statistics among them, keep their 32. */
const halved = (x: StoredTensor): StoredTensor => (x.shape.length > 1 ? storedHalf(x.shape, float32Of(x)) : x)

/** What a file holds: tensors by the original's names, and the whole dictionary where it is a checkpoint. */
interface Found {
  readonly tensors: StoredTensors
  readonly checkpoint: CheckpointDict
}

/** A checkpoint of PyTorch, or a safetensors file with the original's names. */
const read = (path: string): TE.TaskEither<Problem, Found> =>
  path.endsWith('.safetensors')
    ? pipe(
        readSafetensors(path),
        TE.filterOrElse(
          ({ metadata }) => metadata.format === undefined || !metadata.format.startsWith('keyflow/'),
          ({ metadata }): Problem =>
            complaint(path)('metadata format', 'a checkpoint', `a model already, ${metadata.format}`)
        ),
        TE.map(({ tensors }) => ({ tensors: named(tensors), checkpoint: new Map() }))
      )
    : pipe(
        readCheckpoint(path),
        TE.map((checkpoint) => ({ tensors: collect(checkpoint), checkpoint }))
      )

/**
 * What to keep of a checkpoint.
 *
 * @category model
 * @since 0.1.0
 */
export interface Keep {
  /** Kernels in 16 bits, with a relative error of up to 2^-11; then there is no training state either. */
  readonly half: boolean
  /** No training state. */
  readonly weightsOnly: boolean
}

/**
 * A model from a checkpoint of the original, with its training state if the checkpoint has optimisers, and what a person
 * should know about it. The networks must be complete; the discriminator and the predictor may be absent.
 *
 * Fails with `FileTrouble` where it cannot be read, `BadData` for what the checkpoint lacks, or has in another shape than the
 * configuration says.
 *
 * @category constructors
 * @since 0.1.0
 */
export const importCheckpoint = (
  path: string,
  config: Config,
  { half, weightsOnly }: Keep
): TE.TaskEither<Problem, { readonly model: Model; readonly notes: ReadonlyArray<string> }> =>
  pipe(
    read(path),
    TE.bindTo('found'),
    TE.bind('tensors', ({ found }) => TE.fromEither(fitted(path, config, found.tensors))),
    TE.bind('state', ({ found }) =>
      weightsOnly || half
        ? TE.right({ training: undefined, notes: [] })
        : TE.fromEither(optimiserState(path, config, found.checkpoint))
    ),
    TE.bind('bytes', () => TE.tryCatch(() => readFile(path), fileTrouble(path, 'read'))),
    TE.map(({ found: { checkpoint }, tensors, state: { training, notes }, bytes }) => ({
      model: {
        config,
        origin: {
          by: 'import',
          file: basename(path),
          sha256: createHash('sha256').update(bytes).digest('hex'),
          epoch: numberAt(checkpoint, 'epoch'),
          iteration: numberAt(checkpoint, 'it')
        },
        tensors: half ? Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, halved(x)])) : tensors,
        ...(training === undefined ? {} : { training })
      },
      notes: half && !weightsOnly && hasOptimiser(checkpoint) ? [...notes, leftOut] : notes
    }))
  )

const leftOut = 'the training state is left out: training cannot go on from halved weights'

const numberAt = (checkpoint: CheckpointDict, key: string): number | null => {
  const v = checkpoint.get(key)
  return typeof v === 'number' ? v : null
}
