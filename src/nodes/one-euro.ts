import * as t from 'io-ts'
import { body, define, real } from './node.js'
import { record, type Spec, tensor } from './spec.js'
import * as tf from './tf.js'

/**
 * How steady keypoints are held: `minCutoff` in Hz (lower is steadier at rest), `beta` (higher follows fast motion more closely),
 * `derivativeCutoff` in Hz.
 *
 * @category model
 * @since 0.1.0
 */
export const Smoothing = t.strict({ minCutoff: real, beta: real, derivativeCutoff: real })
export type Smoothing = t.TypeOf<typeof Smoothing>

/**
 * What the filter remembers of the frame before: filtered positions, their speed per second, its time; a time below 0 is none.
 *
 * `mean` [1, K, 2] in [-1, 1], `speed` [1, K, 2] in units of that per second, `seconds` [1].
 *
 * @since 0.1.0
 */
export interface FilterState {
  readonly mean: tf.Tensor3D
  readonly speed: tf.Tensor3D
  readonly seconds: tf.Tensor1D
}

/**
 * The spec of a `FilterState` of `count` keypoints.
 *
 * @since 0.1.0
 */
export const filterState = (count: number | 'K' = 'K'): Spec<FilterState> => {
  const points = tensor(`1 ${count} 2` as '1 K 2')
  return record({ mean: points, speed: points, seconds: tensor('1') })
}

/** The share of what is new, for a cutoff in Hz and the seconds since the last frame. */
const share = (cutoff: tf.Tensor | number, apart: tf.Tensor): tf.Tensor => {
  const turns = tf.mul(tf.mul(2 * Math.PI, cutoff), apart)
  return tf.div(turns, tf.add(turns, 1))
}

/**
 * The one-euro filter over frames one after the other: a low pass whose cutoff grows with speed. `mean` [T, K, 2] at `seconds`
 * [T], which rise; the `state` of the frame before comes in and that of the last goes out, so that frames may come in any
 * batches. The first frame of all passes as it is. Nothing is learned through it.
 *
 * Source: Casiez, Roussel, Vogel, "1 Euro Filter" (CHI 2012).
 *
 * @category motion
 * @since 0.1.0
 */
export const oneEuro = define('oneEuro', Smoothing, ({ minCutoff, beta, derivativeCutoff }) =>
  body(
    {
      inputs: record({ mean: tensor('T K 2'), seconds: tensor('T'), state: filterState() }),
      outputs: record({ mean: tensor('T K 2'), state: filterState() })
    },
    ({ mean, seconds, state: before }) => {
      const [frames, k] = mean.shape
      let last = before
      const filtered: Array<tf.Tensor> = []
      for (let i = 0; i < frames; i++) {
        const [x, now] = [tf.slice(mean, [i, 0, 0], [1, k, 2]), tf.slice(seconds, [i], [1])]
        const begun = tf.cast(tf.greaterEqual(last.seconds, 0), 'float32')
        const apart = tf.maximum(tf.sub(now, last.seconds), 1e-6)
        const raw = tf.mul(begun, tf.div(tf.sub(x, last.mean), apart))
        const speed = tf.add(last.speed, tf.mul(share(derivativeCutoff, apart), tf.sub(raw, last.speed)))
        const moving = share(tf.add(minCutoff, tf.mul(beta, tf.abs(speed))), apart)
        const taken = tf.add(tf.mul(begun, moving), tf.sub(1, begun))
        const steady = tf.add(last.mean, tf.mul(taken, tf.sub(x, last.mean)))
        filtered.push(steady)
        last = { mean: steady, speed: tf.mul(begun, speed), seconds: now } as FilterState
      }
      return { mean: tf.concat(filtered, 0) as tf.Tensor3D, state: last }
    },
    { pullback: 'none' }
  )
)
