/**
 * The laws of motion: differences of keypoints, masks, flows, and what a network sees of them.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { absoluteFlow, correction, identityFlow, maskedMotion, motionMask } from '../../nodes/flow.js'
import type { grid } from '../../nodes/grid.js'
import type { heatmapDifference, normaliseHeatmap } from '../../nodes/heatmaps.js'
import type { keypointDifference } from '../../nodes/keypoint-difference.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, every, near, perSample, reader, tabulated } from '../tensors.js'

import { identity, points, type Scene, scene } from './scenes.js'

/** Law: pixel centres go from -1 to 1 in equal steps, x along the rows and y down them; a lone pixel is at -1. */
const gridIsEven = (make: typeof grid) =>
  tidied((h: number, w: number) => {
    const place = (i: number, n: number) => (n === 1 ? -1 : (2 * i) / (n - 1) - 1)
    near(
      make(h, w),
      tabulated([h, w, 2], (i, j, axis) => (axis === 0 ? place(j, w) : place(i, h))),
      1e-6
    )
  })

/** Law: the mask is a partition of unity over background and keypoints, and reads no other channel. */
const maskIsAPartition = (make: typeof motionMask) =>
  tidied((o: Scene, more: number) => {
    const { b, h, w, k } = o
    const prediction = drawn<tf.Rank.R4>([b, h, w, k + 1 + more], o.seed, -4, 4)
    const mask = make({ keypoints: k }).run({ prediction }, {}).mask as tf.Tensor4D
    equal(mask.shape, [b, h, w, k + 1])
    every(mask, (m) => m >= 0)
    near(tf.sum(mask, 3), tf.ones([b, h, w]))
    const weight = tf.exp(tf.slice(prediction, [0, 0, 0, 0], [-1, -1, -1, k + 1]))
    near(mask, tf.div(weight, tf.sum(weight, 3, true)))
  })

/** Law: where every keypoint moves by the same, so does every pixel, whatever the mask; and the flow is linear in the motion. */
const commonMotionIsEverywhere = (mix: typeof maskedMotion) =>
  tidied((o: Scene, x: number, y: number) => {
    const { b, h, w, k } = o
    const raw = drawn<tf.Rank.R4>([b, h, w, k], o.seed, 0.1, 1)
    const mask = tf.div(raw, tf.sum(raw, 3, true)) as tf.Tensor4D
    const of = (difference: tf.Tensor) => mix.run({ mask, difference: difference as tf.Tensor3D }, {}).relative
    near(of(tf.tile(tf.tensor([[[x, y]]]), [b, k, 1])), tf.tile(tf.tensor([[[[x, y]]]]), [b, h, w, 1]))
    const [p, q] = [points(o, 1), points(o, 2)]
    near(of(tf.add(tf.mul(p, x), q)), tf.add(tf.mul(of(p), x), of(q)))
    const [m, d] = [reader(mask), reader(p)]
    near(
      of(p),
      tabulated([b, h, w, 2], (n, i, j, axis) =>
        Array.from({ length: k }, (_, c) => m(n, i, j, c) * d(n, c, axis)).reduce((s, v) => s + v, 0)
      )
    )
  })

/** Law: no relative motion is the flow that reads every pixel at its own place; any other is added to it. */
const noMotionIsTheIdentity = (absolute: typeof absoluteFlow, still: typeof identityFlow) =>
  tidied((o: Scene) => {
    const { b, h, w, c } = o
    const relative = drawn<tf.Rank.R4>([b, h, w, 2], o.seed)
    near(absolute.run({ relative: tf.zerosLike(relative) }, {}).flow, identity(h, w, b), 1e-6)
    near(absolute.run({ relative }, {}).flow, tf.add(identity(h, w, b), relative), 1e-6)
    const like = tf.zeros<tf.Rank.R4>([1, h, w, c])
    near(still.run({ like, driving: points(o, 1) }, {}).flow, identity(h, w, b), 1e-6)
  })

/** Law: the correction is the last two channels of the prediction. */
const correctionIsTheLastTwo = (fine: typeof correction) =>
  tidied((o: Scene) => {
    const { b, h, w, c } = o
    const prediction = drawn<tf.Rank.R4>([b, h, w, c + 2], o.seed)
    const at = reader(prediction)
    near(
      fine.run({ prediction }, {}).relative,
      tabulated([b, h, w, 2], (n, i, j, axis) => at(n, i, j, c + axis)),
      0
    )
  })

/** Law: a difference is source minus driving; keypoints that stay have none, and the background never has. */
const differenceIsSourceMinusDriving = (make: typeof keypointDifference) =>
  tidied((o: Scene, background: boolean, shared: boolean) => {
    const { b, k } = o
    const [source, driving] = [points(shared ? { ...o, b: 1 } : o, 1), points(o, 2)]
    const of = (s: tf.Tensor3D, d: tf.Tensor3D) => make({ background }).run({ source: s, driving: d }, {}).difference
    const [s, d] = [reader(source), reader(driving)]
    const extra = background ? 1 : 0
    near(
      of(source, driving),
      tabulated([b, k + extra, 2], (n, i, axis) =>
        i < extra ? 0 : s(shared ? 0 : n, i - extra, axis) - d(n, i - extra, axis)
      ),
      1e-6
    )
    near(of(driving, driving), tf.zeros([b, k + extra, 2]), 0)
  })

