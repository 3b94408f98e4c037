import { gaussian2kp } from '../nodes/gaussian2kp.js'
import { rescale } from '../nodes/resize.js'
import { spatialSoftmax } from '../nodes/spatial-softmax.js'
import { record, tensor } from '../nodes/spec.js'
import { hourglass } from './blocks.js'
import { graph, toNode } from './graph.js'
import type { CommonParams, DetectorParams } from './params/model.js'

/**
 * Keypoints of pictures `frames` [B, H, W, C] from 0 to 1: one heatmap each from a U-Net, softmax, mean and variance.
 *
 * Taps: `logits`, `heatmap`. Weights are named from the original's `kp_detector`.
 *
 * `mean` [B, K, 2], (x, y) in [-1, 1]; `var` [B, K, 2, 2] or [B, K, 1, 1] unless variance is a constant.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.2; `KPDetector` in the reference `modules/keypoint_detector.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const detector = (common: CommonParams, params: DetectorParams) =>
  graph(
    'detector',
    record({ frames: tensor(`B H W ${common.num_channels}` as 'B H W C') }),
    ({ frames }, { step, tap }) => {
      const x =
        params.scale_factor === 1 ? frames : step('scale', rescale({ factor: params.scale_factor }), { x: frames }).y
      const predictor = toNode(hourglass(params, common.num_channels, common.num_kp))
      const logits = step('predictor', predictor, { x }).y
      const { heatmap } = step('softmax', spatialSoftmax({ temperature: params.temperature }), { logits })
      tap('logits', logits)
      tap('heatmap', heatmap)
      return step('points', gaussian2kp({ variance: common.kp_variance, clip: params.clip_variance ?? 0 }), { heatmap })
    }
  )
