/** A training run without the training: starts or goes on, records twelve steps, a checkpoint every third. */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseConfig } from '../../../dist/io/config/config.js'
import { readSafetensors, storedFloat32, writeSafetensors } from '../../../dist/io/safetensors/safetensors.js'
import { openRun } from '../../../dist/io/training/folder.js'
import { newest } from '../../../dist/io/training/keep.js'
import { openRecorder } from '../../../dist/io/training/recorder.js'

const [path] = process.argv.slice(2)
const right = (result) => {
  if (result._tag === 'Right') return result.right
  writeSync(1, JSON.stringify(result.left))
  process.exit(1)
}
const nets = 'block_expansion: 2, max_features: 4, num_blocks: 1'
const text = `model_params:
  common_params: {num_kp: 1, kp_variance: single, num_channels: 3}
  kp_detector_params: {temperature: 0.1, ${nets}}
  generator_params: {${nets}, num_refinement_blocks: 0, dense_motion_params: null, kp_embedding_params: null}
  discriminator_params: {}
`
const config = right(parseConfig('config', text))
const engine = { backend: 'none', version: '0' }
const own = { seed: 1, fineTune: false, began: 0, init: null }
const info = { keyflow: '0', node: '0', engine, threads: 1, command: [], ...own }
const folder = right(await openRun(path, { config, info, manifest: ['a'], resume: true, now: new Date(0) })())
const found = folder.resumed ? right(await newest(join(path, 'checkpoints'), readSafetensors)()) : {}
const done = found.found?.step ?? 0
const keeping = { recent: 2, every: 6 }
const recorder = right(await openRecorder(folder, { config, done, total: 12, keeping, teller: undefined })())
let weight = found.found === undefined ? 1 : new Float32Array(found.found.value.tensors.w.data.slice().buffer)[0]
for (let step = done + 1; step <= 12; step++) {
  weight = Math.fround(Math.sin(3 * weight) + 1)
  right(await recorder.record({ step, epoch: 0, losses: { rec: weight }, seconds: 0.1, waiting: 0 })())
  const tensors = { w: storedFloat32([1000], new Float32Array(1000).fill(weight)) }
  const save = (file) => writeSafetensors(file, { tensors, metadata: {} })
  if (step % 3 === 0) right(await recorder.checkpoint(step, save, weight)())
}
right(await recorder.close())
right(await folder.close())
writeSync(1, 'end')
