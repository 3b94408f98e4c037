/**
 * The laws of heatmaps: maps of where a keypoint may be.
 *
 * @since 0.1.0
 */
import type { Primitive } from '../../nodes/node.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, every, near } from '../tensors.js'
import { logits, type Maps, maps } from './maps.js'

/**
 * A kind of node that makes heatmaps of logits, both [B, H, W, K], by its temperature.
 *
 * @since 0.1.0
 */
export type Softmax = (settings: {
  readonly temperature: number
}) => Primitive<{ readonly logits: tf.Tensor4D }, { readonly heatmap: tf.Tensor4D }>

const soft = (softmax: Softmax, temperature: number, x: tf.Tensor) =>
  softmax({ temperature }).run({ logits: x as tf.Tensor4D }, {}).heatmap as tf.Tensor4D

/** Law: every heatmap is positive and sums to one. */
const heatmapsSumToOne = (softmax: Softmax) =>
  tidied((o: Maps, temperature: number) => {
    const found = soft(softmax, temperature, logits(o))
    near(tf.sum(found, [1, 2]), tf.ones([o.b, o.k]))
    every(found, (p) => p >= 0, 'no negative weight')
  })

/** Law: ratios of a heatmap are `exp` of differences of logits over the temperature. */
const heatmapsAreBoltzmann = (softmax: Softmax) =>
  tidied((o: Maps, temperature: number) => {
    const x = logits(o)
    const weight = tf.exp(tf.div(x, temperature))
    near(soft(softmax, temperature, x), tf.div(weight, tf.sum(weight, [1, 2], true)))
  })

/** Law: a number added to all logits of a map changes nothing, and maps do not see each other. */
const heatmapsIgnoreALevel = (softmax: Softmax) =>
  tidied((o: Maps, temperature: number) => {
    const x = logits(o)
    const level = drawn([o.b, 1, 1, o.k], o.seed + 1, -5, 5)
    near(soft(softmax, temperature, tf.add(x, level)), soft(softmax, temperature, x), 1e-4)
  })

const temperature = some.real(0.1, 2)

/**
 * What any map of where a keypoint may be keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const heatmapLaws: ReadonlyArray<Law<Softmax>> = [
  law('sums to one', [maps, temperature], heatmapsSumToOne),
  law('does not see the level of its logits', [maps, temperature], heatmapsIgnoreALevel)
]

/**
 * What a softmax keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const softmaxLaws: ReadonlyArray<Law<Softmax>> = [
  law('weighs pixels by the exponential of their logits', [maps, temperature], heatmapsAreBoltzmann)
]
