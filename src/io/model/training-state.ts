/**
 * What a model file keeps beside its weights so that training goes on from it: Adam's moments and how far training is.
 *
 * The moments of the weight `W` are the float32 tensors `adam.m.W` and `adam.v.W`, laid out as the weight is; the rest
 * is JSON under the metadata key `training`. A weight without moments has not been stepped: they are zeros.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { trained } from '../../graphs/iteration.js'
import { whole } from '../../graphs/params/leaf.js'
import { adamConstants } from '../../nodes/adam.js'
import { brief } from '../../nodes/object.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import type { StoredTensor } from '../safetensors/format.js'

/**
 * The networks that are trained together, by the names they have in a checkpoint.
 *
 * @category model
 * @since 0.1.0
 */
export const trainedNetworks = trained

/**
 * The settings of Adam that the original's `train.py` trains with, beside the learning rate of the configuration.
 *
 * @category model
 * @since 0.1.0
 */
export const adamSettings = {
  betas: [adamConstants.first, adamConstants.second],
  eps: adamConstants.epsilon
} as const

/**
 * The learning rate of the original's configurations, for a model whose own says nothing of training.
 *
 * @category model
 * @since 0.1.0
 */
export const usualRate = 2e-4

const count = whole(0, Number.MAX_SAFE_INTEGER)

/**
 * How far training is: the original's `it` and `epoch`, and the steps that Adam made on each network.
 *
 * @category model
 * @since 0.1.0
 */
export const TrainingMeta = t.strict(
  {
    iteration: count,
    epoch: count,
    adam: t.exact(
      t.intersection([
        t.type({ generator: count, kp_detector: count, discriminator: count }),
        /** There where the training is that of the predictor, which learns alone. */
        t.partial({ predictor: count })
      ])
    ),
    /** Batches of the epoch that are done. */
    index: count
  },
  'training state'
)

/**
 * How far training is.
 *
 * @category model
 * @since 0.1.0
 */
export type TrainingMeta = t.TypeOf<typeof TrainingMeta>

/**
 * Tensors as files keep them, by name.
 *
 * @category model
 * @since 0.1.0
 */
export type StoredTensors = Readonly<Record<string, StoredTensor>>

/**
 * Adam's first (`m`) and second (`v`) moments by the path of their weight.
 *
 * @category model
 * @since 0.1.0
 */
export interface Moments<A> {
  readonly m: Readonly<Record<string, A>>
  readonly v: Readonly<Record<string, A>>
}

/**
 * All that training needs besides weights and configuration.
 *
 * @category model
 * @since 0.1.0
 */
export interface Training extends TrainingMeta {
  readonly moments: Moments<StoredTensor>
}

const kinds = ['m', 'v'] as const
const prefix = { m: 'adam.m.', v: 'adam.v.' } as const

/**
 * The metadata key of the training state.
 *
 * @category model
 * @since 0.1.0
 */
export const trainingKey = 'training'

/**
 * The metadata key of the checksum of the moments.
 *
 * @category model
 * @since 0.1.0
 */
export const momentsKey = 'moments_sha256'

/**
 * The tensors that stand in a file for the moments.
 *
 * @category conversion
 * @since 0.1.0
 */
export const momentTensors = ({ moments }: Training): StoredTensors =>
  Object.fromEntries(
    kinds.flatMap((kind) => Object.entries(moments[kind]).map(([path, x]) => [`${prefix[kind]}${path}`, x] as const))
  )

/**
 * The training state as metadata: always the same text for the same state.
 *
 * @category conversion
 * @since 0.1.0
 */
export const trainingText = ({ iteration, epoch, adam, index }: Training): string => {
  const { generator, kp_detector, discriminator, predictor } = adam
  return JSON.stringify({ iteration, epoch, index, adam: { generator, kp_detector, discriminator, predictor } })
}

/**
 * The training state of the three networks or of the predictor, if it is the one that is wanted.
 *
 * @category model
 * @since 0.1.0
 */
export const trainingOf = (training: Training | undefined, of: 'networks' | 'predictor'): Training | undefined =>
  (training?.adam.predictor !== undefined) === (of === 'predictor') ? training : undefined

/** Moments that belong to no weight, are not float32, have another shape, or come without their other half. */
const misfits = (file: string, weights: StoredTensors, { moments }: Training): ReadonlyArray<Problem> =>
  kinds.flatMap((kind) =>
    Object.entries(moments[kind]).flatMap(([path, { dtype, shape }]) => {
      const bad = (expected: string, actual: string) =>
        complaint(file)(`tensor ${brief(`${prefix[kind]}${path}`)}`, expected, actual)
      const other = kind === 'm' ? 'v' : 'm'
      const weight = Object.hasOwn(weights, path) ? weights[path] : undefined
      if (weight === undefined) return [bad(`a weight ${brief(path)}`, 'none')]
      if (!Object.hasOwn(moments[other], path)) return [bad(`${prefix[other]}${path} beside it`, 'nothing')]
      return dtype === 'F32' && shape.join() === weight.shape.join()
        ? []
        : [bad(`F32 [${weight.shape.join(', ')}], as its weight`, `${dtype} [${shape.join(', ')}]`)]
    })
  )

/**
 * A training state that fits its weights, or everything that does not.
 *
 * @category codec
 * @since 0.1.0
 */
export const fittingTraining = (
  file: string,
  weights: StoredTensors,
  training: Training
): E.Either<Problem, Training> => {
  const [first, ...rest] = [
    ...misfits(file, weights, training),
    ...(TrainingMeta.is(training)
      ? []
      : [complaint(file)('training state', 'whole numbers from 0 on', trainingText(training))])
  ]
  return first === undefined ? E.right(training) : E.left(gather(first, rest))
}

const metaOf = (file: string, text: string): E.Either<Problem, TrainingMeta> =>
  pipe(
    E.tryCatch(
      () => JSON.parse(text) as unknown,
      () => undefined
    ),
    E.flatMap(TrainingMeta.decode),
    E.mapLeft(() => complaint(file)('metadata training', 'iteration, epoch and the steps of Adam', brief(text)))
  )

/**
 * Weights apart from the training state, if the metadata tells of one.
 *
 * @category codec
 * @since 0.1.0
 */
export const parted = (
  file: string,
  tensors: StoredTensors,
  text: string | undefined
): E.Either<Problem, { readonly tensors: StoredTensors; readonly training?: Training }> => {
  if (text === undefined) return E.right({ tensors })
  const all = Object.entries(tensors)
  const under = (start: string): StoredTensors =>
    Object.fromEntries(all.flatMap(([name, x]) => (name.startsWith(start) ? [[name.slice(start.length), x]] : [])))
  const weights = Object.fromEntries(all.filter(([name]) => !kinds.some((kind) => name.startsWith(prefix[kind]))))
  return pipe(
    metaOf(file, text),
    E.map((meta): Training => ({ ...meta, moments: { m: under(prefix.m), v: under(prefix.v) } })),
    E.flatMap((training) => fittingTraining(file, weights, training)),
    E.map((training) => ({ tensors: weights, training }))
  )
}
