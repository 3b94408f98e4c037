/**
 * Speed of a transfer on tensors, in a process of its own: prints one line of JSON.
 *
 * `node bench/transfer.mjs CONFIG.yaml SIDE FRAMES BATCH`. Weights are drawn from a seed: speed does not depend on them.
 * Beside the frames per second: those that a loop of the same convolutions alone would reach, and the graph's own cost.
 */
import { readFileSync } from 'node:fs'
import { from, lastValueFrom, map } from 'rxjs'
import { compile } from '../dist/graphs/compile.js'
import { fastForms } from '../dist/graphs/fast-forms.js'
import { initial } from '../dist/graphs/run.js'
import { open } from '../dist/graphs/session.js'
import { transferFrames } from '../dist/graphs/transfer.js'
import { parseConfig } from '../dist/io/config/config.js'
import { profiler } from '../dist/io/run/profile.js'
import * as tf from '../dist/nodes/tf.js'
import { stream } from '../dist/streams/stream.js'

const [file, side, frames, batch] = [process.argv[2], ...process.argv.slice(3).map(Number)]
const right = (e) => {
  if (e._tag === 'Left') throw new Error(JSON.stringify(e.left))
  return e.right
}
const engine = await tf.startEngine()
const config = right(parseConfig(file, readFileSync(file, 'utf8')))
const program = right(
  compile(transferFrames(config.model_params, config.transfer_params.normalization_params), { rules: fastForms })
)
const weights = initial(program, 1)
const picture = (n, seed) => tf.randomUniform([n, side, side, 3], 0, 1, 'float32', seed)
const still = { source: picture(1, 1) }
if (program.entries.some(({ path }) => path === 'initial')) still.initial = picture(1, 2)
const driving = Array.from({ length: frames / batch }, (_, i) => picture(batch, 3 + i))

/** All frames through the stream, into bytes; seconds. */
const transfer = async () => {
  const began = performance.now()
  await lastValueFrom(
    from(driving.map((x) => ({ driving: tf.clone(x) }))).pipe(
      stream(program, { check: false })(weights, still),
      map((out) => {
        const bytes = out.prediction.dataSync()
        tf.dispose(out)
        return bytes.length
      })
    )
  )
  return (performance.now() - began) / 1000
}

/** Milliseconds that the convolutions of one batch take in a loop of nothing else, each as often as it occurs. */
const convolutions = () => {
  const session = open(program, { check: false })(weights, still)
  const recorded = []
  const { kernelFunc } = tf.getKernel('Conv2D', engine.backend)
  tf.unregisterKernel('Conv2D', engine.backend)
  tf.registerKernel({
    kernelName: 'Conv2D',
    backendName: engine.backend,
    kernelFunc: (call) => {
      recorded.push([call.inputs.x.shape, call.inputs.filter.shape, call.attrs.pad])
      return kernelFunc(call)
    }
  })
  tf.dispose(session.tick({ driving: driving[0] }).outputs)
  tf.unregisterKernel('Conv2D', engine.backend)
  tf.registerKernel({ kernelName: 'Conv2D', backendName: engine.backend, kernelFunc })
  session.close()
  let [milliseconds, flops] = [0, 0]
  for (const [x, filter, pad] of recorded) {
    const [input, kernel] = [tf.randomUniform(x), tf.randomUniform(filter)]
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now()
      const y = tf.conv2d(input, kernel, 1, pad)
      const took = performance.now() - began
      flops += (2 * y.size * filter[0] * filter[1] * filter[2]) / 5
      y.dispose()
      return took
    })
    milliseconds += Math.min(...times)
    tf.dispose([input, kernel])
  }
  return { milliseconds, gflops: flops / milliseconds / 1e6 }
}

await transfer()
const seconds = []
for (let i = 0; i < 5; i++) seconds.push(await transfer())
seconds.sort((a, b) => a - b)
const alone = convolutions()
const profile = profiler()
let started = false
const record = (...line) => started && profile.record(...line)
const session = open(program, { check: false, profile: record })(weights, still)
started = true
for (const x of driving) tf.dispose(session.tick({ driving: x }).outputs)
session.close()
const perFrame = (milliseconds) => Number((milliseconds / frames).toFixed(3))
console.log(
  JSON.stringify({
    engine,
    frames,
    batch,
    side,
    framesPerSecond: frames / seconds[2],
    fastest: frames / seconds[0],
    convolutionsAlone: { framesPerSecond: (batch * 1000) / alone.milliseconds, gflops: alone.gflops },
    profile: profile
      .kinds()
      .map(({ kind, milliseconds, runs }) => ({ kind, millisecondsPerFrame: perFrame(milliseconds), runs })),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024)
  })
)
