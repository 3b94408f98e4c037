/**
 * The nodes of the port held to laws.
 *
 *     node --test examples/first-order-motion/first-order-motion.test.mjs
 */
import { it } from 'node:test'
import * as fc from 'fast-check'
import { grid, keypointDifference, tf } from 'keyflow/nodes'
import { drawn, holds, law, near, nodeLaws, shapeLaws, tidied } from 'keyflow/properties'
import { affineMotions, antiAlias, blend, jacobians, occlude, relativeJacobian, unfold } from './nodes.mjs'

await tf.startEngine()

const nodes = [
  antiAlias({ channels: 3, scale: 0.5 }),
  jacobians({ keypoints: 3, maps: 3 }),
  jacobians({ keypoints: 3, maps: 1 }),
  relativeJacobian,
  affineMotions({ keypoints: 3 }),
  unfold({ maps: 2 }),
  blend,
  occlude
]
for (const node of nodes)
  for (const { name, ...rest } of [...nodeLaws, ...shapeLaws(false)])
    it(`${node.kind} ${name}`, () => holds({ name, ...rest }, node))

const side = 7
const k = 3
const like = () => tf.zeros([1, side, side, 1])
const invertible = (b, seed) => tf.add(drawn([b, k, 2, 2], seed, -0.4, 0.4), tf.eye(2))
const points = (b, seed, jacobian) => ({ mean: drawn([b, k, 2], seed), jacobian })
const flows = (motions, from, to) => {
  const [b] = to.mean.shape
  return tf.reshape(motions.run({ from, to, like: like() }, {}).flow, [b, k + 1, side, side, 2])
}

/** Where nothing turns, every pixel moves by the way of the keypoint: Monkey-Net's sparse motion. */
const withoutTurnIsMonkeyNets = (motions) =>
  tidied((b, seed) => {
    const turn = invertible(1, seed + 2)
    const [from, to] = [points(1, seed, turn), points(b, seed + 1, tf.tile(turn, [b, 1, 1, 1]))]
    const way = { source: from.mean, driving: to.mean }
    const { difference } = keypointDifference({ background: true }).run(way, {})
    near(flows(motions, from, to), tf.add(tf.reshape(difference, [b, k + 1, 1, 1, 2]), grid(side, side)), 1e-5)
  })

/** Pixels around a keypoint read around that of the source: there and back is where one was. */
const backIsTheInverse = (motions) =>
  tidied((seed) => {
    const [from, to] = [points(1, seed, invertible(1, seed + 2)), points(1, seed + 1, invertible(1, seed + 3))]
    const there = flows(motions, from, to)
    // an affine map is known by where it takes three points: read off the corners of the grid
    const corner = (x, i, j) => tf.reshape(tf.slice(x, [0, 1, i, j, 0], [1, k, 1, 1, 2]), [k, 1, 2])
    const [a, b, c] = [corner(there, 0, 0), corner(there, 0, side - 1), corner(there, side - 1, 0)]
    const share = tf.div(tf.add(corner(flows(motions, to, from), 3, 2), 1), 2) // K 1 2
    const [x, y] = tf.split(share, 2, 2)
    const again = tf.add(a, tf.add(tf.mul(tf.sub(b, a), x), tf.mul(tf.sub(c, a), y)))
    near(again, tf.tile(tf.reshape(tf.slice(grid(side, side), [3, 2, 0], [1, 1, 2]), [1, 1, 2]), [k, 1, 1]), 1e-4)
  })

const laws = [
  law('without turns are those of Monkey-Net', [fc.integer({ min: 1, max: 3 }), fc.nat()], withoutTurnIsMonkeyNets),
  law('there and back are the identity', [fc.nat()], backIsTheInverse)
]
for (const each of laws) it(`affine motions ${each.name}`, () => holds(each, affineMotions({ keypoints: k })))
