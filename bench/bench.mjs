/**
 * `npm run bench`: speeds, ratios and memory, both sides of a ratio in one run, into `bench/results/*.json`, the tables of README.md
 * and on the screen.
 *
 *     node bench/bench.mjs [--rounds N] [--repeat N] [--out DIR] [NAME...]
 *
 * NAME is one of `plans` below, else all are run; `--rounds` is how often the sides take turns, `--repeat` how many iterations
 * of training count in each. The PyTorch peer takes part when its environment is there (`bench/peer/setup.sh`). Nothing else
 * should run meanwhile.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { figures, shownTogether, writeFigures } from './figures.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const python = here('peer/.venv/bin/python')
const cli = here('../dist/io/cli/main.js')
const threads = '2'
const { values: asked, positionals: only } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, repeat: { type: 'string' }, out: { type: 'string', default: here('results') } }
})
const env = { ...process.env, TF_NUM_INTRAOP_THREADS: threads, OMP_NUM_THREADS: threads }

const lastLine = (program, args) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr.slice(-400)}`)
  return JSON.parse(stdout.trim().split('\n').at(-1))
}
const median = (xs) => {
  const sorted = xs.toSorted((a, b) => a - b)
  return (sorted[(xs.length - 1) >> 1] + sorted[xs.length >> 1]) / 2
}
const write = (name, value) => {
  mkdirSync(asked.out, { recursive: true })
  writeFileSync(join(asked.out, `${name}.json`), `${JSON.stringify(value, undefined, 2)}\n`)
}
const machine = { processor: cpus()[0].model, threads: Number(threads), node: process.version }

const peerForms = {
  original: ['--form', 'original'],
  // batched, inference mode, channels last: what the issue of the peer calls its best form
  best: ['--form', 'best', '--no-fold', '--encode-every-frame', '--default-malloc', '--batch', '8,32'],
  // the same, rewritten with everything that we know: batch norm folded, the source encoded once, memory kept
  tuned: ['--form', 'best', '--batch', '8,32']
}

/** Ours (in batches of 8 and of 16, the faster counts) and the peer's forms in turn, `rounds` times; the median of each, and of the ratios round by round. */
const transfer = (
  config,
  side,
  { frames = 32, forms = Object.keys(peerForms), rounds = Number(asked.rounds ?? 2) } = {}
) => {
  const file = here(`configs/${config}.yaml`)
  const taking = existsSync(python) ? forms : []
  const turns = Array.from({ length: rounds }, () => {
    const ours = [8, 16].map((batch) => lastLine(process.execPath, [here('transfer.mjs'), file, side, frames, batch]))
    const peers = Object.fromEntries(
      taking.map((form) => {
        const more = [...peerForms[form], '--threads', threads, '--repeat', form === 'original' ? '1' : '3']
        const args = [
          here('peer/transfer.py'),
          '--config',
          file,
          '--size',
          `${side}x${side}`,
          '--frames',
          frames,
          ...more
        ]
        return [form, lastLine(python, args).frames_per_second]
      })
    )
    const best = ours.reduce((a, b) => (a.framesPerSecond > b.framesPerSecond ? a : b))
    return { ours: best, peers }
  })
  const of = (pick) => median(turns.map(pick))
  return {
    config,
    side,
    frames,
    framesPerSecond: of((t) => t.ours.framesPerSecond),
    shareOfConvolutionsAlone: of((t) => t.ours.framesPerSecond / t.ours.convolutionsAlone.framesPerSecond),
    peers: Object.fromEntries(
      taking.map((form) => [
        form,
        { framesPerSecond: of((t) => t.peers[form]), ratio: of((t) => t.ours.framesPerSecond / t.peers[form]) }
      ])
    ),
    turns
  }
}

/**
 * An iteration of training: ours and the peer's two forms in turn, `rounds` times; the median of each, and of the ratios round
 * by round, above 1 where we are faster or smaller. Every side is a process of its own, with two iterations that do not count.
 */
