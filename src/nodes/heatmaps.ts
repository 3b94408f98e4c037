/**
 * What is done to keypoint heatmaps before a network reads them.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { body, define, node, real } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * What a heatmap is divided by: a number, or the `sum` of its own pixels.
 *
 * @since 0.1.0
 */
export const NormConst = t.union([t.literal('sum'), real])

/**
 * A heatmap divided by a number, or by its own sum (without an epsilon). `heatmap` is [B, H, W, K] in and out.
 *
 * Source: `MovementEmbeddingModule.normalize_heatmap` in the reference `modules/movement_embedding.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const normaliseHeatmap = define('normaliseHeatmap', t.strict({ by: NormConst }), ({ by }) =>
  body(
    { inputs: record({ heatmap: tensor('B H W K') }), outputs: record({ heatmap: tensor('B H W K') }) },
    ({ heatmap }) => ({ heatmap: tf.div(heatmap, by === 'sum' ? tf.sum(heatmap, [1, 2], true) : by) }),
    by === 'sum'
      ? {}
      : {
          pullback: {
            inputs: [],
            outputs: [],
            run: ({ cotangents: { heatmap } }) => ({ inputs: { heatmap: tf.div(heatmap!, by) } })
          }
        }
  )
)

/**
 * `heatmap` [B, H, W, K], the driving heatmap minus the source's; one source serves a whole batch. `driving` [B, H, W, K],
 * `source` [1|B, H, W, K]; each from -1 to 1 where both are from 0 to 1.
 *
 * Source: `heatmap_type: difference` in `MovementEmbeddingModule.forward` of the reference `modules/movement_embedding.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const heatmapDifference = node(
  'heatmapDifference',
  {
    inputs: record({ driving: tensor('B H W K'), source: tensor('1|B H W K') }),
    outputs: record({ heatmap: tensor('B H W K') })
  },
  ({ driving, source }) => ({ heatmap: tf.sub(driving, source) })
)
