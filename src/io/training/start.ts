/**
 * Where training starts: at chance, at a model, or where its run stands.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Program } from '../../graphs/plan.js'
import { initial } from '../../graphs/run.js'
import type { TrainingState } from '../../graphs/training.js'
import { type Model, readModel } from '../model/model.js'
import { complaint, gather } from '../problem/complaint.js'
import { type Problem, showProblem } from '../problem/problem.js'
import { float32Of } from '../safetensors/safetensors.js'
import { newest } from './keep.js'
import { isMoment, stateOf } from './state.js'

/**
 * A start: how far training is, and its state, which is made when it is asked for and belongs to whoever asks.
 *
 * @category model
 * @since 0.1.0
 */
export interface Beginning extends Pick<TrainingState, 'iteration' | 'epoch' | 'index'> {
  readonly state: () => TrainingState
}

const zero = { iteration: 0, epoch: 0, index: 0 }
const fresh = { adam: { generator: 0, kp_detector: 0, discriminator: 0 }, ...zero }

/** A start at a place in training. */
const startingAt = (place: Omit<Beginning, 'state'>, state: () => TrainingState): Beginning => {
  const { iteration, epoch, index } = place
  return { iteration, epoch, index, state: () => ({ ...state(), iteration, epoch, index }) }
}

/**
 * The start of a new run: at chance; at a model, going on with its training where it has a state of it; or, in a fine-tuning,
 * at its weights alone. A place in the data that is beyond its epochs, which have `perEpoch` batches, is the first of its epoch.
 *
 * @category constructors
 * @since 0.1.0
 */
export const beginning = (
  program: Program<any, any>,
  seed: number,
  init: Model | undefined,
  fineTune: boolean,
  perEpoch: number
): Beginning => {
  const paths = Object.keys(program.weights)
  if (init === undefined) return startingAt(zero, () => ({ values: initial(program, seed), ...fresh }))
  const { training, ...bare } = init
  if (training === undefined || fineTune) return startingAt(zero, () => ({ ...stateOf(bare, paths), ...fresh }))
  const index = training.index < perEpoch ? training.index : 0
  return startingAt({ ...training, index }, () => stateOf(init, paths))
}

/**
 * Where a run stands: at its newest whole checkpoint, if it has one; those that could not be read are told.
 *
 * Fails with `FileTrouble` where the folder cannot be read.
 *
 * @category files
 * @since 0.1.0
 */
export const standingAt = (
  checkpoints: string,
  program: Program<any, any>,
  say: (line: string) => void
): TE.TaskEither<Problem, (Beginning & { readonly path: string }) | undefined> =>
  pipe(
    newest(checkpoints, readModel),
    TE.map(({ found, broken }) => {
      for (const problem of broken) say(`passed over a checkpoint: ${showProblem(problem)}`)
      if (found === undefined) return undefined
      const { value, path } = found
      const place = value.training ?? { ...zero, iteration: found.step }
      return { ...startingAt(place, () => stateOf(value, Object.keys(program.weights))), path }
    })
  )

/**
 * Whether training can start at a model: it has all weights of the program, in their shapes, and all numbers are finite.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startable = (file: string, program: Program<any, any>, model: Model): E.Either<Problem, Model> => {
  const bad = complaint(file)
  const [first, ...rest] = Object.entries(program.weights).flatMap(([path, { spec }]): ReadonlyArray<Problem> => {
    if (isMoment(path)) return []
    const [due, stored] = [spec.leaves[0]!.dims.join(' '), model.tensors[path]]
    if (stored === undefined) return [bad(path, `a weight of shape ${due}`, 'nothing')]
    const shape = stored.shape.join(' ')
    if (shape !== due) return [bad(path, `shape ${due}, as the configuration has it`, shape)]
    const all = [stored, model.training?.moments.m[path], model.training?.moments.v[path]]
    const odd = all.flatMap((x) => (x === undefined ? [] : (float32Of(x).find((v) => !Number.isFinite(v)) ?? [])))
    return odd.length === 0 ? [] : [bad(path, 'finite numbers', String(odd[0]))]
  })
  return first === undefined ? E.right(model) : E.left(gather(first, rest, 10))
}
