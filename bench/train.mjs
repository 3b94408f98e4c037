/**
 * Speed of an iteration of training, in a process of its own: prints one line of JSON, as the peer's `train.py` does.
 *
 * `node bench/train.mjs CONFIG.yaml SIDE BATCH [REPEAT]`. The iteration is the one that `keyflow train` runs, its losses read
 * in every step. Weights are drawn from a seed and pictures are random: speed does not depend on values.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { iteration, learning } from '../dist/graphs/iteration.js'
import { initial } from '../dist/graphs/run.js'
import { advanced, learner, replacing } from '../dist/graphs/training.js'
import { parseConfig } from '../dist/io/config/config.js'
import { program as compiled } from '../dist/io/run/compute.js'
import { profiler } from '../dist/io/run/profile.js'
import * as tf from '../dist/nodes/tf.js'

const [file, side, batch, repeat = 5] = [process.argv[2], ...process.argv.slice(3).map(Number)]
const right = (e) => {
  if (e._tag === 'Left') throw new Error(JSON.stringify(e.left))
  return e.right
}
const engine = await tf.startEngine()
const config = right(parseConfig(file, readFileSync(file, 'utf8')))
const { model_params, train_params } = config
const program = right(compiled(iteration(model_params, train_params), { learning: learning(train_params) }))
const rate = train_params.lr
const { num_channels: channels } = model_params.common_params
const picture = (seed) => tf.randomUniform([batch, side, side, channels], 0, 1, 'float32', seed)
const pictures = { source: picture(1), driving: picture(2) }

let state = {
  values: initial(program, 1),
  adam: { generator: 0, kp_detector: 0, discriminator: 0 },
  iteration: 0,
  epoch: 0,
  index: 0
}
/** One iteration; the losses as numbers. */
const iterate = (step) => {
  const made = step(state, pictures, rate)
  const names = Object.keys(made.outputs.losses)
  const numbers = tf.tidy(() =>
    tf.stack([...Object.values(made.outputs.losses), made.taps['gradient.norm']]).dataSync()
  )
  state = advanced(state, replacing(state.values, made.updates))
  tf.dispose([made.outputs, made.taps])
  return Object.fromEntries(names.map((name, i) => [name, numbers[i]]))
}

const step = learner(program)
const seconds = []
let losses
for (let i = 0; i < repeat + 2; i++) {
  const began = performance.now()
  losses = iterate(step)
  seconds.push((performance.now() - began) / 1000)
}
const counted = seconds.slice(2).sort((a, b) => a - b)
const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024)
const { record, kinds } = profiler()
iterate(learner(program, { check: false, profile: record }))
console.log(
  JSON.stringify({
    engine,
    config: basename(file),
    side,
    batch,
    secondsPerIteration: (counted[(counted.length - 1) >> 1] + counted[counted.length >> 1]) / 2,
    seconds: seconds.slice(2),
    peakMegabytes,
    losses,
    profile: kinds().map(({ kind, milliseconds, runs }) => ({ kind, milliseconds: Math.round(milliseconds), runs }))
  })
)
