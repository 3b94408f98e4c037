/**
 * From models to the original's names, layouts and checkpoints.
 *
 * @since 0.1.0
 */
import type { Trained } from '../../graphs/iteration.js'
import type { Py } from '../checkpoint/pickle-value.js'
import type { Era } from '../checkpoint/pickle-writer.js'
import { pyDict, type Shelved, shelved } from '../checkpoint/write-checkpoint.js'
import type { Config } from '../config/config.js'
import { type StoredTensor, storedFloat32 } from '../safetensors/safetensors.js'
import { inOriginalOrder, isParameter, toOriginal } from './layout.js'
import type { Model } from './model.js'
import { adamSettings, type StoredTensors, type Training, trainingOf, usualRate } from './training-state.js'

/** The batch counter that PyTorch keeps beside running statistics; the original never counts. */
const counter: StoredTensor = { dtype: 'I64', shape: [], data: new Uint8Array(8) }

/** Networks in the order of the original's checkpoints; the predictor, which it keeps elsewhere, last. */
const order = ['generator', 'discriminator', 'kp_detector', 'predictor'] as const

/** Tensors of one network by their names inside it. */
const inside = (network: string, tensors: StoredTensors): ReadonlyMap<string, StoredTensor> =>
  new Map(
    Object.entries(tensors).flatMap(([name, x]) =>
      name.startsWith(`${network}.`) ? [[name.slice(network.length + 1), x] as const] : []
    )
  )

/** The state dictionary of a network: weights and statistics in the original's layouts and order, counters included. */
const stateDict = (network: string, tensors: StoredTensors): ReadonlyArray<readonly [string, StoredTensor]> => {
  const own = inside(network, tensors)
  const counters = [...own.keys()].flatMap((name) =>
    name.endsWith('.running_var') ? [name.replace(/running_var$/, 'num_batches_tracked')] : []
  )
  return inOriginalOrder([...own.keys(), ...counters]).map((name) => {
    const x = own.get(name)
    return [name, x === undefined ? counter : toOriginal(x)] as const
  })
}

/** State dictionaries of all networks that a model has. */
const stateDicts = ({ tensors }: Model) =>
  order.map((network) => [network, stateDict(network, tensors)] as const).filter(([, dict]) => dict.length > 0)

/**
 * The weights and running statistics of a model by the original's full names, in its layouts and in float32.
 *
 * @category conversion
 * @since 0.1.0
 */
export const originalTensors = (model: Model): StoredTensors =>
  Object.fromEntries(
    stateDicts(model).flatMap(([network, dict]) => dict.map(([name, x]) => [`${network}.${name}`, x] as const))
  )

/** Learning rate of a group at its start, and as the schedule has it when the original saves an epoch. */
const rates = ({ train_params }: Config, epoch: number) => {
  const initial = train_params?.lr ?? usualRate
  const passed = (train_params?.epoch_milestones ?? []).filter((milestone) => milestone <= epoch).length
  return { lr: initial * 0.1 ** passed, initial }
}

/** The state dictionary of the Adam of one network; parameters that it never stepped have no entry. */
const adamDict = (
  network: Trained,
  { config, tensors }: Model,
  { adam, epoch, moments }: Training,
  put: (x: StoredTensor) => Py,
  era: Era
): Py => {
  const parameters = inOriginalOrder([...inside(network, tensors).keys()].filter(isParameter))
  const step: () => Py = () =>
    era === 'legacy' ? adam[network] : put(storedFloat32([], Float32Array.of(adam[network]))) // the type that each knows
  const state = parameters.flatMap((name, i): ReadonlyArray<readonly [number, Py]> => {
    const [m, v] = [moments.m[`${network}.${name}`], moments.v[`${network}.${name}`]]
    if (m === undefined || v === undefined) return []
    const slot = [
      ['step', step()],
      ['exp_avg', put(toOriginal(m))],
      ['exp_avg_sq', put(toOriginal(v))]
    ] as const
    return [[i, pyDict(slot)]]
  })
  const { lr, initial } = rates(config, epoch)
  const group = pyDict([
    ['lr', lr],
    ['betas', { _tag: 'tuple', items: adamSettings.betas }],
    ['eps', adamSettings.eps],
    ['weight_decay', 0],
    ['amsgrad', false],
    ['initial_lr', initial],
    ['params', { _tag: 'list', items: parameters.map((_, i) => i) }]
  ])
  return pyDict([
    ['state', pyDict(state)],
    ['param_groups', { _tag: 'list', items: [group] }]
  ])
}

/**
 * A model as the original saves it: the state dictionaries of its networks, with a training state those of its
 * optimisers, and the epoch and the iteration, without which the original does not load it.
 *
 * @category conversion
 * @since 0.1.0
 */
export const originalCheckpoint = (model: Model, era: Era): Shelved =>
  shelved((put) => {
    const training = trainingOf(model.training, 'networks')
    const { origin } = model
    const networks = stateDicts(model).map(([network, dict]) => {
      const entries = dict.map(([name, x]) => [name, put(x)] as const)
      return [network, pyDict(entries, true)] as const
    })
    const has = (network: string): boolean => networks.some(([name]) => name === network)
    const optimisers =
      training === undefined
        ? []
        : order.flatMap((network) =>
            network !== 'predictor' && has(network)
              ? [[`optimizer_${network}`, adamDict(network, model, training, put, era)] as const]
              : []
          )
    return pyDict([
      ...networks,
      ...optimisers,
      ['epoch', training?.epoch ?? origin.epoch ?? 0],
      ['it', training?.iteration ?? origin.iteration ?? 0]
    ])
  })
