/**
 * Normalisation, activation and pooling in training, in one pass forward and one back: what surrounds the convolutions.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import { epsilon, normWeights } from './batch-norm.js'
import { running } from './batch-norm-training.js'
import { weave } from './convolve.js'
import { at } from './folded.js'
import { filled } from './init.js'
import { body, define, real, type Weight, whole } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

const Settings = t.strict({
  features: whole,
  /** What mean and variance are taken over: the whole `batch`, each `sample`, or `nothing`, which only adds the bias. */
  over: t.union([t.literal('batch'), t.literal('sample'), t.literal('nothing')]),
  /** What is negative is multiplied by it: 0 for a ReLU. */
  slope: real,
  pool: t.boolean,
  /** Whether the map comes woven of four, [B, H+1, W+1, 4C]. */
  woven: t.boolean,
  /** Positions in the chain of the node that has weight and bias, and of the convolution before a normalisation, or -1. */
  norm: real,
  conv: real
})
type Settings = t.TypeOf<typeof Settings>

const overs = ['nothing', 'batch', 'sample'] as const

/** The settings as our kernels take them. */
const howOf = (o: Settings): tf.Tensor1D =>
  tf.tensor1d([overs.indexOf(o.over), o.slope, o.pool ? 1 : 0, o.woven ? 1 : 0])

/** The portable definition: `y`, and mean and variance [G, C] of what was normalised, 0 and 1 where nothing was. */
const portable = (o: Settings, x: tf.Tensor4D, weight: tf.Tensor, bias: tf.Tensor) => {
  const map = o.woven ? weave(x) : x
  const groups = o.over === 'sample' ? map.shape[0] : 1
  const grouped = tf.reshape(map, [groups, -1, o.features]) // G N C
  const none = () => ({ mean: tf.zeros([1, 1, o.features]), variance: tf.ones([1, 1, o.features]) })
  const { mean, variance } = o.over === 'nothing' ? none() : tf.moments(grouped, 1, true) // G 1 C
  const scale = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), weight)
  const moved = o.over === 'nothing' ? tf.add(grouped, bias) : tf.add(tf.mul(tf.sub(grouped, mean), scale), bias)
  const active: tf.Tensor4D = tf.reshape(tf.add(tf.relu(moved), tf.mul(tf.minimum(moved, 0), o.slope)), map.shape)
  const vector = (v: tf.Tensor) => tf.reshape(v, [groups, o.features])
  return { y: o.pool ? tf.avgPool(active, 2, 2, 'valid') : active, mean: vector(mean), variance: vector(variance) }
}

/** The map that a convolution made, as cotangents by tfjs: of the map, the weight and the bias. */
const derived = (o: Settings, x: tf.Tensor4D, weight: tf.Tensor, bias: tf.Tensor, dy: tf.Tensor) =>
  tf.engine().gradients(() => portable(o, x, weight, bias).y, [x, weight, bias], dy, true).grads as Array<
    tf.Tensor | undefined
  >

/**
 * `y = pool(activate((x - mean) / sqrt(variance + 1e-5) * weight + bias))`, with the statistics of the batch or of each sample.
 *
 * Over the batch, the running statistics move by a tenth; their mean counts the bias of the convolution before, which
 * changes nothing else: its gradient is zero. It takes the place of a chain of nodes; the chain is its definition.
 *
 * Source: `BatchNorm3d`, `InstanceNorm3d` of the reference `modules/util.py`, `modules/discriminator.py`.
 *
 * @category training
 * @since 0.1.0
 */
export const normed = define('normed', Settings, (o) => {
  const { features, over, pool, woven } = o
  const own = (name: string) => `${o.norm}.${name}`
  const [batch, plain] = [over === 'batch', over === 'nothing']
  const vector = tensor(`${features}` as 'C')
  const moments = tensor(`${over === 'sample' ? 'B' : 1} ${features}` as 'G C')
  const { running_mean, running_var, ...affine } = normWeights(features)
  const mine = plain ? { bias: affine.bias } : batch ? { ...affine, running_mean, running_var } : affine
  const before = o.conv >= 0 ? at(o.conv, { bias: filled(`${features}` as 'C', 0) }) : {}
  const size = woven ? '2*H-2 2*W-2' : pool ? 'floor(H/2) floor(W/2)' : 'H W'
  const weightOf = (w: Readonly<Record<string, tf.Tensor>>) => w[own('weight')] ?? tf.onesLike(w[own('bias')]!)
  return body(
    {
      inputs: record({ x: tensor(`B H W ${woven ? 4 * features : features}` as 'B H W C') }),
      outputs: record({
        y: tensor(`B ${size} ${features}` as 'B H W C'),
        mean: moments,
        variance: moments,
        ...(batch ? { running_mean: vector, running_var: vector } : {})
      }),
      weights: { ...at(o.norm, mine), ...before } as Readonly<Record<string, Weight<tf.Tensor1D>>>
    },
    ({ x }, weights: Readonly<Record<string, tf.Tensor1D>>) => {
      const [weight, bias] = [weightOf(weights), weights[own('bias')]!]
      const made = tf.hasKernels()
        ? tf.kernels('KeyflowNorm', [x, weight, bias, howOf(o)], 3)
        : Object.values(portable(o, x, weight, bias))
      const [y, mean, variance] = made as [tf.Tensor4D, tf.Tensor2D, tf.Tensor2D]
      if (!batch) return { y, mean, variance } as never
      const shift = o.conv >= 0 ? weights[`${o.conv}.bias`]! : 0
      const count = (woven ? y : x).size / features // a pool may leave out a last row
      const statistics = { running_mean: weights[own('running_mean')]!, running_var: weights[own('running_var')]! }
      return {
        y,
        mean,
        variance,
        ...running(statistics, tf.add(tf.reshape(mean, [features]), shift), tf.reshape(variance, [features]), count)
      } as never
    },
    {
      ...(batch ? { updates: { running_mean: own('running_mean'), running_var: own('running_var') } } : {}),
      pullback: {
        inputs: ['x'],
        outputs: ['mean', 'variance'],
        run: ({ inputs: { x }, outputs: { mean, variance }, weights, cotangents }) => {
          const [weight, bias, dy] = [weightOf(weights), weights[own('bias')]!, cotangents.y!]
          const [dx, byWeight, byBias] = tf.hasKernels()
            ? tf.kernels('KeyflowNormGrad', [x, weight, bias, howOf(o), mean, variance, dy], 3)
            : derived(o, x, weight, bias, dy)
          return {
            inputs: { x: dx! },
            weights: {
              ...(plain ? {} : { [own('weight')]: byWeight ?? tf.zerosLike(weight) }),
              [own('bias')]: byBias!,
              ...(o.conv >= 0 ? { [`${o.conv}.bias`]: tf.zerosLike(bias) } : {})
            }
          }
        }
      }
    }
  )
})
