/**
 * The forms that nodes take in training.
 *
 * @since 0.1.0
 */
import { batchNormTraining } from '../nodes/batch-norm-training.js'
import { record, tensor } from '../nodes/spec.js'
import { graph } from './graph.js'
import type { Rule } from './rewrite.js'

const input = record({ x: tensor('B H W C') })

/** Batch norm: with the statistics of the batch, and the running ones moved towards them. */
const statistics: Rule = {
  name: 'statistics',
  chain: ['batchNorm'],
  to: ([n]) => {
    const { features } = n!.settings as { readonly features: number }
    return graph('statistics', input, ({ x }, { step }) => {
      const { y } = step('batch', batchNormTraining({ features }), { x })
      return { y }
    })
  }
}

/**
 * What training computes where evaluation would use running statistics: what the original's `train()` does.
 *
 * @category constructors
 * @since 0.1.0
 */
export const trainingMode: ReadonlyArray<Rule> = [statistics]

/**
 * The same function in fewer passes, longest chain first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const trainingForms: ReadonlyArray<Rule> = trainingMode
