/** A thin-plate spline as a node, and a picture warped by it as a graph. */
import * as t from 'io-ts'
import { graph } from 'keyflow/graphs'
import { body, define, grid, node, record, tensor, tf, warp } from 'keyflow/nodes'

/** `r^2 log r` of squared distances; its slope at 0 is finite too. */
const bending = (squared) => tf.mul(0.5, tf.mul(squared, tf.log(tf.add(squared, 1e-12))))

/** Squared distances of points [B, M, 2] and [B, K, 2]: [B, M, K]. */
const apart = (a, b) => tf.sum(tf.square(tf.sub(tf.expandDims(a, 2), tf.expandDims(b, 1))), 3)

/** `(1, x, y)` of points [B, M, 2]: [B, M, 3]. */
const plane = (points) =>
  tf.pad(
    points,
    [
      [0, 0],
      [0, 0],
      [1, 0]
    ],
    1
  )

/**
 * `a^-1 b` for symmetric, positive definite `a` [B, N, N] and `b` [B, N, C], by Gauss-Jordan elimination: no pivot is looked
 * for, so it is a fixed chain of tensor operations that tfjs differentiates.
 */
const solve = (a, b) => {
  const [n, c] = [a.shape[2], b.shape[2]]
  let all = tf.concat([a, b], 2)
  for (let i = 0; i < n; i++) {
    const row = tf.slice(all, [0, i, 0], [-1, 1, -1])
    const column = tf.slice(all, [0, 0, i], [-1, -1, 1])
    const pivot = tf.slice(row, [0, 0, i], [-1, 1, 1])
    const others = tf.sub(column, tf.slice(tf.eye(n), [0, i], [n, 1]))
    all = tf.sub(all, tf.matMul(others, tf.div(row, pivot)))
  }
  return tf.slice(all, [0, 0, n], [-1, -1, c])
}

/** Keeps the plane through control points that lie in a line, or are fewer than three, from sloping where they do not say. */
const flat = [0, 1e-4, 1e-4]

/**
 * Where each pixel of a picture is read so that what is at the control points `from` comes to be at `to`, and everything
 * between bends as little as it can: `flow` [B, h, w, 2] at the size of `like`, both in (x, y) from -1 to 1.
 *
 * `f(z) = z + a + A z + sum over k of w_k U(|z - to_k|)` with `U(r) = r^2 log r`, of all functions the one that minimises
 * `sum over k of |f(to_k) - from_k|^2 + stiffness * bending energy`. With stiffness 0 it meets its control points; keypoints may
 * come as near to one another as they like with any stiffness above 0, which also bounds how far it may bend between them.
 *
 * The weights `w` are orthogonal to all planes, so with `Q` the projection away from planes they are
 * `(Q U Q + stiffness I)^-1 Q (from - to)`: the system is positive definite wherever the points are. (`I - Q` is added to it,
 * where it changes nothing, so that it is with stiffness 0 too.)
 *
 * Source: Bookstein, Principal Warps (PAMI 1989); Wahba, Spline Models for Observational Data (1990), section 2.4.
 */
export const thinPlateSpline = define('thinPlateSpline', t.strict({ stiffness: t.number }), ({ stiffness }) =>
  body(
    {
      inputs: record({ from: tensor('1|B K 2'), to: tensor('B K 2'), like: tensor('1|D H W C') }),
      outputs: record({ flow: tensor('B H W 2') })
    },
    ({ from, to, like }) => {
      const [, h, w] = like.shape
      const [b, k] = to.shape
      const way = tf.sub(from, to) // B K 2
      const p = plane(to) // B K 3
      const squares = tf.add(tf.matMul(p, p, true), tf.diag(tf.tensor1d(flat)))
      const once = solve(squares, tf.transpose(p, [0, 2, 1])) // B 3 K: a plane from values at the control points
      const onto = tf.sub(tf.mul(once, 2), tf.matMul(once, tf.matMul(p, once))) // and one from what that one missed
      const inPlane = tf.matMul(p, onto) // B K K: I - Q
      const away = (x) => tf.sub(x, tf.matMul(inPlane, x))
      const u = bending(apart(to, to))
      const bent = tf.transpose(away(tf.transpose(away(u), [0, 2, 1])), [0, 2, 1])
      const system = tf.add(tf.add(bent, inPlane), tf.mul(tf.eye(k), stiffness))
      const weights = solve(system, away(way)) // B K 2
      const slope = tf.matMul(onto, tf.sub(way, tf.matMul(u, weights))) // B 3 2
      const pixels = tf.tile(tf.reshape(grid(h, w), [1, h * w, 2]), [b, 1, 1])
      const moved = tf.add(tf.matMul(plane(pixels), slope), tf.matMul(bending(apart(pixels, to)), weights))
      return { flow: tf.reshape(tf.add(pixels, moved), [b, h, w, 2]) }
    },
    { shapes: ['like'] }
  )
)

/** Pictures in which what is at the control points `from` has come to `to`. */
export const splineWarp = (stiffness) => {
  const inputs = record({ image: tensor('1|B H W C'), from: tensor('B K 2'), to: tensor('B K 2') })
  return graph('splineWarp', inputs, ({ image, from, to }, { step }) => {
    const { flow } = step('spline', thinPlateSpline({ stiffness }), { from, to, like: image })
    return { image: step('warp', warp, { image, flow }).image, flow }
  })
}

/** Control points and eight on the border that stay where they are, so that the picture does: [B, K, 2] to [B, K + 8, 2]. */
export const anchored = node(
  'anchored',
  {
    inputs: record({ from: tensor('1|B K 2'), to: tensor('B K 2') }),
    outputs: record({ from: tensor('B K+8 2'), to: tensor('B K+8 2') })
  },
  ({ from, to }) => {
    const [b] = to.shape
    const border = tf.tensor3d([
      [
        [-1, -1],
        [0, -1],
        [1, -1],
        [-1, 0],
        [1, 0],
        [-1, 1],
        [0, 1],
        [1, 1]
      ]
    ])
    const more = (points) => tf.concat([tf.tile(points, [b / points.shape[0], 1, 1]), tf.tile(border, [b, 1, 1])], 1)
    return { from: more(from), to: more(to) }
  }
)
