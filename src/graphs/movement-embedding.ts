import { deformedSource } from '../nodes/deformed-source.js'
import { heatmapDifference, normaliseHeatmap } from '../nodes/heatmaps.js'
import { interleave } from '../nodes/interleave.js'
import { keypointDifference } from '../nodes/keypoint-difference.js'
import { type Keypoints, keypoints } from '../nodes/keypoints.js'
import { kp2gaussian } from '../nodes/kp2gaussian.js'
import { rescale } from '../nodes/resize.js'
import type { Spec } from '../nodes/spec.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import type { Wires } from './graph.js'
import { graph } from './graph.js'
import type { CommonParams, Embedding } from './params/model.js'

/**
 * A source picture with its keypoints, and the keypoints that drive it. One source may serve a whole batch. `source`
 * [1|B, H, W, C] from 0 to 1; `from` [1|B, K, 2] and `to` [B, K, 2] in [-1, 1].
 *
 * @since 0.1.0
 */
export interface Motion {
  readonly source: tf.Tensor4D
  readonly from: Keypoints
  readonly to: Keypoints
}

/**
 * The spec of a `Motion`: `source` [1|B, H, W, C], `from` the source's keypoints, `to` the driving ones.
 *
 * @since 0.1.0
 */
export const motion = ({ num_channels, num_kp, kp_variance }: CommonParams): Spec<Motion> =>
  record({
    source: tensor(`1|B H W ${num_channels}` as 'B H W C'),
    from: keypoints(kp_variance, '1|B', num_kp),
    to: keypoints(kp_variance, 'B', num_kp)
  })

/** How many channels an embedding has. */
export const embeddingChannels = ({ num_channels, num_kp }: CommonParams, params: Embedding | null): number =>
  params === null
    ? 0
    : ((params.use_heatmap ? 1 : 0) +
        (params.use_difference ? 2 : 0) +
        (params.use_deformed_source_image ? num_channels : 0)) *
      (num_kp + (params.add_bg_feature_map ? 1 : 0))

/**
 * What a network sees of a motion, as feature maps: per keypoint its heatmap (or the difference of two), its
 * displacement and the source displaced by it.
 *
 * `embedding` [B, h, w, C], h and w being H and W times `scale_factor`; displacements are in units of [-1, 1], the displaced
 * source from 0 to 1.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.3; `MovementEmbeddingModule` in the reference `modules/movement_embedding.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const movementEmbedding = (common: CommonParams, params: Embedding) =>
  graph('movementEmbedding', motion(common), ({ source, from, to }, { step }) => {
    const { add_bg_feature_map: background, use_difference, use_deformed_source_image } = params
    const like =
      params.scale_factor === 1 ? source : step('scale', rescale({ factor: params.scale_factor }), { x: source }).y
    const bumps = (id: string, kp: Wires<Keypoints>) => {
      const { gaussian } = step(`${id}Gaussian`, kp2gaussian({ variance: common.kp_variance }), { kp, like })
      return step(`${id}Heatmap`, normaliseHeatmap({ by: params.norm_const }), { heatmap: gaussian }).heatmap
    }
    const heatmaps = () => {
      const driving = bumps('driving', to)
      return params.heatmap_type === 'gaussian'
        ? driving
        : step('heatmapDifference', heatmapDifference, { driving, source: bumps('source', from) }).heatmap
    }
    const moved = () =>
      step('difference', keypointDifference({ background }), { source: from.mean, driving: to.mean }).difference
    const heatmap = params.use_heatmap ? { heatmap: heatmaps() } : {}
    const shift = use_difference || use_deformed_source_image ? moved() : undefined
    const difference = use_difference && shift !== undefined ? { difference: shift } : {}
    const deformed =
      use_deformed_source_image && shift !== undefined
        ? { deformed: step('deformed', deformedSource, { source: like, difference: shift }).deformed }
        : {}
    const channels = use_deformed_source_image ? common.num_channels : 0
    const parts = { heatmap: params.use_heatmap, difference: use_difference, channels, background }
    return step('interleave', interleave(parts), { like, ...heatmap, ...difference, ...deformed })
  })
