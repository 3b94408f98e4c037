import * as t from 'io-ts'
import { body, define, whole } from './node.js'
import type { Spec } from './spec.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** What an embedding may show of each keypoint. */
interface Parts {
  readonly like: tf.Tensor4D
  readonly heatmap?: tf.Tensor4D
  readonly difference?: tf.Tensor3D
  readonly deformed?: tf.Tensor5D
}

/**
 * Embedding channels, interleaved per keypoint: [heatmap, dx, dy, r, g, b] of keypoint 0, then of keypoint 1, and so on.
 *
 * `channels` is the number of channels of the deformed source, 0 without one. With `background` the differences and
 * the deformed source begin with an unmoved one already, and the heatmaps are given a first one of zeros.
 *
 * `like` [1|B, H, W, D] gives the size; `heatmap` [B, H, W, K], `difference` [B, K, 2] in units of [-1, 1], `deformed`
 * [B, K, H, W, C] are those that the settings name. `embedding` [B, H, W, K (1 + 2 + C)], with K+1 for K where there is a
 * background.
 *
 * Source: `MovementEmbeddingModule.forward` in the reference `modules/movement_embedding.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const interleave = define(
  'interleave',
  t.strict({ heatmap: t.boolean, difference: t.boolean, channels: whole, background: t.boolean }),
  (o) => {
    const k = o.background ? '(K+1)' : 'K'
    const per = (o.heatmap ? 1 : 0) + (o.difference ? 2 : 0) + o.channels
    const inputs = {
      like: tensor('1|B H W D'),
      ...(o.heatmap ? { heatmap: tensor('B H W K') } : {}),
      ...(o.difference ? { difference: tensor(`B ${k} 2` as 'B K 2') } : {}),
      ...(o.channels > 0 ? { deformed: tensor(`B ${k} H W ${o.channels}` as 'B K H W C') } : {})
    }
    return body(
      {
        inputs: record(inputs) as Spec<Parts>,
        outputs: record({ embedding: tensor(`B H W ${per}*${k}` as 'B H W C') })
      },
      ({ like, heatmap, difference, deformed }: Parts) => {
        const [, h, w] = like.shape
        const parts: Array<tf.Tensor> = []
        if (heatmap !== undefined) {
          const maps = o.background
            ? tf.pad(heatmap, [
                [0, 0],
                [0, 0],
                [0, 0],
                [1, 0]
              ])
            : heatmap
          parts.push(tf.expandDims(maps, 4)) // B H W K 1
        }
        if (difference !== undefined) {
          const [b, count] = difference.shape
          // not a tile: tfjs has no gradient for one of rank 5
          parts.push(tf.add(tf.reshape(difference, [b, 1, 1, count, 2]), tf.zeros([1, h, w, 1, 1]))) // B H W K 2
        }
        if (deformed !== undefined) parts.push(tf.transpose(deformed, [0, 2, 3, 1, 4])) // B H W K C
        const all = tf.concat(parts, 4)
        const [b, , , count, each] = all.shape as [number, number, number, number, number]
        return { embedding: tf.reshape(all, [b, h, w, count * each]) }
      },
      {
        shapes: ['like'],
        pullback: {
          inputs: [],
          outputs: [],
          run: ({ cotangents }, wants) => {
            const [b, h, w, all] = cotangents.embedding!.shape as [number, number, number, number]
            const count = all / per
            const each = tf.reshape(cotangents.embedding!, [b, h * w, count, per]) // B HW K per
            const part = (from: number, size: number) => tf.slice(each, [0, 0, 0, from], [-1, -1, -1, size])
            const after = o.heatmap ? 1 : 0
            const skipped = o.background ? 1 : 0
            const heatmap = () =>
              tf.reshape(tf.slice(each, [0, 0, skipped, 0], [-1, -1, -1, 1]), [b, h, w, count - skipped])
            const deformed = () =>
              tf.reshape(tf.transpose(part(after + (o.difference ? 2 : 0), o.channels), [0, 2, 1, 3]), [
                b,
                count,
                h,
                w,
                o.channels
              ])
            return {
              inputs: {
                ...(wants('inputs.heatmap') ? { heatmap: heatmap() } : {}),
                ...(wants('inputs.difference') ? { difference: tf.sum(part(after, 2), 1) } : {}),
                ...(wants('inputs.deformed') ? { deformed: deformed() } : {})
              }
            }
          }
        }
      }
    )
  }
)
