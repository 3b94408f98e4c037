import { sequenceLoss } from '../nodes/losses.js'
import { record, type Spec, tensor } from '../nodes/spec.js'
import { sum } from '../nodes/sum.js'
import type * as tf from '../nodes/tf.js'
import { type Graph, graph, toNode } from './graph.js'
import { adamOf } from './iteration.js'
import type { Learning } from './learning.js'
import type { CommonParams } from './params/model.js'
import { type Masked, maskSpecs, predictor, type RnnParams, type Span, sequenceSpecs } from './predictor.js'

/**
 * Sequences to learn from, masks of dropout where there is some, and the step size of Adam. Positions [B, T, K, 2] in [-1, 1];
 * the step size is a scalar.
 *
 * @since 0.1.0
 */
export interface PredictorInputs extends Masked {
  readonly sizes: { readonly predictor: tf.Scalar }
}

/**
 * What is lost: `loss`, the sum of `mean`, that of the positions, and `var`, that of the variances where there is one. Each is
 * a scalar from 0 on; that of positions is in units of [-1, 1].
 *
 * @since 0.1.0
 */
export interface PredictorLosses {
  readonly losses: Readonly<Record<string, tf.Scalar>>
}

/** The network whose dropout acts is one of several layers. */
export const drops = ({ num_layers, dropout = 0 }: RnnParams & { readonly dropout?: number }): boolean =>
  num_layers > 1 && dropout > 0

/**
 * One iteration of the predictor's training on sequences of `frames` frames: the mean absolute difference of positions,
 * and of variances that are matrices, after the `keep` first frames.
 *
 * Source: the first half of the reference `prediction.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const predictorIteration = (
  common: CommonParams,
  rnn: RnnParams & { readonly dropout?: number },
  span: Span
): Graph<PredictorInputs, PredictorLosses> => {
  const inputs = record({
    ...sequenceSpecs(common, String(span.frames)),
    ...(drops(rnn) ? { masks: maskSpecs(rnn, span) } : {}),
    sizes: record({ predictor: tensor('') })
  }) as Spec<PredictorInputs>
  return graph('predictorIteration', inputs, ({ sizes: _, ...given }, { step }) => {
    const predict = toNode(predictor(common, rnn, span, drops(rnn)))
    const made = step('predict', predict, given as never, 'predictor')
    const lose = (part: 'mean' | 'var', dims: string) =>
      step(part, sequenceLoss({ from: span.keep, dims }), { a: made[part] as never, b: given[part] as never }).loss
    const mean = lose('mean', `${common.num_kp} 2`)
    const parts = { mean, ...(given.var === undefined ? {} : { var: lose('var', `${common.num_kp} 2 2`) }) }
    const wires = Object.values(parts)
    const total = Object.fromEntries(wires.map((x, i) => [`x${i}`, x]))
    return { losses: { loss: step('loss', sum({ of: wires.length, dims: '' }), total).y, ...parts } }
  }) as unknown as Graph<PredictorInputs, PredictorLosses>
}

/** Decays of PyTorch's Adam where none are given. */
export const predictorDecays = { first: 0.9, second: 0.999 } as const

/**
 * How the iteration is compiled: the predictor learns, by PyTorch's plain Adam.
 *
 * @category graphs
 * @since 0.1.0
 */
export const predictorLearning: Learning = {
  objectives: [{ loss: 'losses.loss', of: (weight) => weight.startsWith('predictor.') }],
  optimiser: adamOf(predictorDecays)
}
