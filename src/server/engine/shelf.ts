/**
 * Models that are open in the engine: loaded when a session wants one, closed some time after the last has gone.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { networkSize } from '../../io/animation/plan.js'
import { readModel, valuesOf } from '../../io/model/model.js'
import type { Problem } from '../../io/problem/problem.js'
import { attempt } from '../../io/run/compute.js'
import type { Values } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { type Live, live, livePrograms, liveWeights } from '../../streams/live.js'
import type { Vitals } from './wire.js'

/** A model that is open, with its channels. */
export interface Loaded extends Live {
  readonly channels: number
}

/**
 * The open models. Every `take` that succeeds is given `back`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Shelf {
  readonly take: (path: string) => Promise<E.Either<Problem, Loaded>>
  readonly get: (path: string) => Loaded | undefined
  readonly back: (path: string) => void
  /** Milliseconds and runs of each node since the last time, by model and program. */
  readonly profile: () => Vitals['nodes']
}

/** Milliseconds after which a model that nobody uses is closed. */
const patience = 60_000

interface Held {
  readonly loaded: Loaded
  readonly values: Values
  users: number
  timer: NodeJS.Timeout | undefined
}

type Times = Record<string, Record<string, readonly [milliseconds: number, runs: number]>>

const load = (path: string, times: Times): TE.TaskEither<Problem, Held> =>
  pipe(
    readModel(path),
    TE.bindTo('model'),
    TE.bind('size', ({ model }) => TE.fromEither(networkSize(model.config, undefined))),
    TE.flatMap(({ model, size }) =>
      attempt((): Held => {
        const params = model.config.model_params
        const programs = livePrograms(params)
        const values = valuesOf(model, liveWeights(programs))
        const profile = (node: string, _: string, ms: number, program: string): void => {
          times[program] ??= {}
          const [before, runs] = times[program][node] ?? [0, 0]
          times[program][node] = [before + ms, runs + 1]
        }
        const loaded = { ...live(programs, values, size, { profile }), channels: params.common_params.num_channels }
        return { loaded, values, users: 0, timer: undefined }
      })
    )
  )

/**
 * A shelf with nothing on it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openShelf = (): Shelf => {
  const held = new Map<string, Held>()
  const loading = new Map<string, Promise<E.Either<Problem, Held>>>()
  const times = new Map<string, Times>()

  const close = (path: string): void => {
    const own = held.get(path)
    if (own === undefined || own.users > 0) return
    held.delete(path)
    own.loaded.close()
    tf.dispose(own.values as tf.TensorContainer)
  }
  const fetch = async (path: string): Promise<E.Either<Problem, Held>> => {
    const known = held.get(path)
    if (known !== undefined) return E.right(known)
    const own = times.get(path) ?? {}
    times.set(path, own)
    const under = loading.get(path) ?? load(path, own)()
    loading.set(path, under)
    const result = await under
    loading.delete(path)
    if (E.isRight(result)) held.set(path, result.right)
    return result
  }
  return {
    take: async (path) => {
      const result = await fetch(path)
      if (E.isLeft(result)) return result
      result.right.users += 1
      clearTimeout(result.right.timer)
      return E.right(result.right.loaded)
    },
    get: (path) => held.get(path)?.loaded,
    back: (path) => {
      const own = held.get(path)
      if (own === undefined) return
      own.users -= 1
      if (own.users === 0) own.timer = setTimeout(() => close(path), patience).unref()
    },
    profile: () => {
      const all = Object.fromEntries([...times].map(([path, programs]) => [path, { ...programs }]))
      for (const programs of times.values()) for (const program of Object.keys(programs)) delete programs[program]
      return all
    }
  }
}
