/**
 * How long the steps of a run took, and how much of that they waited for data.
 *
 * `node bench/waiting.mjs RUN [--from N] [--json]`, RUN being the folder of `keyflow train`. The first two steps warm up; from
 * the third on (or from N) all count. A line that is being written is left out.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { logFiles, Time } from '../dist/io/training/log.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } }
})
const [run] = positionals
if (run === undefined) throw new Error('which run? node bench/waiting.mjs RUN')
const path = join(run, logFiles.times)
const steps = readFileSync(path, 'utf8')
  .split('\n')
  .slice(0, -1)
  .map((line, i) => {
    const time = Time.decode(JSON.parse(line))
    if (time._tag === 'Left') throw new Error(`${path}, line ${i + 1}: not the times of a step: ${line}`)
    return time.right
  })
  .filter(({ step }) => step >= Number(values.from))
if (steps.length === 0) throw new Error(`${path}: no step from ${values.from} on`)

const total = (pick) => steps.reduce((sum, step) => sum + pick(step), 0)
const seconds = total((s) => s.seconds)
const sorted = steps.map((s) => s.seconds).sort((a, b) => a - b)
const found = {
  run,
  steps: steps.length,
  medianSeconds: (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2,
  shareOfWaiting: total((s) => s.waiting) / seconds,
  stepsPerSecond: steps.length / seconds
}
console.log(
  values.json
    ? JSON.stringify(found)
    : `${found.steps} steps, ${found.medianSeconds.toFixed(3)} s the median, ${found.stepsPerSecond.toFixed(3)} a second; ` +
        `waiting for data ${(100 * found.shareOfWaiting).toFixed(2)} % of the time`
)
