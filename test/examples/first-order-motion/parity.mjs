/**
 * The port of the First Order Motion Model held to the original's modules: the same numbers from the same checkpoint, as the
 * graph is drawn and in its fast form. `make.py` made both files.
 */
import { ok } from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { compile, run } from 'keyflow/graphs'
import { float32Of, orThrow, program, readSafetensors } from 'keyflow/io'
import { tf } from 'keyflow/nodes'
import { readParams, readWeights } from '../../../examples/first-order-motion/checkpoint.mjs'
import { transfer } from '../../../examples/first-order-motion/transfer.mjs'

const beside = (name) => `${import.meta.dirname}/${name}`

/** The largest difference of a tensor from what is expected under a name. */
const apart = (x, { shape, ...stored }) => {
  ok(x.shape.join() === shape.join(), `${x.shape} instead of ${shape}`)
  return tf.tidy(() => tf.max(tf.abs(tf.sub(x, tf.tensor(float32Of({ shape, ...stored }), [...shape])))).dataSync()[0])
}

await tf.startEngine()
const { model_params, animate_params } = await readParams(beside('tiny.yaml'))
const graph = transfer(model_params, animate_params.normalization_params)
const { tensors } = await orThrow(readSafetensors(beside('expected.safetensors')))

const forms = {
  'as drawn': async () => compile(graph, { taps: true }),
  'in its fast form': async () => program(graph)
}
for (const [name, form] of Object.entries(forms))
  describe(`first order motion ${name}`, () => {
    let made
    before(async () => {
      const drawn = await orThrow(form)
      const frames = tf.div(tf.tensor(new Uint8Array(tensors.frames.data), [...tensors.frames.shape]), 255)
      const [source, initial, driving] = tf.split(frames, 3)
      made = run(drawn)(await readWeights(beside('tiny.pth.tar'), drawn), { source, initial, driving })
    })

    for (const [of, expected] of Object.entries({
      source: 'source',
      initial: 'initial',
      driving: 'driving',
      to: 'normalised'
    }))
      it(`finds and brings over keypoints and jacobians: ${expected}`, () => {
        ok(apart(made.outputs[of].mean, tensors[`${expected}.value`]) < 1e-5)
        ok(apart(made.outputs[of].jacobian, tensors[`${expected}.jacobian`]) < 1e-5)
      })

    it('makes the same pictures', () => {
      ok(apart(made.outputs.prediction, tensors.prediction) < 1e-5)
      ok(apart(made.outputs.deformed, tensors.deformed) < 5e-4) // kept in 16 bits
    })

    if (name === 'as drawn')
      for (const [tap, expected] of Object.entries({ flow: 'deformation', mask: 'mask', occlusion: 'occlusion' }))
        it(`has the same ${expected}`, () => ok(apart(made.taps[`generate.${tap}`], tensors[expected]) < 1e-5))
  })
