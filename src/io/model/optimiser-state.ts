/**
 * The training state that a checkpoint of the original keeps in its optimisers.
 *
 * A state dictionary of Adam numbers the parameters (old ones by arbitrary numbers, which `params` lists); the
 * parameters have the order of the network's own state dictionary.
 *
 * Source: `train.py`, `logger.py` of the reference implementation; `torch/optim/optimizer.py` of PyTorch.
 *
 * @since 0.1.0
 */
import * as A from 'fp-ts/lib/Array.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { real } from '../../graphs/params/leaf.js'
import { brief } from '../../nodes/object.js'
import { type CheckpointDict, type CheckpointValue, isDict, isTensor, tensorsIn } from '../checkpoint/checkpoint.js'
import type { Config } from '../config/config.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { float32Of, type StoredTensor } from '../safetensors/safetensors.js'
import { fromOriginal, isParameter } from './layout.js'
import { adamSettings, type StoredTensors, type Training, trainedNetworks } from './training-state.js'

type Network = (typeof trainedNetworks)[number]

/** What Adam made of one network so far. */
interface NetworkState {
  readonly steps: number
  readonly m: StoredTensors
  readonly v: StoredTensors
  /** Learning rates before any schedule, one a group. */
  readonly rates: ReadonlyArray<number>
}

const unstepped: NetworkState = { steps: 0, m: {}, v: {}, rates: [] }

const keyOf = (network: Network) => `optimizer_${network}`

/**
 * Whether a checkpoint carries the state of an optimiser.
 *
 * @category model
 * @since 0.1.0
 */
export const hasOptimiser = (checkpoint: CheckpointDict): boolean =>
  trainedNetworks.some((network) => checkpoint.has(keyOf(network)))

const identity = new t.Type<number | bigint>(
  'number of a parameter',
  (u): u is number | bigint => typeof u === 'number' || typeof u === 'bigint',
  (u, c) => (typeof u === 'number' || typeof u === 'bigint' ? t.success(u) : t.failure(u, c)),
  t.identity
)

/** A group of parameters; that it is of Adam, the settings say. */
const Group = t.intersection([
  t.type({ lr: real, betas: t.tuple([real, real]), eps: real, params: t.array(identity) }),
  t.partial({ initial_lr: real })
])

/** Settings that change what Adam does, and the values with which the original trains. */
const settings: Readonly<Record<string, CheckpointValue>> = {
  ...adamSettings,
  weight_decay: 0,
  amsgrad: false,
  maximize: false,
  decoupled_weight_decay: false
}

const remedy = '(or --weights-only, to import without the training state)'

/** A value for a message, and to compare it by. */
const shown = (v: CheckpointValue): string => {
  if (isTensor(v)) return 'a tensor'
  if (isDict(v)) return 'a dictionary'
  return Array.isArray(v) ? `[${v.slice(0, 9).map(shown).join(', ')}]` : typeof v === 'bigint' ? `${v}` : brief(v)
}

/** A group with its settings checked, or everything that training here would do otherwise. */
const groupOf = (file: string, at: string, value: CheckpointValue): E.Either<Problem, t.TypeOf<typeof Group>> => {
  const bad = complaint(file)
  const u = isDict(value) ? Object.fromEntries(value) : value
  if (!Group.is(u)) return E.left(bad(at, 'lr, betas, eps and params of Adam', isDict(value) ? 'others' : shown(value)))
  const [first, ...rest] = Object.entries(settings).flatMap(([key, due]) => {
    const [is, was] = [shown((value as CheckpointDict).get(key) ?? due), shown(due)]
    return is === was ? [] : [bad(`${at}.${key}`, `${was}, as the original trains ${remedy}`, is)]
  })
  return first === undefined ? E.right(u) : E.left(gather(first, rest))
}

/** The steps of a parameter: old optimisers count in a number, new ones in a tensor. */
const stepsOf = (v: CheckpointValue | undefined): number | undefined => {
  const n = isTensor(v) && v.shape.length === 0 ? float32Of(v)[0] : v
  return typeof n === 'number' && Number.isSafeInteger(n) && n >= 0 ? n : undefined
}

/** What Adam keeps of one parameter. */
interface Slot {
  readonly name: string
  readonly steps: number
  readonly m: StoredTensor
  readonly v: StoredTensor
}

const slotOf = (
  file: string,
  at: string,
  [name, weight]: readonly [string, StoredTensor],
  value: CheckpointValue
): E.Either<Problem, Slot> => {
  const bad = complaint(file)
  const get = (key: string) => (isDict(value) ? value.get(key) : undefined)
  const moment = (key: string): E.Either<Problem, StoredTensor> => {
    const x = get(key)
    return isTensor(x) && x.shape.join() === weight.shape.join()
      ? E.right(fromOriginal(x))
      : E.left(
          bad(
            `${at}.${key}`,
            `a tensor [${weight.shape.join(', ')}], as ${name}`,
            isTensor(x) ? `[${x.shape.join(', ')}]` : 'none'
          )
        )
  }
  const steps = stepsOf(get('step'))
  return pipe(
    steps === undefined ? E.left(bad(`${at}.step`, 'a whole number', 'something else')) : E.right(steps),
    E.bindTo('steps'),
    E.bind('m', () => moment('exp_avg')),
    E.bind('v', () => moment('exp_avg_sq')),
    E.map((rest) => ({ name, ...rest }))
  )
}

