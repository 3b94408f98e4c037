import type { Sink, Source } from '../nodes/node.js'
import { record } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { asSequence, framesAt } from '../nodes/timeline.js'
import { compared, type Framing, frame, shownIn } from './animate.js'
import { detector } from './detector.js'
import { generator } from './generator.js'
import { graph, toNode, type Wire } from './graph.js'
import type { ModelParams } from './params/model.js'
import { type Foresight, foresee } from './predictor.js'

/**
 * What a predicted film is made of. Pictures come as [1, H, W, 3], frames as [T, H, W, 3] from 0 to 1, numbers of frames as
 * [T], from 0 on.
 *
 * @since 0.1.0
 */
export interface Prediction extends Omit<Foresight, 'common'> {
  readonly model: ModelParams
  readonly source: Source<{ readonly image: tf.Tensor4D }>
  /** The frames whose keypoints the motion begins with, as many as the predictor keeps. */
  readonly beginning: Source<{ readonly frames: tf.Tensor4D }>
  /** The numbers of the frames that are made. */
  readonly count: Source<{ readonly index: tf.Tensor1D }>
  readonly framing: Framing
  readonly films: ReadonlyArray<{
    readonly sink: Sink<{ readonly frames: tf.Tensor4D }>
    /** Show the way to the result: source, prediction with the predicted keypoints, deformed source, prediction. */
    readonly compare: boolean
  }>
}

/**
 * A film of one picture: what `keyflow predict` runs. The source and all keypoints are held; `mean` [T, K, 2] are those of the
 * frames of each tick, in [-1, 1].
 *
 * Source: Monkey-Net (CVPR 2019), section 4.2; the second half of the reference `prediction.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const predict = ({ model, framing, films, source: picture, beginning, count, ...foresight }: Prediction) =>
  graph('predict', record({}), (_, draw) => {
    const { step } = draw
    const { common_params: common } = model
    const k = common.num_kp
    const side = common.kp_variance === 'matrix' ? 2 : 1
    const dims = { mean: `${k} 2`, var: `${k} ${side} ${side}` } as const
    const source = step('source', picture, {}).image
    const seen = step('beginning', beginning, {})
    const detect = toNode(detector(common, model.kp_detector_params))
    const from = step('from', detect, { frames: source }, 'kp_detector')
    const start = step('start', detect, seen, 'kp_detector')
    const sequence = (part: 'mean' | 'var', x: Wire<tf.Tensor>) =>
      step(`${part}Sequence`, asSequence({ dims: dims[part] }), { x }).y
    const given = {
      mean: sequence('mean', start.mean),
      ...(start.var === undefined ? {} : { var: sequence('var', start.var) })
    }
    const all = step('foresee', toNode(foresee({ common, ...foresight })), given as never, '')
    const { index } = step('count', count, {})
    const now = (part: 'mean' | 'var', x: Wire<tf.Tensor>) =>
      step(`${part}Now`, framesAt({ dims: dims[part] }), { x, index }).y
    const to = { mean: now('mean', all.mean), ...(all.var === undefined ? {} : { var: now('var', all.var) }) }
    const generate = toNode(generator(common, model.generator_params))
    const made = step('generate', generate, { source, from, to: to as never }, 'generator')
    const aim = { frames: made.prediction, mean: to.mean }
    const comparison = () => compared({ frames: source, mean: from.mean }, aim, made, framing, draw)
    shownIn(films, frame('prediction', made.prediction, framing, draw), comparison, draw)
    return { mean: to.mean as Wire<tf.Tensor3D> }
  })
