/**
 * The laws of the scale of a movement.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'
import type { movementScale } from '../../nodes/movement-scale.js'
import * as tf from '../../nodes/tf.js'
import * as some from '../arbitrary/numbers.js'
import { close, equal } from '../due.js'
import { type Law, law, tidied } from '../law.js'
import { drawn, entries, tabulated } from '../tensors.js'

/** Area of the convex hull of a few points, by the definition: the part of the plane that no line through two points cuts off. */
const hull = (points: ReadonlyArray<readonly [number, number]>): number => {
  // every point on the border, in the order of its angle about the centroid
  const side = (p: readonly number[], q: readonly number[], r: readonly number[]) =>
    (q[0]! - p[0]!) * (r[1]! - p[1]!) - (q[1]! - p[1]!) * (r[0]! - p[0]!)
  const border = points.filter((p) =>
    points.some((q) => q !== p && (points.every((r) => side(p, q, r) >= 0) || points.every((r) => side(p, q, r) <= 0)))
  )
  const [cx, cy] = [0, 1].map((i) => border.reduce((s, p) => s + p[i]!, 0) / border.length) as [number, number]
  const turn = [...border].sort((p, q) => Math.atan2(p[1] - cy, p[0] - cx) - Math.atan2(q[1] - cy, q[0] - cx))
  return (
    Math.abs(
      turn.reduce((s, p, i) => s + p[0] * turn[(i + 1) % turn.length]![1] - p[1] * turn[(i + 1) % turn.length]![0], 0)
    ) / 2
  )
}

const scaleOf = (node: typeof movementScale, source: tf.Tensor3D, initial: tf.Tensor3D): number =>
  entries(node.run({ source, initial }, {}).scale)[0]!

/** Law: the scale is the root of the ratio of the areas of the convex hulls: source over driving. */
const scaleIsTheRootOfTheAreas = (node: typeof movementScale) =>
  tidied((k: number, seed: number) => {
    const [source, initial] = [drawn<tf.Rank.R3>([1, k, 2], seed), drawn<tf.Rank.R3>([1, k, 2], seed + 1)]
    const points = (x: tf.Tensor) => (x.arraySync() as Array<Array<[number, number]>>)[0]!
    const expected = Math.sqrt(hull(points(source)) / hull(points(initial)))
    close(scaleOf(node, source, initial) / expected, 1, 3)
  })

/** Law: the scale grows with the source, shrinks with the driving object, and sees neither place nor direction of either. */
const scaleFollowsTheSizes = (node: typeof movementScale) =>
  tidied((k: number, seed: number, a: number, b: number, angle: number) => {
    const [source, initial] = [drawn<tf.Rank.R3>([1, k, 2], seed), drawn<tf.Rank.R3>([1, k, 2], seed + 1)]
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    const turned = tf.reshape(
      tf.matMul(
        tf.reshape(source, [k, 2]),
        tf.tensor2d([
          [c, -s],
          [s, c]
        ])
      ),
      [1, k, 2]
    )
    const larger = tf.add(tf.mul(turned, a), tf.tensor1d([0.3, -0.2])) as tf.Tensor3D
    const ratio = scaleOf(node, larger, tf.mul(initial, b)) / scaleOf(node, source, initial)
    close(ratio / (a / b), 1, 2)
    close(scaleOf(node, source, source), 1, 6)
  })

/** Law: without an area there is nothing to scale by. */
const noAreaIsNoScale = (node: typeof movementScale) =>
  tidied((k: number, seed: number, lone: boolean) => {
    const initial = drawn<tf.Rank.R3>([1, Math.max(k, 3), 2], seed)
    const flat = tabulated<tf.Rank.R3>([1, lone ? Math.min(k, 2) : k, 2], (_, i) => (lone ? 0.1 : i / 4))
    const other = lone
      ? tf.slice(initial, [0, 0, 0], [1, Math.min(k, 2), 2])
      : tf.slice(initial, [0, 0, 0], [1, Math.min(k, initial.shape[1]), 2])
    equal(scaleOf(node, flat, other as tf.Tensor3D), 1)
    equal(scaleOf(node, other as tf.Tensor3D, flat), 1)
  })

const several = some.between(3, 8)
const scale = some.real(0.3, 3)

/**
 * What the scale of a movement keeps: a scalar of two poses [1, K, 2].
 *
 * @category laws
 * @since 0.1.0
 */
export const movementScaleLaws: ReadonlyArray<Law<typeof movementScale>> = [
  law('is the root of the ratio of two areas', [several, some.seed], scaleIsTheRootOfTheAreas),
  law(
    'follows the sizes of the objects, not their place and direction',
    [several, some.seed, scale, scale, some.unit],
    scaleFollowsTheSizes
  ),
  law('is one where an object has no area', [some.count(4), some.seed, fc.boolean()], noAreaIsNoScale)
]
