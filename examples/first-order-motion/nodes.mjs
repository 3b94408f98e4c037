/**
 * What the First Order Motion Model has and Monkey-Net lacks, as nodes: everything else is Keyflow's own.
 *
 * Source: First Order Motion Model (NeurIPS 2019), sections 3.1 and 3.2; `modules/` of its reference implementation.
 */
import * as t from 'io-ts'
import { body, define, filled, grid, inverse, node, positive, record, tensor, tf } from 'keyflow/nodes'

/** The Gaussian of `AntiAliasInterpolation2d`, [n, n, 1, channels]: of standard deviation `(1 / scale - 1) / 2`, summing to 1. */
const gaussian = (channels, scale) => {
  const deviation = (1 / scale - 1) / 2
  const side = 2 * Math.round(4 * deviation) + 1
  const bell = Array.from({ length: side }, (_, i) => Math.exp(-((i - (side - 1) / 2) ** 2) / (2 * deviation ** 2)))
  const total = bell.reduce((a, b) => a + b) ** 2
  return { side, values: bell.flatMap((y) => bell.flatMap((x) => Array(channels).fill((x * y) / total))) }
}

/** A picture smoothed, then every `1 / scale`-th pixel of it. The kernel is in checkpoints, under `weight`. */
export const antiAlias = define(
  'antiAlias',
  t.strict({ channels: positive, scale: t.number }),
  ({ channels, scale }) => {
    const { side, values } = gaussian(channels, scale)
    const [step, dims] = [Math.round(1 / scale), `${side} ${side} 1 ${channels}`]
    return body(
      {
        inputs: record({ x: tensor(`B H W ${channels}`) }),
        outputs: record({ y: tensor(`B H/${step} W/${step} ${channels}`) }),
        weights: { weight: { ...filled(dims, values), role: 'statistic' } }
      },
      ({ x }, { weight }) => {
        const smooth = tf.depthwiseConv2d(x, tf.transpose(weight, [0, 1, 3, 2]), 1, 'same')
        return { y: tf.stridedSlice(smooth, [0, 0, 0, 0], smooth.shape, [1, step, step, 1]) }
      },
      { pullback: 'none' }
    )
  }
)

/** The Jacobian of each keypoint, [B, K, 2, 2]: the mean under its heatmap of 4 channels, its own ones or those of all. */
export const jacobians = define('jacobians', t.strict({ keypoints: positive, maps: positive }), ({ keypoints, maps }) =>
  body(
    {
      inputs: record({ heatmap: tensor(`B H W ${keypoints}`), maps: tensor(`B H W ${4 * maps}`) }),
      outputs: record({ jacobian: tensor(`B ${keypoints} 2 2`) })
    },
    (given) => {
      const [b, h, w] = given.heatmap.shape
      const heatmap = tf.reshape(given.heatmap, [b, h * w, keypoints, 1])
      const mean = tf.sum(tf.mul(heatmap, tf.reshape(given.maps, [b, h * w, maps, 4])), 1)
      return { jacobian: tf.reshape(mean, [b, keypoints, 2, 2]) }
    }
  )
)

/** The change of a driving Jacobian since the motion began, brought to the source: `driving initial^-1 source`. */
export const relativeJacobian = node(
  'relativeJacobian',
  {
    inputs: record({ source: tensor('1 K 2 2'), initial: tensor('1 K 2 2'), driving: tensor('B K 2 2') }),
    outputs: record({ jacobian: tensor('B K 2 2') })
  },
  ({ source, initial, driving }) => {
    const [b] = driving.shape
    const back = tf.tile(tf.matMul(inverse(initial), source), [b, 1, 1, 1])
    return { jacobian: tf.matMul(driving, back) }
  }
)

/**
 * Where each keypoint's neighbourhood says that pixel z is read: `from + J_from J_to^-1 (z - to)`, after a background that
 * stays; the maps of one sample lie next to each other in the batch.
 */
export const affineMotions = define('affineMotions', t.strict({ keypoints: positive }), ({ keypoints: k }) => {
  const points = (b) => record({ mean: tensor(`${b} ${k} 2`), jacobian: tensor(`${b} ${k} 2 2`) })
  return body(
    {
      inputs: record({ from: points('1'), to: points('B'), like: tensor('1|D H W C') }),
      outputs: record({ flow: tensor(`${k + 1}*B H W 2`) })
    },
    ({ from, to, like }) => {
      const [, h, w] = like.shape
      const b = to.mean.shape[0]
      const away = tf.sub(tf.reshape(grid(h, w), [1, 1, h * w, 2]), tf.reshape(to.mean, [b, k, 1, 2])) // B K HW 2
      const turn = tf.matMul(tf.tile(from.jacobian, [b, 1, 1, 1]), inverse(to.jacobian)) // B K 2 2
      const moved = tf.add(tf.matMul(away, turn, false, true), tf.reshape(from.mean, [1, k, 1, 2]))
      const still = tf.tile(tf.reshape(grid(h, w), [1, 1, h * w, 2]), [b, 1, 1, 1])
      return { flow: tf.reshape(tf.concat([still, moved], 1), [b * (k + 1), h, w, 2]) }
    },
    { shapes: ['like'] }
  )
})

/** The maps of each sample, which lie next to each other in the batch, along an axis of their own. */
export const unfold = define('unfold', t.strict({ maps: positive }), ({ maps }) =>
  body(
    { inputs: record({ x: tensor(`${maps}*B H W C`) }), outputs: record({ y: tensor(`B ${maps} H W C`) }) },
    ({ x }) => ({ y: tf.reshape(x, [x.shape[0] / maps, maps, ...x.shape.slice(1)]) })
  )
)

/** Motions mixed by a mask: `sum over k of mask_k flow_k`. */
export const blend = node(
  'blend',
  {
    inputs: record({ mask: tensor('B H W K'), flows: tensor('B K H W 2') }),
    outputs: record({ flow: tensor('B H W 2') })
  },
  ({ mask, flows }) => ({ flow: tf.sum(tf.mul(tf.expandDims(tf.transpose(mask, [0, 3, 1, 2]), 4), flows), 1) })
)

/** A map times an occlusion map [B, H, W, 1]: what the source does not show is dimmed for the decoder to paint. */
export const occlude = node(
  'occlude',
  {
    inputs: record({ x: tensor('B H W C'), occlusion: tensor('B H W 1') }),
    outputs: record({ y: tensor('B H W C') })
  },
  ({ x, occlusion }) => ({ y: tf.mul(x, occlusion) })
)
