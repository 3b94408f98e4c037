/**
 * Laws of filters of keypoints.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { FilterState, oneEuro, Smoothing } from '../../nodes/one-euro.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { atLeast, atMost, equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { near } from '../tensors.js'

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
const batchesDoNotMatter = (filter: Filter) =>
  tidied((how: Smoothing, sizes: ReadonlyArray<number>, k: number, seed: number) => {
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
    equal([...tf.concat(parts, 0).dataSync()], [...whole.mean.dataSync()])
  })

/** What is filtered lies between what was and what is, and what stands still stays. */
const filteredLiesBetween = (filter: Filter) =>
  tidied((how: Smoothing, frames: number, k: number, seed: number) => {
    const { mean, seconds } = walk(frames, k, seed)
    const x = mean.arraySync()
    const y = (filter(how).run({ mean, seconds, state: none(k) }, {}).mean as tf.Tensor3D).arraySync()
    equal(y[0], x[0])
    for (let t = 1; t < frames; t++)
      for (let i = 0; i < k; i++)
        for (const d of [0, 1] as const) {
          const [low, high] = [Math.min(x[t]![i]![d]!, y[t - 1]![i]![d]!), Math.max(x[t]![i]![d]!, y[t - 1]![i]![d]!)]
          atLeast(y[t]![i]![d]!, low - 1e-5)
          atMost(y[t]![i]![d]!, high + 1e-5)
        }
    const still = tf.tile(tf.slice(mean, [0, 0, 0], [1, k, 2]), [frames, 1, 1])
    const held = filter(how).run({ mean: still, seconds, state: none(k) }, {}).mean
    equal([...held.dataSync()], [...still.dataSync()])
  })

/** What is filtered is what the paper's formulas give, step by step: `1 / (1 + tau / dt)` of what is new, `tau = 1 / (2 pi cutoff)`. */
const isThePapers = (filter: Filter) =>
  tidied((how: Smoothing, frames: number, k: number, seed: number) => {
    const { mean, seconds } = walk(frames, k, seed)
    const [x, at] = [mean.arraySync(), seconds.arraySync()]
    const alpha = (cutoff: number, apart: number) => 1 / (1 + 1 / (2 * Math.PI * cutoff) / apart)
    const speed = x[0]!.map(() => [0, 0])
    const due = [x[0]!]
    for (let t = 1; t < frames; t++) {
      const apart = at[t]! - at[t - 1]!
      due[t] = x[t]!.map((point, i) =>
        point.map((value, d) => {
          const before = due[t - 1]![i]![d]!
          const share = alpha(how.derivativeCutoff, apart)
          speed[i]![d] = share * ((value - before) / apart) + (1 - share) * speed[i]![d]!
          const taken = alpha(how.minCutoff + how.beta * Math.abs(speed[i]![d]!), apart)
          return taken * value + (1 - taken) * before
        })
      )
    }
    const made = filter(how).run({ mean, seconds, state: none(k) }, {})
    near(made.mean as tf.Tensor, tf.tensor(due as never), 1e-4)
    const { state } = made
    near(state.mean, tf.slice(made.mean as tf.Tensor, [frames - 1, 0, 0], [1, k, 2]), 0)
    near(state.speed, tf.tensor([speed]), 1e-3)
    equal(state.seconds.dataSync()[0], at.at(-1))
  })

const smoothing = fc.record({
  minCutoff: some.real(0.05, 5),
  beta: some.real(0, 2),
  derivativeCutoff: some.real(0.05, 5)
})
const sizes = fc.array(some.count(4), { minLength: 1, maxLength: 4 })

/**
 * What a filter of keypoints [T, K, 2] in [-1, 1] over times [T] in seconds keeps.
 *
 * @category laws
 * @since 0.1.0
 */
export const filterLaws: ReadonlyArray<Law<Filter>> = [
  law('is the filter of the paper', [smoothing, some.count(5), some.count(3), some.seed], isThePapers),
  law('does not know in which batches frames come', [smoothing, sizes, some.count(4), some.seed], batchesDoNotMatter, {
    runs: 60
  }),
  law(
    'lies between what was and what is, and holds what stands',
    [smoothing, some.count(4), some.count(4), some.seed],
    filteredLiesBetween,
    { runs: 60 }
  )
]
