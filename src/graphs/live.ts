/**
 * A transfer in three parts that a live session puts together: what is seen in a frame, how the source follows it, what that
 * looks like. The first and the last take frames of many sessions at once; the middle one has the state of one.
 *
 * Source: of our own; together they are `transferFrames`.
 *
 * @since 0.1.0
 */
import { alignment } from '../nodes/alignment.js'
import { type Keypoints, keypoints } from '../nodes/keypoints.js'
import { type FilterState, filterState, oneEuro, type Smoothing } from '../nodes/one-euro.js'
import { record, type Spec, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { detector } from './detector.js'
import { appearance, render } from './generator.js'
import { type Graph, graph, toNode, type Wires } from './graph.js'
import { type Normalisation, normalise } from './normalise.js'
import type { ModelParams } from './params/model.js'

/**
 * A graph whose weights have the names of a network of a model; a step without a name adds no path.
 *
 * @since 0.1.0
 */
export const alone = <I, O>(name: string, inner: Graph<I, O>, scope: string): Graph<I, O> =>
  graph(name, inner.inputs, (inputs, { step }) => step('', toNode(inner), inputs as never, scope) as never) as Graph<
    I,
    O
  >

/**
 * Keypoints of `frames` [B, H, W, C] from 0 to 1: `mean` and `var`, as `detector` gives them.
 *
 * @since 0.1.0
 */
export const detect = (model: ModelParams) =>
  alone('detect', detector(model.common_params, model.kp_detector_params), 'kp_detector')

/**
 * The maps of a `source` [B, H, W, C] from 0 to 1; the outputs are those of `appearance`.
 *
 * @since 0.1.0
 */
export const encode = (model: ModelParams) =>
  alone('encode', appearance(model.common_params, model.generator_params), 'generator')

/**
 * Pictures `prediction` and `deformed` [B, H, W, C] from 0 to 1, `flow` and `mask`, from `motion` and `maps`, all as `render`
 * has them.
 *
 * @since 0.1.0
 */
export const paint = (model: ModelParams) =>
  alone('paint', render(model.common_params, model.generator_params), 'generator')

/**
 * What `follow` is given; `seconds` and `state` with smoothing only. `source` and `initial` are keypoints of one frame
 * [1, K, 2], `driving` of T frames [T, K, 2], in [-1, 1]; `strength` is a scalar from 0 on, `seconds` [T].
 *
 * @since 0.1.0
 */
export interface Following {
  readonly source: Keypoints
  readonly initial: Keypoints
  readonly driving: Keypoints
  readonly strength: tf.Scalar
  readonly seconds?: tf.Tensor1D
  readonly state?: FilterState
}

/**
 * What `follow` gives; `state` with smoothing only. Keypoints of T frames [T, K, 2] in [-1, 1]; `score` [T], from 0 to 2.
 *
 * @since 0.1.0
 */
export interface Followed {
  readonly seen: Keypoints
  readonly aim: Keypoints
  readonly score: tf.Tensor1D
  readonly state?: FilterState
}

/**
 * How a source follows driving frames: `seen`, the driving keypoints (smoothed, where that is wanted), `aim`, those that the
 * source is to have, and `score` [T], how far the driving pose is from the source's.
 *
 * `strength` [] scales relative motion; `seconds` [T] are the times of the frames, which rise; `state` is that of the filter.
 *
 * @category graphs
 * @since 0.1.0
 */
export const follow = (
  { common_params: common }: ModelParams,
  how: Normalisation,
  smoothing: Smoothing | null
): Graph<Following, Followed> => {
  const one = keypoints(common.kp_variance, '1', common.num_kp)
  const driving = keypoints(common.kp_variance, 'B', common.num_kp)
  const given = { source: one, initial: one, driving, strength: tensor('') }
  const inputs = record(
    smoothing === null ? given : { ...given, seconds: tensor('B'), state: filterState(common.num_kp) }
  )
  return graph('follow', inputs as Spec<Following>, ({ seconds, state, ...x }, { step }) => {
    const smooth = (how: Smoothing) =>
      step('smooth', oneEuro(how), { mean: x.driving.mean, seconds: seconds!, state: state! as Wires<FilterState> })
    const steady = smoothing === null ? undefined : smooth(smoothing)
    const seen = steady === undefined ? x.driving : { ...x.driving, mean: steady.mean }
    const aim = step('normalise', toNode(normalise(common, how, true)), { ...x, driving: seen })
    const { score } = step('alignment', alignment, { source: x.source.mean, driving: seen.mean })
    return { seen, aim, score, ...(steady === undefined ? {} : { state: steady.state }) }
  }) as Graph<Following, Followed>
}
