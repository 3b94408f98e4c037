import * as t from 'io-ts'
import { body, define } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * How far each keypoint must be moved back: source minus driving, (x, y) in the units of the grid, in which a picture reaches
 * from -1 to 1.
 *
 * With `background`, a first "keypoint" that stays where it is.
 *
 * `source` [1|B, K, 2] and `driving` [B, K, 2] give `difference` [B, K, 2], with a background [B, K+1, 2].
 *
 * Source: `kp_video_diff` in the reference `modules/movement_embedding.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const keypointDifference = define('keypointDifference', t.strict({ background: t.boolean }), ({ background }) =>
  body(
    {
      inputs: record({ source: tensor('1|B K 2'), driving: tensor('B K 2') }),
      outputs: record({ difference: tensor(background ? ('B K+1 2' as 'B K 2') : 'B K 2') })
    },
    ({ source, driving }) => {
      const difference = tf.sub(source, driving) // B K 2
      return {
        difference: background
          ? tf.pad(difference, [
              [0, 0],
              [1, 0],
              [0, 0]
            ])
          : difference
      }
    }
  )
)
