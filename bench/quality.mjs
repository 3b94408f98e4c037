/**
 * Runs of training of the peer and of Keyflow, measured alike and side by side.
 *
 *     node bench/quality.mjs --peer DIR... --keyflow RUN... --data DATA --config CONFIG.yaml --out bench/results/quality
 *                            [--steps N,N...] [--videos 100] [--work DIR]
 *
 * DIR is a folder of `bench/peer/learn.py`, RUN one of `keyflow train`. Every step that all runs have a checkpoint of is
 * measured by `keyflow reconstruct`, the peer's after `keyflow import`. Writes OUT.json, OUT.md and OUT.svg. With `--work`, what
 * was measured stays there and is not measured again.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { grid } from '../dist/io/training/chart.js'
import { smooth } from '../dist/io/training/curves.js'

const cli = fileURLToPath(new URL('../dist/io/cli/main.js', import.meta.url))
const folders = { type: 'string', multiple: true, default: [] }
const text = { type: 'string' }
const { values: o, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    peer: folders,
    keyflow: folders,
    data: text,
    config: text,
    out: text,
    steps: text,
    videos: text,
    work: text
  },
  args: spread(process.argv.slice(2))
})
/** `--peer A B` as `--peer A --peer B`. */
function spread(args) {
  let last
  return args.flatMap((arg) => {
    if (arg.startsWith('--')) {
      last = ['--peer', '--keyflow'].includes(arg) ? arg : undefined
      return last === undefined ? [arg] : []
    }
    return last === undefined ? [arg] : [last, arg]
  })
}
for (const name of ['data', 'config', 'out']) if (o[name] === undefined) throw new Error(`--${name} is missing`)
if (positionals.length > 0) throw new Error(`what is ${positionals.join(', ')}?`)
if (o.peer.length === 0 || o.keyflow.length === 0) throw new Error('runs of both sides are needed: --peer, --keyflow')

const sides = [
  { side: 'PyTorch', of: o.peer, log: 'losses.ndjson', checkpoints: '' },
  { side: 'Keyflow', of: o.keyflow, log: 'log.ndjson', checkpoints: 'checkpoints' }
]
const runs = sides.flatMap(({ side, of, log, checkpoints }) =>
  of.map((folder) => {
    const files = readdirSync(join(folder, checkpoints)).flatMap((name) => {
      const step = /^step-(\d+)\.safetensors$/.exec(name)?.[1]
      return step === undefined ? [] : [[Number(step), join(folder, checkpoints, name)]]
    })
    return {
      side,
      name: basename(resolve(folder)),
      files: new Map(files),
      losses: readFileSync(join(folder, log), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    }
  })
)
const shared = [...runs[0].files.keys()]
  .filter((step) => step > 0 && runs.every(({ files }) => files.has(step)))
  .sort((a, b) => a - b)
const steps = o.steps === undefined ? shared : o.steps.split(',').map(Number)
const without = runs.flatMap(({ side, name, files }) =>
  steps.filter((step) => !files.has(step)).map((step) => `${side} ${name} has no step ${step}`)
)
if (steps.length === 0) throw new Error('the runs have no step in common')
if (without.length > 0) throw new Error(without.join('; '))

const keyflow = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, '--quiet'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  if (status !== 0) throw new Error(`keyflow ${args.join(' ')}: ${stderr.slice(-400)}`)
  return stdout
}
const videos = o.videos ?? '100'
const work = o.work ?? mkdtempSync(join(tmpdir(), 'keyflow-quality-'))
mkdirSync(work, { recursive: true })

/** What `keyflow reconstruct` says of a checkpoint: each measure by its name. */
const measured = ({ side, name, files }, step) => {
  const file = files.get(step)
  const bytes = readFileSync(file)
  const key = createHash('sha256')
    .update(bytes)
    .update(JSON.stringify([resolve(o.data), videos]))
    .digest('hex')
  const kept = join(work, `${key.slice(0, 24)}.json`)
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'))
  process.stderr.write(`quality: ${side} ${name}, step ${step}\n`)
  const model = side === 'Keyflow' ? file : join(work, 'imported.safetensors')
  if (side !== 'Keyflow') keyflow('import', file, '--config', o.config, '--out', model, '--weights-only')
  const report = JSON.parse(keyflow('reconstruct', '--model', model, '--data', o.data, '--videos', videos, '--json'))
  if (model !== file) rmSync(model)
  const found = Object.fromEntries(report.measures.map((m) => [m.name, { value: m.value, unit: m.unit }]))
  writeFileSync(`${kept}.part`, JSON.stringify(found))
  renameSync(`${kept}.part`, kept)
  return found
}
const rows = runs.flatMap((run) =>
  steps.map((step) => ({ side: run.side, run: run.name, step, measures: measured(run, step) }))
)
if (o.work === undefined) rmSync(work, { recursive: true })

