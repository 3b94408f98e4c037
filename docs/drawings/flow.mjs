// @ts-check
/** Drawings of flows: a picture read through one, one flow behind another, and the dense motion of a model. */
import { compile, fastForms, named, readModel, run, valuesOf } from '../../dist/index.js'
import { purposeOf } from '../../dist/io/index.js'
import { grid, warp } from '../../dist/nodes/index.js'
import { picture, strip, tf } from './engine.mjs'
import { colourOf } from './keypoints.mjs'

/** A chequered picture [1, n, n, 3] with a mark in a corner, so that turns and mirrors show. @param {number} n */
const chequers = (n) =>
  tf.tidy(() => {
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => {
        const dark = (Math.floor((i * 6) / n) + Math.floor((j * 6) / n)) % 2 === 0
        if (i < n / 6 && j < n / 6) return [0.7, 0.25, 0.16]
        return dark ? [0.07, 0.44, 0.56] : [0.93, 0.95, 0.96]
      })
    )
    return tf.tensor4d([rows])
  })

const warped = (/** @type {any} */ image, /** @type {any} */ flow) =>
  /** @type {any} */ (warp.run({ image, flow }, {})).image

/** Positions turned by an angle, in degrees. @param {any} at @param {number} degrees */
const turned = (at, degrees) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
  return tf.reshape(
    tf.matMul(
      tf.reshape(at, [-1, 2]),
      tf.tensor2d([
        [c, s],
        [-s, c]
      ])
    ),
    at.shape
  )
}

const squeezed = (/** @type {any} */ x) => tf.squeeze(x, [0])

/** A picture, and what is read at positions that swell in the middle. */
export const swell = () =>
  strip(
    tf.tidy(() => {
      const image = chequers(72)
      const at = tf.expandDims(grid(72, 72), 0)
      const distance = tf.sum(tf.square(at), 3, true)
      const flow = tf.mul(at, tf.add(0.45, tf.mul(0.55, tf.minimum(distance, 1))))
      return [image, warped(image, flow), warped(image, tf.mul(at, 1.3))].map(squeezed)
    }),
    3
  )

/** Two warps one after the other, the warp by the composed flow, and their difference. */
export const composed = () =>
  strip(
    tf.tidy(() => {
      const image = chequers(72)
      const at = tf.expandDims(grid(72, 72), 0)
      const f = turned(at, 20)
      const g = tf.add(tf.mul(at, 0.8), tf.tensor1d([0.15, 0]))
      const twice = warped(warped(image, f), g)
      const once = warped(image, warped(f, g))
      return [image, twice, once, tf.abs(tf.sub(twice, once))].map(squeezed)
    }),
    3
  )

/** A map [h, w, K+1] as one colour for each channel. @param {any} mask */
const coloured = (mask) =>
  tf.tidy(() => {
    const rgb = (/** @type {string} */ hex) => [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    const k = mask.shape[2]
    const palette = tf.tensor2d([[0.93, 0.95, 0.96], ...Array.from({ length: k - 1 }, (_, i) => rgb(colourOf(i)))])
    return tf.reshape(tf.matMul(tf.reshape(mask, [-1, k]), palette), [mask.shape[0], mask.shape[1], 3])
  })

/** A relative flow [h, w, 2] as colours: red to the right, green down, grey where nothing moves. @param {any} flow */
const shown = (flow) =>
  tf.tidy(() => {
    const [x, y] = tf.split(tf.add(0.5, flow), 2, 2)
    return tf.concat(
      [/** @type {any} */ (x), /** @type {any} */ (y), tf.fill([flow.shape[0], flow.shape[1], 1], 0.5)],
      2
    )
  })

/**
 * The dense motion of the model of shapes, where all keypoints of the source are moved to the right and down: source, mask,
 * coarse flow, whole flow, deformed source.
 *
 * @param {string} root
 */
export const dense = async (root) => {
  const loaded = await readModel(`${root}/models/shapes.safetensors`)()
  if (loaded._tag === 'Left') throw new Error(JSON.stringify(loaded.left))
  const model = loaded.right
  const purpose = purposeOf(model.config, {})
  if (purpose._tag === 'Left') throw new Error(JSON.stringify(purpose.left))
  const source = await picture(`${root}/models/demo/source.png`)
  const ready = (/** @type {string} */ name) => {
    const compiled = compile(/** @type {any} */ (named[name]).build(purpose.right), { rules: fastForms })
    if (compiled._tag === 'Left') throw new Error(JSON.stringify(compiled.left))
    return compiled.right
  }
  const [detect, motion] = [ready('detect'), ready('motion')]
  const values = valuesOf(model, [...Object.keys(detect.weights), ...Object.keys(motion.weights)])
  const seen = run(detect)(values, { frames: source })
  const from = /** @type {any} */ (seen.outputs)
  const shift = tf.tensor3d([[[0.45, 0.25]]])
  const aim = tf.tidy(() => tf.add(from.mean, shift))
  const made = /** @type {any} */ (run(motion)(values, { source, from, to: { mean: aim, var: from.var } }))
  const { flow, mask } = made.outputs
  const pictures = tf.tidy(() => {
    const difference = tf.pad(tf.sub(from.mean, aim), [
      [0, 0],
      [1, 0],
      [0, 0]
    ])
    const [, h, w, k] = mask.shape
    const coarse = tf.reshape(tf.matMul(tf.reshape(mask, [h * w, k]), tf.reshape(difference, [k, 2])), [h, w, 2])
    const whole = tf.sub(squeezed(flow), grid(h, w))
    return [squeezed(source), coloured(squeezed(mask)), shown(coarse), shown(whole), squeezed(warped(source, flow))]
  })
  const drawn = await strip(pictures, 3)
  tf.dispose([source, values, seen.outputs, seen.taps, shift, aim, made.outputs, made.taps, pictures])
  return drawn
}