const training = (config, side, batch, { rounds = Number(asked.rounds ?? 3), repeat = asked.repeat } = {}) => {
  const file = here(`configs/${config}.yaml`)
  const forms = existsSync(python) ? ['original', 'best'] : []
  const turns = Array.from({ length: rounds }, () => {
    const ours = lastLine(process.execPath, [here('train.mjs'), file, side, batch, repeat ?? 7])
    const peers = forms.map((form) => {
      const size = ['--size', `${side}x${side}`, '--batch', batch, '--threads', threads]
      const many = ['--repeat', repeat ?? (form === 'original' ? 3 : 7)]
      return [form, lastLine(python, [here('peer/train.py'), '--config', file, '--form', form, ...size, ...many])]
    })
    return { ours, peers: Object.fromEntries(peers) }
  })
  const of = (pick) => median(turns.map(pick))
  const peerOf = (form) => ({
    secondsPerIteration: of((t) => t.peers[form].seconds_per_iteration),
    peakMegabytes: of((t) => t.peers[form].peak_rss_mb),
    ratio: of((t) => t.peers[form].seconds_per_iteration / t.ours.secondsPerIteration),
    ratioOfMemory: of((t) => t.peers[form].peak_rss_mb / t.ours.peakMegabytes)
  })
  return {
    config,
    side,
    batch,
    secondsPerIteration: of((t) => t.ours.secondsPerIteration),
    peakMegabytes: of((t) => t.ours.peakMegabytes),
    peers: Object.fromEntries(forms.map((form) => [form, peerOf(form)])),
    turns
  }
}

/** A command as a user runs it: wall-clock milliseconds, the median of five, and its peak memory. */
const command = (args) => {
  const runs = Array.from({ length: 5 }, () => {
    const began = performance.now()
    const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '%M', process.execPath, cli, ...args], {
      encoding: 'utf8',
      env
    })
    if (status !== 0) throw new Error(stderr)
    return { milliseconds: performance.now() - began, megabytes: Number(stderr.trim().split('\n').at(-1)) / 1024 }
  })
  return { milliseconds: median(runs.map((r) => r.milliseconds)), megabytes: median(runs.map((r) => r.megabytes)) }
}

/** Peak memory of long transfers, and how soon the first frame is there. */
const commands = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'keyflow-bench-'))
  const model = here('../models/shapes.safetensors')
  const picture = here('../models/demo/source.png')
  const { openClip, openWriter } = await import('../dist/io/media/index.js')
  const clip = (await openClip(here('../models/demo/driving.mp4'), {})()).right
  const all = []
  for await (const frame of clip.frames()) all.push(frame)
  const film = async (count) => {
    const path = join(dir, `${count}.mp4`)
    const writer = (await openWriter(path, { height: 64, width: 64, rate: { num: 25, den: 1 } })()).right
    for (let i = 0; i < count; i++) await writer.write(all[i % all.length])
    await writer.close()
    return path
  }
  const run = async (count) =>
    command([
      'transfer',
      '--model',
      model,
      '--source',
      picture,
      '--driving',
      await film(count),
      '--out',
      join(dir, 'o.mp4')
    ])
  const [one, short, long] = [await run(1), await run(300), await run(3000)]
  return {
    help: command(['--help']),
    oneFrame: one,
    frames300: short,
    frames3000: long,
    growth: long.megabytes / short.megabytes
  }
}

const wanted = (name) => only.length === 0 || only.includes(name)
const plans = {
  'transfer-moving-gif': () => transfer('moving-gif', 128),
  'transfer-shapes': () => transfer('shapes', 64),
  'transfer-vox-full': () => transfer('vox-full', 256, { frames: 16, forms: ['tuned'], rounds: 1 }),
  'train-shapes': () => training('shapes', 64, 16),
  'train-moving-gif': () => training('moving-gif', 128, 8),
  overhead: () => lastLine(process.execPath, [here('overhead.mjs')]),
  live: () => lastLine(process.execPath, [here('live.mjs')]),
  commands
}
const unknown = only.filter((name) => !Object.hasOwn(plans, name))
if (unknown.length > 0) throw new Error(`no plan ${unknown.join(', ')}: there are ${Object.keys(plans).join(', ')}`)
for (const [name, measure] of Object.entries(plans)) {
  if (!wanted(name)) continue
  process.stderr.write(`bench: ${name}\n`)
  write(name, { machine, ...(await measure()) })
}

process.stdout.write(`${shownTogether(figures(asked.out))}\n`)
if (resolve(asked.out) === here('results')) writeFigures()