/** Law: a heatmap difference is driving minus source, the other way round than that of the keypoints. */
const heatmapsDifferByDrivingMinusSource = (difference: typeof heatmapDifference) =>
  tidied((o: Scene) => {
    const { b, h, w, k } = o
    const [driving, source] = [drawn<tf.Rank.R4>([b, h, w, k], o.seed), drawn<tf.Rank.R4>([1, h, w, k], o.seed + 1)]
    const [d, s] = [reader(driving), reader(source)]
    near(
      difference.run({ driving, source }, {}).heatmap,
      tabulated([b, h, w, k], (n, i, j, c) => d(n, i, j, c) - s(0, i, j, c)),
      1e-6
    )
  })

/** Law: divided by its sum a heatmap sums to one; divided by a number it is that much lower. */
const normalisedHeatmapsSumToOne = (make: typeof normaliseHeatmap) =>
  tidied((o: Scene, by: number) => {
    const { b, h, w, k } = o
    const heatmap = drawn<tf.Rank.R4>([b, h, w, k], o.seed, 0.1, 2)
    const of = (norm: 'sum' | number) => make({ by: norm }).run({ heatmap }, {}).heatmap
    near(tf.sum(of('sum'), [1, 2]), tf.ones([b, k]))
    near(tf.mul(of('sum'), tf.sum(heatmap, [1, 2], true)), heatmap)
    near(tf.mul(of(by), by), heatmap)
  })

/** Law: the motion of a sample is made of its own mask and differences. */
const maskedMotionIsOfItsSample = (mix: typeof maskedMotion) =>
  tidied((o: Scene) => {
    const mask = drawn<tf.Rank.R4>([o.b, o.h, o.w, o.k], o.seed)
    perSample<{ mask: tf.Tensor4D; difference: tf.Tensor3D }>((x) => mix.run(x, {}).relative)({
      mask,
      difference: points(o, 1)
    })
  })

const number = some.real(-2, 2)
const yes = fc.boolean()

/**
 * What a grid [h, w, 2] of pixel centres keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const gridLaws: ReadonlyArray<Law<typeof grid>> = [
  law('goes from -1 to 1 in equal steps', [some.count(40), some.count(40)], gridIsEven)
]

/**
 * What a mask [B, H, W, K+1] over background and keypoints keeps, from 0 to 1.
 *
 * @category laws
 * @since 0.1.0
 */
export const maskLaws: ReadonlyArray<Law<typeof motionMask>> = [
  law('is a partition of unity', [scene, fc.nat(2)], maskIsAPartition)
]

/** Flows made of masks and differences of keypoints. */
interface Flows {
  readonly maskedMotion: typeof maskedMotion
  readonly absoluteFlow: typeof absoluteFlow
  readonly identityFlow: typeof identityFlow
  readonly correction: typeof correction
}

/**
 * What flows made of the motion of keypoints keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const flowLaws: ReadonlyArray<Law<Flows>> = [
  law(
    'is the motion of the keypoints where they move alike, and their mean elsewhere',
    [scene, number, number],
    (f: Flows) => commonMotionIsEverywhere(f.maskedMotion)
  ),
  law('without motion is the identity', [scene], (f: Flows) => noMotionIsTheIdentity(f.absoluteFlow, f.identityFlow)),
  law('is corrected by the last two channels of a prediction', [scene], (f: Flows) =>
    correctionIsTheLastTwo(f.correction)
  ),
  law('is that of its own sample', [scene], (f: Flows) => maskedMotionIsOfItsSample(f.maskedMotion))
]

/**
 * What differences of keypoints [B, K, 2] keep, in units of [-1, 1].
 *
 * @category laws
 * @since 0.1.0
 */
export const differenceLaws: ReadonlyArray<Law<typeof keypointDifference>> = [
  law(
    'of keypoints is source minus driving, none for the background',
    [scene, yes, yes],
    differenceIsSourceMinusDriving
  )
]

/**
 * What differences of heatmaps [B, H, W, K] keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const heatmapDifferenceLaws: ReadonlyArray<Law<typeof heatmapDifference>> = [
  law('of heatmaps is driving minus source', [scene], heatmapsDifferByDrivingMinusSource)
]

/**
 * What heatmaps [B, H, W, K] that are brought to a sum keep.
 *
 * @category laws
 * @since 0.1.0
 */
export const normalisedHeatmapLaws: ReadonlyArray<Law<typeof normaliseHeatmap>> = [
  law('normalised sums to one, or is lower by a factor', [scene, some.real(0.1, 100)], normalisedHeatmapsSumToOne)
]
