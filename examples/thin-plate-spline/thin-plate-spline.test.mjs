/**
 * The spline held to laws: its own, those of every node, and those of warps.
 *
 *     node --test examples/thin-plate-spline/thin-plate-spline.test.mjs
 */
import { ok, rejects } from 'node:assert/strict'
import { it } from 'node:test'
import * as t from 'io-ts'
import { gradient, graph, toNode } from 'keyflow/graphs'
import { orThrow } from 'keyflow/io'
import { absoluteLoss, body, define, filled, record, tensor, tf, warp } from 'keyflow/nodes'
import { drawn, holds, nodeLaws, shapeLaws, warpLaws } from 'keyflow/properties'
import { splineLaws } from './laws.mjs'
import { splineWarp, thinPlateSpline } from './spline.mjs'

await tf.startEngine()
const derives = tf.getBackend() !== 'wasm' // WebAssembly is for inference
/** Tries a law, unless it needs derivatives that there are none of. */
const held = (what, law, subject, needed = law.derives) =>
  it(`${what} ${law.name}`, { skip: needed && !derives }, () => holds(law, subject))

for (const law of splineLaws) held('a spline', law, thinPlateSpline)

const one = thinPlateSpline({ stiffness: 1e-3 })
for (const law of [...nodeLaws, ...shapeLaws(derives)]) held('a spline', law, one)

/** A warp by the spline through the corners of a flow: the same warp where the flow is affine. */
const throughCorners = (image, flow) => {
  const [b, h, w] = flow.shape
  const corner = (x, i, j) => tf.reshape(tf.slice(x, [0, i, j, 0], [x.shape[0], 1, 1, 2]), [-1, 1, 2])
  const corners = (x) =>
    tf.concat(
      [
        [0, 0],
        [0, w - 1],
        [h - 1, 0],
        [h - 1, w - 1]
      ].map(([i, j]) => corner(x, i, j)),
      1
    )
  const like = tf.zeros([1, h, w, 1])
  const places = tf.tensor4d(
    [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1]
    ].flat(),
    [1, 2, 2, 2]
  )
  const to = tf.tile(tf.reshape(places, [1, 4, 2]), [b, 1, 1])
  const spline = thinPlateSpline({ stiffness: 0 }).run({ from: corners(flow), to, like }, {})
  return warp.run({ image, flow: spline.flow }, {}).image
}

for (const law of warpLaws) held('a warp by a spline', law, throughCorners, /differentiated/.test(law.name))

it('one that looks for its control points where the source has them is caught', () => {
  const swapped = (settings) => ({
    run: ({ from, to, like }) => thinPlateSpline(settings).run({ from: to, to: from, like }, {})
  })
  return rejects(() => holds(splineLaws[2], swapped), /meets its control points/)
})

it('control points are learned through a graph', { skip: !derives }, async () => {
  const place = define('place', t.strict({}), () =>
    body(
      { inputs: record({}), outputs: record({ points: tensor('1 6 2') }), weights: { points: filled('1 6 2', 0) } },
      (_, { points }) => ({ points: tf.clone(points) })
    )
  )
  const inputs = record({ image: tensor('1 H W 3'), to: tensor('1 6 2'), due: tensor('1 H W 3') })
  const learning = graph('learning', inputs, ({ image, to, due }, { step }) => {
    const { points: from } = step('place', place({}), {})
    const bent = step('bend', toNode(splineWarp(1e-2)), { image, from, to })
    return step('loss', absoluteLoss({ weight: 1 }), { a: bent.image, b: due })
  })
  const loss = await orThrow(async () => gradient(learning, ['place.points']))
  const smooth = (seed) => tf.image.resizeBilinear(drawn([1, 3, 3, 3], seed), [12, 12], true)
  const [image, to] = [smooth(1), drawn([1, 6, 2], 2)]
  const aim = tf.mul(to, 0.8)
  const { image: due } = warp.run(
    { image, flow: thinPlateSpline({ stiffness: 1e-2 }).run({ from: aim, to, like: image }, {}).flow },
    {}
  )
  let from = to
  const losses = []
  for (let i = 0; i < 30; i++) {
    const { outputs, gradients } = loss({ 'place.points': from }, { image, to, due })
    losses.push(outputs.loss.dataSync()[0])
    from = tf.sub(from, tf.mul(gradients['place.points'], 0.1))
  }
  ok(losses[29] < losses[0] / 4, losses.join(' '))
})
