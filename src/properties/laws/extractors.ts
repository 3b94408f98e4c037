/**
 * The laws of what finds keypoints in maps.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { Primitive } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import { type Law, law, tidied } from '../law.js'
import { every, near, perSample } from '../tensors.js'
import { heatmaps, type Maps, maps } from './maps.js'

/** Keypoints as they are found: their places [B, K, 2], and how they vary, [B, K, 2, 2] or [B, K, 1, 1]. */
interface Found {
  readonly mean: tf.Tensor
  readonly var?: tf.Tensor
}

/**
 * Anything that finds keypoints in maps [B, H, W, K] that sum to 1: a node, or a function of the maps. Places are x and y, from
 * -1 at the first pixel centre to 1 at the last.
 *
 * @category model
 * @since 0.1.0
 */
export type Extractor =
  | Primitive<{ readonly heatmap: tf.Tensor4D }, { readonly mean: tf.Tensor3D; readonly var?: tf.Tensor4D }>
  | ((heatmap: tf.Tensor4D) => Found)

const find = (extractor: Extractor, heatmap: tf.Tensor): Found =>
  typeof extractor === 'function'
    ? extractor(heatmap as tf.Tensor4D)
    : (extractor.run({ heatmap: heatmap as tf.Tensor4D }, {}) as Found)

/** Holds variances alike where there are some; covariances through `change`. */
const spread = (there: Found, here: Found, change: (covariance: tf.Tensor) => tf.Tensor, tolerance = 1e-5): void => {
  if (here.var === undefined) return
  near(there.var!, here.var.shape.at(-1) === 2 ? change(here.var) : here.var, tolerance, 'var')
}

/** Law: a map moved by whole pixels moves its mean by as much and keeps its variance. */
const keypointsFollowATranslation = (extractor: Extractor) =>
  tidied((o: Maps, up: number, left: number) => {
    const { h, w } = o
    const [down, right] = [4, 4]
    const framed = (top: number, before: number) =>
      tf.pad(heatmaps(o), [
        [0, 0],
        [top, down - top],
        [before, right - before],
        [0, 0]
      ])
    const [here, there] = [find(extractor, framed(0, 0)), find(extractor, framed(up, left))]
    const by = tf.tensor1d([(2 * left) / (w + right - 1), (2 * up) / (h + down - 1)])
    near(there.mean, tf.add(here.mean, by))
    spread(there, here, (v) => v, 1e-4)
  })

/** Law: a mirrored map has its mean mirrored, and the covariance of x and y changes its sign. */
const keypointsFollowAFlip = (extractor: Extractor) =>
  tidied((o: Maps, axis: 0 | 1) => {
    const all = heatmaps(o)
    const [here, there] = [find(extractor, all), find(extractor, tf.reverse(all, axis === 0 ? 2 : 1))]
    const sign = [axis === 0 ? -1 : 1, axis === 1 ? -1 : 1]
    near(there.mean, tf.mul(here.mean, tf.tensor1d(sign)))
    const signs = tf.tensor2d([sign.map((s) => s * sign[0]!), sign.map((s) => s * sign[1]!)])
    spread(there, here, (v) => tf.mul(v, signs))
  })

/** Law: a map with rows and columns exchanged has x and y exchanged. */
const keypointsFollowATransposition = (extractor: Extractor) =>
  tidied((o: Maps) => {
    const all = heatmaps(o)
    const [here, there] = [find(extractor, all), find(extractor, tf.transpose(all, [0, 2, 1, 3]))]
    near(there.mean, tf.reverse(here.mean, 2))
    spread(there, here, (v) => tf.reverse(v, [2, 3]))
  })

/** Law: keypoints lie in the picture. */
const keypointsLieInside = (extractor: Extractor) =>
  tidied((o: Maps) => every(find(extractor, heatmaps(o)).mean, (v) => Math.abs(v) <= 1.0001, 'from -1 to 1'))

/** Law: samples do not see each other. */
const keypointsAreOfTheirSample = (extractor: Extractor) =>
  tidied((o: Maps) =>
    perSample<{ heatmap: tf.Tensor }>((x) => find(extractor, x.heatmap).mean)({ heatmap: heatmaps(o) })
  )

const few = fc.nat(4)

/**
 * What anything that finds keypoints in maps keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const extractorLaws: ReadonlyArray<Law<Extractor>> = [
  law('moves with its heatmap', [maps, few, few], keypointsFollowATranslation),
  law('is mirrored with its heatmap', [maps, fc.constantFrom<0 | 1>(0, 1)], keypointsFollowAFlip),
  law('exchanges x and y with its heatmap', [maps], keypointsFollowATransposition),
  law('lies in the picture', [maps], keypointsLieInside),
  law('is that of its own sample', [maps], keypointsAreOfTheirSample)
]
