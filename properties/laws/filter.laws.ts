/** Laws of filters of keypoints. */
import { expect } from 'vitest'
import type { FilterState, oneEuro, Smoothing } from '../../src/nodes/one-euro.js'
import * as tf from '../../src/nodes/tf.js'
import { law } from './tensors.js'

type Filter = typeof oneEuro

const none = (k: number): FilterState => ({
  mean: tf.zeros([1, k, 2]),
  speed: tf.zeros([1, k, 2]),
  seconds: tf.tensor1d([-1])
})

/** A walk of `k` keypoints over frames at rising times. */
const walk = (frames: number, k: number, seed: number) => ({
  mean: tf.randomUniform([frames, k, 2], -1, 1, 'float32', seed) as tf.Tensor3D,
  seconds: tf.cumsum(tf.randomUniform([frames], 0.01, 0.2, 'float32', seed + 1)) as tf.Tensor1D
})

/** Frames in any batches give what they give all at once. */
export const batchesDoNotMatter = (filter: Filter) =>
  law((how: Smoothing, sizes: ReadonlyArray<number>, k: number, seed: number) => {
    const frames = sizes.reduce((a, b) => a + b, 0)
    const { mean, seconds } = walk(frames, k, seed)
    const whole = filter(how).run({ mean, seconds, state: none(k) }, {})
    let state = none(k)
    let from = 0
    const parts = sizes.map((size) => {
      const part = filter(how).run(
        { mean: tf.slice(mean, [from, 0, 0], [size, k, 2]), seconds: tf.slice(seconds, [from], [size]), state },
        {}
      )
      from += size
      state = part.state as FilterState
      return part.mean
    })
    expect([...tf.concat(parts, 0).dataSync()]).toEqual([...whole.mean.dataSync()])
  })

/** What is filtered lies between what was and what is, and what stands still stays. */
export const filteredLiesBetween = (filter: Filter) =>
  law((how: Smoothing, frames: number, k: number, seed: number) => {
    const { mean, seconds } = walk(frames, k, seed)
    const x = mean.arraySync()
    const y = (filter(how).run({ mean, seconds, state: none(k) }, {}).mean as tf.Tensor3D).arraySync()
    expect(y[0]).toEqual(x[0])
    for (let t = 1; t < frames; t++)
      for (let i = 0; i < k; i++)
        for (const d of [0, 1] as const) {
          const [low, high] = [Math.min(x[t]![i]![d]!, y[t - 1]![i]![d]!), Math.max(x[t]![i]![d]!, y[t - 1]![i]![d]!)]
          expect(y[t]![i]![d]).toBeGreaterThanOrEqual(low - 1e-5)
          expect(y[t]![i]![d]).toBeLessThanOrEqual(high + 1e-5)
        }
    const still = tf.tile(tf.slice(mean, [0, 0, 0], [1, k, 2]), [frames, 1, 1])
    const held = filter(how).run({ mean: still, seconds, state: none(k) }, {}).mean
    expect([...held.dataSync()]).toEqual([...still.dataSync()])
  })
