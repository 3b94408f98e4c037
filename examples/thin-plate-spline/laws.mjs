/** What a thin-plate spline keeps, as laws that any test runner can try. */
import * as fc from 'fast-check'
import { grid, tf } from 'keyflow/nodes'
import { atMost, drawn, keypoints, law, near, numbers, tidied } from 'keyflow/properties'

const side = 9
const like = () => tf.zeros([1, side, side, 1])
const flowOf = (spline, from, to) => spline.run({ from, to, like: like() }, {}).flow
const identity = (b) => tf.tile(tf.expandDims(grid(side, side), 0), [b, 1, 1, 1])

/** Control points on different pixels, so that a flow can be read at them, and the numbers of these pixels. */
const onPixels = (k, seed) => {
  const next = numbers(seed)
  const pixels = Array.from({ length: side * side }, (_, i) => [next(), i]).sort(([a], [b]) => a - b)
  const at = tf.tensor1d(
    pixels.slice(0, k).map(([, i]) => i),
    'int32'
  )
  return { at, points: tf.expandDims(tf.gather(tf.reshape(grid(side, side), [-1, 2]), at), 0) }
}
const met = (flow, at) => tf.expandDims(tf.gather(tf.reshape(flow, [-1, 2]), at), 0)

const seed = fc.nat()
const count = fc.integer({ min: 6, max: 12 })
const stiffness = fc.constantFrom(0, 1e-3, 1e-2, 1)

const identityWhereNothingMoves = (spline) =>
  tidied((sketch, s) => {
    const { mean } = sketch.make()
    near(flowOf(spline({ stiffness: s }), mean, mean), identity(mean.shape[0]), 1e-6)
  })

const reproducesAffineMaps = (spline) =>
  tidied((k, s, n) => {
    const { points } = onPixels(k, n)
    const [matrix, shift] = [drawn([2, 2], n + 1), drawn([2], n + 2)]
    const map = (x) => tf.add(tf.reshape(tf.matMul(tf.reshape(x, [-1, 2]), matrix), x.shape), shift)
    near(flowOf(spline({ stiffness: s }), map(points), points), map(identity(1)), 1e-3)
  })

const meetsItsControlPoints = (spline) =>
  tidied((k, n) => {
    const { at, points } = onPixels(k, n)
    const from = drawn([1, k, 2], n + 1)
    near(met(flowOf(spline({ stiffness: 0 }), from, points), at), from, 1e-3)
  })

/** Every control point comes twice, with two places to be at: nothing can meet them, and the spline must stay calm. */
const theStifferTheFarther = (spline) =>
  tidied((k, n) => {
    const once = onPixels(k, n)
    const [at, to] = [tf.concat([once.at, once.at]), tf.concat([once.points, once.points], 1)]
    const from = drawn([1, 2 * k, 2], n + 1)
    const missed = (s) =>
      tf.sum(tf.square(tf.sub(met(flowOf(spline({ stiffness: s }), from, to), at), from))).dataSync()[0]
    const all = [1e-3, 1e-2, 0.1, 1, 1e4].map(missed) // the last is the best affine map
    all.slice(1).forEach((next, i) => atMost(all[i], next * (1 + 1e-4)))
  })

const knowsNoOrder = (spline) =>
  tidied((k, n) => {
    const { points } = onPixels(k, n)
    const [from, made] = [drawn([1, k, 2], n + 1), spline({ stiffness: 1e-2 })]
    near(flowOf(made, tf.reverse(from, 1), tf.reverse(points, 1)), flowOf(made, from, points), 1e-4)
  })

const keepsSamplesApart = (spline) =>
  tidied((k, n) => {
    const [one, two] = [onPixels(k, n).points, onPixels(k, n + 1).points]
    const [from, made] = [drawn([1, k, 2], n + 2), spline({ stiffness: 1e-2 })]
    near(flowOf(made, from, tf.concat([one, two])), tf.concat([flowOf(made, from, one), flowOf(made, from, two)]), 1e-4)
  })

/** Control points apart from one another: near to a line, or to each other, the slope itself changes within a step. */
const hasTheSlopeOfFiniteDifferences = (spline) =>
  tidied((s, n) => {
    const [to, from] = [onPixels(8, n).points, drawn([1, 8, 2], n + 1)]
    const [dy, ...along] = [drawn([1, side, side, 2], n + 2), drawn([1, 8, 2], n + 3), drawn([1, 8, 2], n + 4)]
    const made = spline({ stiffness: s })
    const inner = (x, y) => tf.sum(tf.mul(x, y)).dataSync()[0]
    const slope = tf
      .grads((...points) => tf.sum(tf.mul(flowOf(made, ...points), dy)))([from, to])
      .reduce((sum, x, i) => sum + inner(x, along[i]), 0)
    const at = (step) => inner(flowOf(made, ...[from, to].map((x, i) => tf.add(x, tf.mul(along[i], step)))), dy)
    const step = 4e-3
    const due = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
    atMost(Math.abs(slope - due), 0.02 * Math.max(1, Math.abs(due)))
  })

/** Of a kind of node that makes a spline of a stiffness. */
export const splineLaws = [
  law('reads each pixel at its own place where nothing moves', [keypoints(), stiffness], identityWhereNothingMoves),
  law('reproduces affine maps, however stiff', [count, stiffness, seed], reproducesAffineMaps),
  law('meets its control points without stiffness', [count, seed], meetsItsControlPoints),
  law(
    'is the farther from its control points the stiffer it is, also where they coincide',
    [count, seed],
    theStifferTheFarther
  ),
  law('knows no order of its control points', [count, seed], knowsNoOrder),
  law('is that of its own sample', [count, seed], keepsSamplesApart),
  law('has the slope of finite differences', [stiffness, seed], hasTheSlopeOfFiniteDifferences, { derives: true })
]
