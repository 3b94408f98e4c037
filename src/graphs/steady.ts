/**
 * State of driving keypoints across the ticks of a program: where the motion starts, and what the filter knows.
 *
 * @since 0.1.0
 */
import type { Keypoints } from '../nodes/keypoints.js'
import { frameTimes, recall, remember, renewed, resumeFilter } from '../nodes/memory.js'
import { oneEuro, type Smoothing } from '../nodes/one-euro.js'
import type * as tf from '../nodes/tf.js'
import type { Draw, Wire, Wires } from './graph.js'
import { firstKeypoints } from './normalise.js'
import type { CommonParams } from './params/model.js'

/** How driving keypoints are treated before the source follows them. */
export interface Steadiness {
  readonly smoothing: Smoothing | null
  /** Times in seconds at which motion starts anew. */
  readonly recalibrate: ReadonlyArray<number>
  /** It may also start anew when whoever plays the graph says so. */
  readonly onRequest?: boolean
}

type Points = Wires<Keypoints>

/** A wire that was kept from tick to tick, with what is kept of this one. */
const kept = (name: string, dims: string, { step }: Draw) => ({
  before: step(`${name}Before`, recall({ name, dims }), {}).x as Wire<any>,
  keep: (x: Wire<any>): void => void step(`${name}Kept`, remember({ name, dims }), { x })
})

const smoothed = (
  seen: Points,
  seconds: Wire<tf.Tensor1D>,
  fresh: Wire<tf.Scalar>,
  how: Smoothing,
  k: number,
  draw: Draw
) => {
  const [mean, speed] = ['filteredMean', 'filteredSpeed'].map((name) => kept(name, `1 ${k} 2`, draw)) as [
    ReturnType<typeof kept>,
    ReturnType<typeof kept>
  ]
  const { state } = draw.step('resume', resumeFilter, { fresh, mean: mean.before, speed: speed.before })
  const steady = draw.step('smooth', oneEuro(how), { mean: seen.mean, seconds, state })
  mean.keep(steady.state.mean)
  speed.keep(steady.state.speed)
  return { ...seen, mean: steady.mean }
}

/** The keypoints where the motion of a tick starts: those of its first frame where it is fresh, else as before. */
const restarted = (seen: Points, fresh: Wire<tf.Scalar>, common: CommonParams, draw: Draw): Points => {
  const first = firstKeypoints('first', seen, common, draw)
  const side = common.kp_variance === 'matrix' ? 2 : 1
  const renew = (name: string, now: Wire<any>, dims: string): Wire<any> => {
    const memory = kept(name, dims, draw)
    const { x } = draw.step(name, renewed({ dims }), { fresh, now, before: memory.before })
    memory.keep(x)
    return x
  }
  const mean = renew('startMean', first.mean, `1 ${common.num_kp} 2`)
  if (first.var === undefined) return { mean }
  return { mean, var: renew('startVar', first.var, `1 ${common.num_kp} ${side} ${side}`) }
}

/**
 * Driving keypoints smoothed, where that is wanted, and the keypoints where their motion starts: `initial`, unless motion
 * may start anew. Both are the same however the frames are cut into ticks.
 *
 * @category graphs
 * @since 0.1.0
 */
export const steadied = (
  seen: Points,
  initial: () => Points,
  { smoothing, recalibrate, onRequest = false }: Steadiness,
  common: CommonParams,
  draw: Draw
): { readonly driving: Points; readonly initial: Points } => {
  const once = recalibrate.length === 0 && !onRequest
  if (smoothing === null && once) return { driving: seen, initial: initial() }
  const { seconds, fresh } = draw.step('times', frameTimes({ starts: recalibrate }), {})
  const driving = smoothing === null ? seen : smoothed(seen, seconds, fresh, smoothing, common.num_kp, draw)
  return { driving, initial: once ? initial() : restarted(driving, fresh, common, draw) }
}
