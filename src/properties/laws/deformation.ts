/**
 * The laws of deformed sources, and of what a network sees of them.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { deformedSource } from '../../nodes/deformed-source.js'
import type { interleave } from '../../nodes/interleave.js'
import * as tf from '../../nodes/tf.js'
import { warp } from '../../nodes/warp.js'
import { atMost } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, inner, near, perSample, reader, slopeAt0, tabulated } from '../tensors.js'

import { identity, points, type Scene, scene } from './scenes.js'

/** Law: the deformed source of a keypoint is the source warped by a flow that moves every pixel by its difference. */
const deformationIsAConstantWarp = (deform: typeof deformedSource) =>
  tidied((o: Scene, shared: boolean) => {
    const { b, h, w, k, c } = o
    const source = drawn<tf.Rank.R4>([shared ? 1 : b, h, w, c], o.seed)
    const difference = tf.mul(points(o, 3), 1.5) as tf.Tensor3D
    const flow = (i: number) =>
      tf.add(identity(h, w, b), tf.reshape(tf.slice(difference, [0, i, 0], [b, 1, 2]), [b, 1, 1, 2]))
    const warped = Array.from(
      { length: k },
      (_, i) => warp.run({ image: source, flow: flow(i) as tf.Tensor4D }, {}).image
    )
    near(deform.run({ source, difference }, {}).deformed, tf.stack(warped, 1), 2e-5)
  })

/** Law: the gradients of the deformed source by the source and by the difference are its slopes. */
const deformationHasItsSlope = (deform: typeof deformedSource) =>
  tidied((o: Scene) => {
    const { b, h, w, k, c } = o
    const source = drawn<tf.Rank.R4>([1, h, w, c], o.seed)
    // shifts by a whole number of pixels and a fraction that is far from both neighbours
    const pixels = entries(drawn([b, k, 2], o.seed + 1, -2, 2))
    const size = [w, h]
    const difference = tabulated<tf.Rank.R3>([b, k, 2], (n, i, axis) => {
      const p = pixels[(n * k + i) * 2 + axis]!
      return ((Math.floor(p) + 0.3 + 0.4 * (p - Math.floor(p))) * 2) / (size[axis]! - 1)
    })
    const y = drawn([b, k, h, w, c], o.seed + 2)
    const total = (s: tf.Tensor, d: tf.Tensor) =>
      tf.sum(tf.mul(deform.run({ source: s as tf.Tensor4D, difference: d as tf.Tensor3D }, {}).deformed, y))
    const [bySource, byDifference] = tf.grads(total)([source, difference]) as [tf.Tensor, tf.Tensor]
    const value = total(source, difference).dataSync()[0]!
    atMost(Math.abs(inner(bySource, source) - value), 1e-4 * Math.max(1, Math.abs(value)))
    const along = tf.mul(drawn([b, k, 2], o.seed + 3), tf.tensor1d([1 / w, 1 / h]))
    const rise = slopeAt0((t) => total(source, tf.add(difference, tf.mul(along, t))).dataSync()[0]!, 0.05)
    atMost(Math.abs(inner(byDifference, along) - rise), 2e-3 * Math.max(1, Math.abs(rise)))
  })

/** Law: per keypoint stand its heatmap, its difference and its deformed source, in this order, the background first. */
const channelsAreInterleaved = (make: typeof interleave) =>
  tidied((o: Scene, heatmap: boolean, difference: boolean, deformed: boolean, background: boolean) => {
    if (!heatmap && !difference && !deformed) return
    const { b, h, w, k, c } = o
    const extra = background ? 1 : 0
    const given = {
      heatmap: drawn<tf.Rank.R4>([b, h, w, k], o.seed),
      difference: drawn<tf.Rank.R3>([b, k + extra, 2], o.seed + 1),
      deformed: drawn<tf.Rank.R5>([b, k + extra, h, w, c], o.seed + 2)
    }
    const settings = { heatmap, difference, channels: deformed ? c : 0, background }
    const wanted = Object.entries({ heatmap, difference, deformed }).filter(([, on]) => on)
    const inputs = Object.fromEntries(wanted.map(([name]) => [name, given[name as keyof typeof given]]))
    const like = tf.zeros<tf.Rank.R4>([1, h, w, 2])
    const embedding = make(settings).run({ like, ...inputs }, {}).embedding
    const [p, d, s] = [reader(given.heatmap), reader(given.difference), reader(given.deformed)]
    const per = (n: number, i: number, j: number, m: number): ReadonlyArray<number> => [
      ...(heatmap ? [m < extra ? 0 : p(n, i, j, m - extra)] : []),
      ...(difference ? [d(n, m, 0), d(n, m, 1)] : []),
      ...(deformed ? Array.from({ length: c }, (_, x) => s(n, m, i, j, x)) : [])
    ]
    const each = per(0, 0, 0, 0).length
    near(
      embedding,
      tabulated([b, h, w, each * (k + extra)], (n, i, j, x) => per(n, i, j, Math.floor(x / each))[x % each]!),
      0
    )
  })

/** Law: the deformed source of a sample is made of its own source and differences. */
const deformationIsOfItsSample = (deform: typeof deformedSource) =>
  tidied((o: Scene) => {
    const source = drawn<tf.Rank.R4>([o.b, o.h, o.w, o.c], o.seed)
    perSample<{ source: tf.Tensor4D; difference: tf.Tensor3D }>((x) => deform.run(x, {}).deformed)({
      source,
      difference: points(o, 1)
    })
  })

const yes = fc.boolean()

/**
 * What a source that is deformed for each keypoint keeps: pictures [B, H, W, C] and differences [B, K, 2] in units of [-1, 1]
 * to [B, K, H, W, C].
 *
 * @category laws
 * @since 0.1.0
 */
export const deformationLaws: ReadonlyArray<Law<typeof deformedSource>> = [
  law('is the source warped by a constant flow, for each keypoint', [scene, yes], deformationIsAConstantWarp),
  law('has the gradients that finite differences have', [scene], deformationHasItsSlope, { runs: 24 }),
  law('is that of its own sample', [scene], deformationIsOfItsSample)
]

/**
 * What a network that sees movement is given: an `embedding` [B, H, W, C], as `interleave` makes it.
 *
 * @category laws
 * @since 0.1.0
 */
export const embeddingLaws: ReadonlyArray<Law<typeof interleave>> = [
  law('has its channels interleaved per keypoint', [scene, yes, yes, yes, yes], channelsAreInterleaved, { runs: 60 })
]
