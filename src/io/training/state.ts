/**
 * The state of training as a model file, and back.
 *
 * @since 0.1.0
 */
import { momentPath, networkOf } from '../../graphs/iteration.js'
import type { TrainingState } from '../../graphs/training.js'
import type { Values } from '../../nodes/node.js'
import type { Config } from '../config/config.js'
import { type Model, momentsOf, type Origin, storedOf, valuesOf } from '../model/model.js'
import { type StoredTensors, trainingOf } from '../model/training-state.js'

const kinds = ['m', 'v'] as const

/** Whether a weight that a program names is a moment of another. */
export const isMoment = (path: string): boolean => kinds.some((kind) => path.startsWith(momentPath(kind, '')))

/**
 * Where training goes on from a model: its own state, or a fresh one, with moments of zeros, where it has none. The receiver
 * owns the tensors. `paths` are those of a program's weights.
 *
 * @category constructors
 * @since 0.1.0
 */
export const stateOf = (model: Model, paths: ReadonlyArray<string>): TrainingState => {
  const weights = paths.filter((path) => !isMoment(path))
  const wanted = new Set(paths)
  const stepped = weights.filter((path) => wanted.has(momentPath('m', path)))
  const networks = [...new Set(weights.map(networkOf))]
  const training = trainingOf(model.training, networks.includes('predictor') ? 'predictor' : 'networks')
  const { training: _, ...bare } = model
  const moments = momentsOf(training === undefined ? bare : { ...bare, training }, stepped)
  const named = kinds.flatMap((kind) =>
    Object.entries(moments[kind]).map(([path, x]) => [momentPath(kind, path), x] as const)
  )
  const { iteration, epoch, index } = training ?? {
    index: 0,
    iteration: model.origin.iteration ?? 0,
    epoch: model.origin.epoch ?? 0
  }
  const known: Readonly<Record<string, number | undefined>> = training?.adam ?? {}
  const adam = Object.fromEntries(networks.map((network) => [network, known[network] ?? 0]))
  return { values: { ...valuesOf(model, weights), ...Object.fromEntries(named) }, adam, iteration, epoch, index }
}

const under = (kind: 'm' | 'v', values: Values): StoredTensors => {
  const prefix = momentPath(kind, '')
  const own = Object.entries(values).filter(([path]) => path.startsWith(prefix))
  return storedOf(Object.fromEntries(own.map(([path, x]) => [path.slice(prefix.length), x])))
}

/**
 * A state of training as a model that can be written; the tensors are borrowed.
 *
 * @category conversion
 * @since 0.1.0
 */
export const modelOf = (
  { values, adam, iteration, epoch, index }: TrainingState,
  config: Config,
  origin: Pick<Origin, 'file' | 'sha256'>
): Model => ({
  config,
  origin: { by: 'train', ...origin, epoch, iteration },
  tensors: storedOf(Object.fromEntries(Object.entries(values).filter(([path]) => !isMoment(path)))),
  training: {
    iteration,
    epoch,
    adam: { generator: 0, kp_detector: 0, discriminator: 0, ...adam },
    index,
    moments: { m: under('m', values), v: under('v', values) }
  }
})
