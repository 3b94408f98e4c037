/**
 * What our kernels of training compute on large maps, as checksums by kernel, in a process of its own: the number of threads
 * is settled when the engine starts. Prints one line of JSON; nothing in it where the engine has no kernels of ours.
 */
import { createHash } from 'node:crypto'
import * as tf from '../dist/nodes/tf.js'

await tf.startEngine()
/** Numbers from -1 to 1 that look random and are the same everywhere. */
const drawn = (shape, seed) => {
  let state = seed
  const size = shape.reduce((a, b) => a * b, 1)
  const values = Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
  return tf.tensor(values, shape)
}
const digest = (tensors) => {
  const hash = createHash('sha256')
  for (const x of tensors) hash.update(new Uint8Array(x.dataSync().slice().buffer))
  return hash.digest('hex')
}
const found = {}
if (tf.hasKernels()) {
  const [b, h, w, c] = [5, 37, 41, 19]
  const [weight, bias] = [drawn([c], 1), drawn([c], 2)]
  for (const over of [0, 1, 2])
    for (const [pool, woven] of [
      [0, 0],
      [1, 0],
      [0, 1]
    ]) {
      const x = drawn([b, h, w, woven ? 4 * c : c], 3)
      const how = tf.tensor1d([over, 0.2, pool, woven])
      const [y, mean, variance] = tf.kernels('KeyflowNorm', [x, weight, bias, how], 3)
      const dy = drawn(y.shape, 4)
      const back = tf.kernels('KeyflowNormGrad', [x, weight, bias, how, mean, variance, dy], 3)
      found[`norm ${over} ${pool} ${woven}`] = digest([y, mean, variance])
      found[`norm back ${over} ${pool} ${woven}`] = digest(back)
    }
  const many = [1, 2, 3, 4].map((seed) => drawn([300001], seed))
  found.adam = digest(tf.kernels('KeyflowAdam', [many[0], many[1], tf.abs(many[2]), many[3], tf.scalar(0.01)], 4))
  found.phases = digest([tf.kernel('KeyflowPhasesGrad', [drawn([2, 2, 64, 4 * 65], 5)])])
  for (const n of [1, b])
    found[`warp ${n}`] = digest(
      tf.kernels('KeyflowWarpGrad', [drawn([n, h, w, c], 6), drawn([b, h, w, 2], 7), drawn([b, h, w, c], 8)], 2)
    )
}
console.log(JSON.stringify(found))
