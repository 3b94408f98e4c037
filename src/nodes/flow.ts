/**
 * From the output of the dense motion network to an optical flow: where each pixel of the output reads the source.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { grid } from './grid.js'
import { body, define, node, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * How much each keypoint's motion counts at each pixel, background first: softmax over the first `keypoints+1` channels.
 * `prediction` [B, H, W, C] gives `mask` [B, H, W, K+1], each from 0 to 1, 1 together.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.3; `DenseMotionModule.forward` in the reference `modules/dense_motion_module.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const motionMask = define('motionMask', t.strict({ keypoints: whole }), ({ keypoints }) =>
  body(
    {
      inputs: record({ prediction: tensor('B H W C') }),
      outputs: record({ mask: tensor(`B H W ${keypoints + 1}` as 'B H W K') })
    },
    ({ prediction }) => ({ mask: tf.softmax(tf.slice(prediction, 0, [-1, -1, -1, keypoints + 1])) })
  )
)

/**
 * Coarse flow: the differences of the keypoints mixed by the mask, `relative` [B, H, W, 2] is
 * `sum over k of mask_k * difference_k`. `mask` [B, H, W, K+1] and `difference` [B, K+1, 2], where 2 is the way from the first
 * pixel centre to the last; both with the background first.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.3; `use_mask` in `DenseMotionModule` of the reference
 * `modules/dense_motion_module.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const maskedMotion = node(
  'maskedMotion',
  {
    inputs: record({ mask: tensor('B H W K'), difference: tensor('B K 2') }),
    outputs: record({ relative: tensor('B H W 2') })
  },
  ({ mask, difference }) => {
    const [b, h, w, k] = mask.shape
    return { relative: tf.reshape(tf.matMul(tf.reshape(mask, [b, h * w, k]), difference), [b, h, w, 2]) }
  }
)

/**
 * Fine flow: the last two channels of the prediction. `prediction` [B, H, W, C] gives `relative` [B, H, W, 2], (x, y), where 2
 * is the way from the first pixel centre to the last.
 *
 * Source: `use_correction` in `DenseMotionModule` of the reference `modules/dense_motion_module.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const correction = node(
  'correction',
  { inputs: record({ prediction: tensor('B H W C') }), outputs: record({ relative: tensor('B H W 2') }) },
  ({ prediction }) => ({ relative: tf.slice(prediction, [0, 0, 0, prediction.shape[3] - 2]) })
)

/**
 * Absolute sampling positions, (x, y) in [-1, 1] inside the picture: the grid plus a relative flow. `relative` and `flow`
 * [B, H, W, 2].
 *
 * Source: the sum with `make_coordinate_grid` in `DenseMotionModule.forward` of the reference
 * `modules/dense_motion_module.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const absoluteFlow = node(
  'absoluteFlow',
  { inputs: record({ relative: tensor('B H W 2') }), outputs: record({ flow: tensor('B H W 2') }) },
  ({ relative }) => ({ flow: tf.add(relative, grid(relative.shape[1], relative.shape[2])) })
)

/**
 * The flow that moves nothing, at the size of the source, one for each driving sample. `like` [1|B, H, W, C] gives the size
 * and `driving` [B, K, 2] the batch; `flow` [B, H, W, 2] holds (x, y) from -1 to 1.
 *
 * Source: `IdentityDeformation` in the reference `modules/dense_motion_module.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const identityFlow = node(
  'identityFlow',
  {
    inputs: record({ like: tensor('1|B H W C'), driving: tensor('B K 2') }),
    outputs: record({ flow: tensor('B H W 2') })
  },
  ({ like, driving }) => {
    const [, h, w] = like.shape
    return { flow: tf.tile(tf.expandDims(grid(h, w), 0), [driving.shape[0], 1, 1, 1]) }
  },
  { shapes: ['like', 'driving'], pullback: 'none' }
)
