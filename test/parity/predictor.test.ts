/** Training of the predictor, held to the original's: loss, gradients, what is learned, what is predicted. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../src/graphs/compile.js'
import { foresee } from '../../src/graphs/predictor.js'
import { predictorDecays, predictorIteration, predictorLearning } from '../../src/graphs/predictor-iteration.js'
import { run } from '../../src/graphs/run.js'
import { advanced, learner, replacing, type TrainingState } from '../../src/graphs/training.js'
import { float32Of, storedFloat32 } from '../../src/io/safetensors/safetensors.js'
import { isMoment } from '../../src/io/training/state.js'
import * as tf from '../../src/nodes/tf.js'
import * as G from './golden.js'

if (!G.present) process.stderr.write('no golden values beside the repository: the predictor is not held to them\n')

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const tensorOf = (x: G.Tensors[string]) => tf.tensor(float32Of(x), [...x.shape])

const setUp = (set: string) => {
  const file = (name: string) => G.read(join(G.folder, set, `${name}.safetensors`))
  const { spec, tensors: listed } = G.manifest(set)
  const given = file('inputs')
  const steps = given['kp.mean']!.shape[1]!
  const common = { num_kp: spec.num_kp, kp_variance: spec.kp_variance, num_channels: 3 }
  const rnn = { num_features: spec.num_features, num_layers: spec.num_layers }
  const span = { keep: spec.init_frames, frames: steps }
  const weights = Object.fromEntries(
    Object.entries(file('weights')).map(([name, x]) => [`predictor.${name.replace(/^predictor\./, '')}`, x])
  )
  const parts = ['mean', 'var'].filter((part) => given[`kp.${part}`] !== undefined)
  const inputs = () => Object.fromEntries(parts.map((part) => [part, tensorOf(given[`kp.${part}`]!)]))
  return { spec, listed, golden: file('outputs'), common, rnn, span, weights, parts, inputs }
}

/** Losses and gradients, iteration after iteration. */
const taught = (set: string, iterations: number) => {
  const { common, rnn, span, weights, inputs, spec } = setUp(set)
  const graph = predictorIteration(common, rnn, span)
  const program = right(compile(graph, { learning: predictorLearning }))
  const values = Object.fromEntries(
    Object.entries(program.weights).map(([path, { spec: s }]) => {
      const shape = s.leaves[0]!.dims.map(Number)
      return [path, isMoment(path) ? tf.zeros(shape) : tensorOf(weights[path]!)]
    })
  )
  const step = learner<{ losses: Readonly<Record<string, tf.Scalar>> }, object>(program as never, {
    check: true,
    decays: predictorDecays
  })
  let state: TrainingState = { values, adam: { predictor: 0 }, iteration: 0, epoch: 0, index: 0 }
  const batch = inputs()
  const losses = Array.from({ length: iterations }, () => {
    const made = step(state, batch, spec.lr)
    state = advanced(state, replacing(state.values, made.updates))
    const loss = made.outputs.losses['loss']!.dataSync()[0]!
    tf.dispose([made.outputs, made.taps] as unknown as tf.TensorContainer)
    return loss
  })
  const after = Object.fromEntries(Object.entries(state.values).map(([k, x]) => [k, Float32Array.from(x.dataSync())]))
  tf.dispose([batch, state.values] as unknown as tf.TensorContainer)
  return { losses, after }
}

const norm = (x: Float32Array) => Math.sqrt(x.reduce((s, v) => s + v * v, 0))

describe.runIf(G.present)('the predictor', () => {
  beforeAll(() => tf.startEngine('tensorflow'))

  for (const set of ['prediction', 'prediction-constant']) {
    it(`has the gradients of the original, ${set}`, () => {
      const { common, rnn, span, weights, inputs, golden } = setUp(set)
      const { objectives } = predictorLearning
      const program = right(compile(predictorIteration(common, rnn, span), { learning: { objectives } }))
      const before = tf.memory().numTensors
      const values = Object.fromEntries(Object.keys(program.weights).map((path) => [path, tensorOf(weights[path]!)]))
      const sizes = { predictor: tf.scalar(0) }
      const batch = { ...inputs(), sizes }
      const made = run(program, { check: true })(values, batch as never)
      const names = Object.keys(golden).filter((name) => name.startsWith('grad/'))
      expect(names.length).toBe(6)
      for (const name of names) {
        const own = Float32Array.from(made.gradients[`predictor.${name.slice(5)}`]!.dataSync())
        const due = float32Of(golden[name]!)
        expect(norm(own.map((v, i) => v - due[i]!)), name).toBeLessThanOrEqual(1e-5 * norm(due))
      }
      tf.dispose([values, batch, made.outputs, made.taps, made.gradients] as unknown as tf.TensorContainer)
      expect(tf.memory().numTensors).toBe(before)
    })

    it(`learns what the original learns, ${set}`, () => {
      const { golden, spec } = setUp(set)
      const history = float32Of(golden['out/loss_history']!)
      const { losses } = taught(set, history.length)
      losses.forEach((loss, i) => {
        expect(Math.abs(loss - history[i]!), `loss of iteration ${i}`).toBeLessThanOrEqual(1e-5 * history[i]!)
      })
      const { after } = taught(set, 1)
      const names = Object.keys(golden).filter((name) => name.startsWith('after/'))
      expect(names.length).toBe(6)
      for (const name of names) {
        const [own, due] = [after[`predictor.${name.slice(6)}`]!, float32Of(golden[name]!)]
        const errors = [...own].map((v, i) => Math.abs(v - due[i]!)).sort((a, b) => a - b)
        expect(errors.at(-1), name).toBeLessThanOrEqual(2 * spec.lr)
        expect(errors[Math.floor(0.99 * errors.length)], name).toBeLessThanOrEqual(1e-6)
      }
    })

    for (const holdVariance of [false, true])
      it(`predicts what the original predicts, ${set}, predict_variance ${holdVariance}`, () => {
        const { common, rnn, span, weights, parts, inputs, golden, listed } = setUp(set)
        const program = right(compile(foresee({ common, rnn, span, holdVariance })))
        const values = Object.fromEntries(Object.keys(program.weights).map((path) => [path, tensorOf(weights[path]!)]))
        const made = run(program, { check: true })(values, inputs() as never)
        for (const part of parts) {
          const name = `out/inference/predict_variance=${holdVariance ? 'True' : 'False'}/${part}`
          const own = (made.outputs as unknown as Record<string, tf.Tensor>)[part]!
          const got = storedFloat32(own.shape, Float32Array.from(own.dataSync()))
          G.holds(name, got, golden[name]!, listed[name]!)
        }
      })
  }
})
