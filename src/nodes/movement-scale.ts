import { polygonArea, polygonHull } from 'd3-polygon'
import { node } from './node.js'
import { record, tensor } from './spec.js'
import * as tf from './tf.js'

/** Area of the convex hull of points [1, K, 2] in the units of the grid; 0 where they lie on one line. */
const hullArea = (mean: tf.Tensor3D): number => {
  const points = (mean.arraySync() as Array<Array<[number, number]>>)[0]!
  const hull = polygonHull(points)
  return hull === null ? 0 : Math.abs(polygonArea(hull))
}

/**
 * How much larger the source object is than the driving one: `sqrt(area(hull(source)) / area(hull(initial)))`. `source` and
 * `initial` [1, K, 2], (x, y) in [-1, 1]; `scale` a scalar from 0 on.
 *
 * 1 where either hull has no area. It reads numbers on the host, once per stream, for both inputs are held.
 *
 * Source: `movement_mult` of `normalize_kp` in the reference `transfer.py`.
 *
 * @category motion
 * @since 0.1.0
 */
export const movementScale = node(
  'movementScale',
  {
    inputs: record({ source: tensor('1 K 2'), initial: tensor('1 K 2') }),
    outputs: record({ scale: tensor('') })
  },
  ({ source, initial }) => {
    const [from, to] = [hullArea(source), hullArea(initial)]
    return { scale: tf.scalar(from > 0 && to > 0 ? Math.sqrt(from) / Math.sqrt(to) : 1) }
  }
)
