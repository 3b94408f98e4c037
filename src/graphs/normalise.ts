import { adaptVariance } from '../nodes/adapt-variance.js'
import { type Keypoints, keypoints } from '../nodes/keypoints.js'
import { movementScale } from '../nodes/movement-scale.js'
import { clipMean, constantScale, relativeMotion, strengthen } from '../nodes/relative-motion.js'
import { first } from '../nodes/select.js'
import type { Spec } from '../nodes/spec.js'
import { record, tensor } from '../nodes/spec.js'
import type * as tf from '../nodes/tf.js'
import { type Draw, type Graph, graph, type Wires } from './graph.js'
import type { CommonParams } from './params/model.js'

/**
 * How driving keypoints are brought to the source: the original's `normalization_params`.
 *
 * @since 0.1.0
 */
export interface Normalisation {
  /** Carry the motion over, instead of the positions. */
  readonly move_location: boolean
  /** Scale the motion by the size of the objects; acts only with `move_location`. */
  readonly movement_mult: boolean
  /** Carry the change of the variance over. */
  readonly adapt_variance: boolean
  /** Hold positions inside the picture. */
  readonly clip_mean: boolean
}

/**
 * Whether normalisation looks at the frame where the motion starts.
 *
 * @since 0.1.0
 */
export const needsInitial = (n: Normalisation): boolean => n.move_location || n.adapt_variance

/**
 * The keypoints of a source, of the driving frame where the motion starts, and of driving frames. Means [1, K, 2], [1, K, 2]
 * and [B, K, 2] in [-1, 1].
 *
 * @since 0.1.0
 */
export interface Driven {
  readonly source: Keypoints
  readonly initial: Keypoints
  readonly driving: Keypoints
}

/**
 * How strong relative motion is: a scalar, 1 as it was driven, 0 not at all.
 *
 * @since 0.1.0
 */
export interface Strong {
  readonly strength: tf.Scalar
}

/**
 * Driving keypoints as the source should show them; with `strong`, `strength` [] scales relative motion.
 *
 * Source: Monkey-Net (CVPR 2019), section 3.6; `normalize_kp` in the reference `transfer.py`.
 *
 * @category graphs
 * @since 0.1.0
 */
export const normalise = <S extends boolean = false>(
  { num_kp, kp_variance }: CommonParams,
  how: Normalisation,
  strong?: S
): Graph<S extends true ? Driven & Strong : Driven, Keypoints> => {
  const given = {
    source: keypoints(kp_variance, '1', num_kp),
    initial: keypoints(kp_variance, '1', num_kp),
    driving: keypoints(kp_variance, 'B', num_kp)
  }
  const inputs = record(strong === true ? { ...given, strength: tensor('') } : given) as Spec<Driven & Partial<Strong>>
  return graph('normalise', inputs, ({ source, initial, driving, strength }, { step }) => {
    const scale = () => {
      const own = how.movement_mult
        ? step('scale', movementScale, { source: source.mean, initial: initial.mean })
        : step('scale', constantScale({ value: 1 }), {})
      return strength === undefined ? own : step('strength', strengthen, { scale: own.scale, strength })
    }
    const moved = how.move_location
      ? step('move', relativeMotion, {
          source: source.mean,
          initial: initial.mean,
          driving: driving.mean,
          scale: scale().scale
        }).mean
      : driving.mean
    const mean = how.clip_mean ? step('clip', clipMean, { mean: moved }).mean : moved
    if (typeof kp_variance === 'number' || driving.var === undefined) return { mean }
    if (!how.adapt_variance) return { mean, var: driving.var }
    const variances = { source: source.var!, initial: initial.var!, driving: driving.var }
    return { mean, var: step('adapt', adaptVariance({ variance: kp_variance }), variances).var }
  }) as unknown as Graph<S extends true ? Driven & Strong : Driven, Keypoints>
}

/**
 * The keypoints of the first of a batch: [B, K, 2] makes [1, K, 2], in [-1, 1] as before.
 *
 * @since 0.1.0
 */
export const firstKeypoints = (id: string, kp: Wires<Keypoints>, { kp_variance }: CommonParams, { step }: Draw) => {
  const mean = step(`${id}Mean`, first({ dims: 'K 2' }), { x: kp.mean }).y as typeof kp.mean
  if (kp.var === undefined) return { mean }
  const dims = kp_variance === 'single' ? 'K 1 1' : 'K 2 2'
  return { mean, var: step(`${id}Var`, first({ dims }), { x: kp.var }).y as typeof kp.var }
}