/** The state of one optimiser by the full names of the weights. */
const networkState = (file: string, network: Network, checkpoint: CheckpointDict): E.Either<Problem, NetworkState> => {
  const bad = complaint(file)
  const optimiser = checkpoint.get(keyOf(network))
  if (optimiser === undefined) return E.right(unstepped)
  const [state, groups] = isDict(optimiser) ? [optimiser.get('state'), optimiser.get('param_groups')] : []
  if (!isDict(state) || !Array.isArray(groups))
    return E.left(bad(keyOf(network), 'a dictionary with state and param_groups', 'something else'))
  const parameters = tensorsIn(checkpoint.get(network)).filter(([name]) => isParameter(name))
  return pipe(
    groups.map((group: CheckpointValue, i) => groupOf(file, `${keyOf(network)}.param_groups.${i}`, group)),
    A.sequence(E.Applicative),
    E.flatMap((all) => {
      const ids = all.flatMap(({ params }) => params)
      const places = new Map(ids.map((id, i) => [id, i]))
      if (ids.length !== parameters.length || places.size !== ids.length)
        return E.left(
          bad(`${keyOf(network)}.param_groups`, `${parameters.length} parameters, each once`, `${ids.length}`)
        )
      return pipe(
        [...state].map(([id, value]) => {
          const parameter = typeof id === 'string' ? undefined : parameters[places.get(id) ?? -1]
          const at = `${keyOf(network)}.state.${id}`
          return parameter === undefined
            ? E.left(bad(at, 'a parameter that param_groups lists', 'another'))
            : slotOf(file, at, [`${network}.${parameter[0]}`, parameter[1]], value)
        }),
        A.sequence(E.Applicative),
        E.flatMap((slots) => joined(file, network, slots)),
        E.map((one) => ({ ...one, rates: all.map(({ lr, initial_lr }) => initial_lr ?? lr) }))
      )
    })
  )
}

/** The slots of one network, all of which must have made as many steps. */
const joined = (
  file: string,
  network: Network,
  slots: ReadonlyArray<Slot>
): E.Either<Problem, Omit<NetworkState, 'rates'>> => {
  const steps = slots[0]?.steps ?? 0
  const other = slots.find((slot) => slot.steps !== steps)
  if (other !== undefined)
    return E.left(
      complaint(file)(`${keyOf(network)}.state`, `${steps} steps of every parameter`, `${other.steps} of ${other.name}`)
    )
  const each = (key: 'm' | 'v'): StoredTensors => Object.fromEntries(slots.map((slot) => [slot.name, slot[key]]))
  return E.right({ steps, m: each('m'), v: each('v') })
}

const wholeAt = (file: string, checkpoint: CheckpointDict, key: string): E.Either<Problem, number> => {
  const n = stepsOf(checkpoint.get(key) ?? 0)
  return n === undefined ? E.left(complaint(file)(key, 'a whole number', 'something else')) : E.right(n)
}

/**
 * The training state of a checkpoint, none if it has no optimiser; everything that training here would do otherwise is a
 * problem, but for the learning rate: that of the configuration rules, and a note says so.
 *
 * @category constructors
 * @since 0.1.0
 */
export const optimiserState = (
  file: string,
  config: Config,
  checkpoint: CheckpointDict
): E.Either<Problem, { readonly training: Training | undefined; readonly notes: ReadonlyArray<string> }> => {
  if (!hasOptimiser(checkpoint)) return E.right({ training: undefined, notes: [] })
  const of = (network: Network) => () => networkState(file, network, checkpoint)
  return pipe(
    E.Do,
    E.bind('generator', of('generator')),
    E.bind('kp_detector', of('kp_detector')),
    E.bind('discriminator', of('discriminator')),
    E.bind('iteration', () => wholeAt(file, checkpoint, 'it')),
    E.bind('epoch', () => wholeAt(file, checkpoint, 'epoch')),
    E.map(({ generator, kp_detector, discriminator, iteration, epoch }) => {
      const all = [generator, kp_detector, discriminator]
      const adam = { generator: generator.steps, kp_detector: kp_detector.steps, discriminator: discriminator.steps }
      const merged = (key: 'm' | 'v'): StoredTensors => Object.assign({}, ...all.map((one) => one[key]))
      const due = config.train_params?.lr
      const rates = [...new Set(all.flatMap((one) => one.rates))].filter((rate) => due !== undefined && rate !== due)
      return {
        training: { iteration, epoch, index: 0, adam, moments: { m: merged('m'), v: merged('v') } },
        notes: rates.map(
          (rate) => `the learning rate was ${rate}; training goes on with ${due}, as the configuration says`
        )
      }
    })
  )
}