const names = Object.keys(rows[0].measures)
const over = (values) => {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return { mean: values.reduce((a, b) => a + b) / values.length, low, high, spread: high - low, values }
}
/** Mean and spread of a measure over the runs of a side at a step; none where a run has no value. */
const figure = (side, step, name) => {
  const values = rows.filter((r) => r.side === side && r.step === step).map((r) => r.measures[name]?.value ?? null)
  return values.includes(null) ? null : over(values)
}
const figures = steps.flatMap((step) =>
  sides.map(({ side }) => ({
    step,
    side,
    measures: Object.fromEntries(names.map((name) => [name, figure(side, step, name)]))
  }))
)
/** At the last step: by how much Keyflow's mean is above the peer's, and whether the seeds of one side are that far apart. */
const verdict = Object.fromEntries(
  ['L1', 'keypoint consistency'].map((name) => {
    const [peer, ours] = sides.map(({ side }) => figure(side, steps.at(-1), name))
    const [difference, spread] = [ours.mean - peer.mean, Math.max(peer.spread, ours.spread)]
    return [name, { difference, spread, noWorse: difference <= spread }]
  })
)

const shown = (f) =>
  f === null ? '-' : `${f.mean.toPrecision(4)} (${f.low.toPrecision(4)} to ${f.high.toPrecision(4)})`
const units = Object.fromEntries(names.map((name) => [name, rows[0].measures[name].unit]))
const table = [
  `Mean over runs (lowest to highest). ${runs.map((r) => `${r.side} ${r.name}`).join(', ')}; ${videos} test videos.`,
  '',
  `| step | side | ${names.map((name) => `${name}, ${units[name]}`).join(' | ')} |`,
  `|---|---|${names.map(() => '---|').join('')}`,
  ...figures.map((f) => `| ${f.step} | ${f.side} | ${names.map((name) => shown(f.measures[name])).join(' | ')} |`),
  '',
  ...Object.entries(verdict).map(
    ([name, { difference, spread, noWorse }]) =>
      `${name} at step ${steps.at(-1)}: Keyflow's mean is ${Math.abs(difference).toPrecision(3)} ` +
      `${difference > 0 ? 'above' : 'below'} PyTorch's, seeds differ by up to ${spread.toPrecision(3)}: ` +
      `${noWorse ? 'no worse beyond the spread of seeds' : 'worse'}.`
  )
].join('\n')

const label = ({ side, name }) => `${side} ${name}`
const learned = runs.map((run) => {
  const raw = run.losses.map(({ step, losses }) => ({ x: step, y: losses['layer-0_rec'] }))
  return { label: label(run), raw, points: smooth(raw, Math.max(1, Math.round(raw.length / 25))) }
})
const bySteps = (name) =>
  runs.map((run) => ({
    label: label(run),
    dots: true,
    points: rows
      .filter((r) => r.side === run.side && r.run === run.name)
      .map(({ step, measures }) => ({ x: step, y: measures[name].value }))
  }))
const svg = await grid(
  'PyTorch and Keyflow, the same training',
  [
    { title: 'layer-0_rec', x: 'step', y: 'loss of the batches in training (logarithmic)', series: learned, log: true },
    ...['L1', 'keypoint consistency'].map((name) => ({
      title: `test ${name}`,
      x: 'step',
      y: units[name],
      series: bySteps(name)
    }))
  ],
  3,
  [420, 300]
)
mkdirSync(dirname(o.out), { recursive: true })
const json = { config: basename(o.config), videos: Number(videos), steps, figures, verdict, runs: rows }
writeFileSync(`${o.out}.json`, `${JSON.stringify(json, undefined, 2)}\n`)
writeFileSync(`${o.out}.md`, `${table}\n`)
writeFileSync(`${o.out}.svg`, svg)
console.log(table)
