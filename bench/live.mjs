/**
 * Live transfer beside the transfer of a file, in one run: prints one line of JSON for each size.
 *
 *     node bench/live.mjs [--sizes 64,128] [--frames 300] [--rounds 3] [--seconds 5] [--out FILE]
 *
 * 64x64 is models/creatures; 128x128 is the model of bench/configs/moving-gif.yaml with weights drawn from a seed: speed does
 * not depend on them. Live and file take turns, `--rounds` times; medians count, and the ratio is the median of the ratios
 * round by round. Nothing else should run meanwhile: `load` tells what did.
 *
 * - `file`: frames per second of `keyflow transfer --batch 1` (the frames, not the start);
 * - `live`: of a session under `block`, raw frames in and out, over a socket to a server in its own process;
 * - `added`: ms from socket to socket, one frame under way at a time, less those of the model: median and 95th percentile;
 * - `latest`: latency under 60 frames a second in, in times of the model;
 * - `health`: ms that /healthz takes while batches compute.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { WebSocket } from 'ws'
import { connect } from '../dist/client/index.js'
import { compile } from '../dist/graphs/compile.js'
import { initial } from '../dist/graphs/run.js'
import { transferFrames } from '../dist/graphs/transfer.js'
import { parseConfig } from '../dist/io/config/config.js'
import { openWriter } from '../dist/io/media/index.js'
import { storedOf } from '../dist/io/model/held.js'
import { writeModel } from '../dist/io/model/model.js'
import * as tf from '../dist/nodes/tf.js'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const cli = here('../dist/io/cli/main.js')
const { values: asked } = parseArgs({
  options: {
    sizes: { type: 'string', default: '64,128' },
    frames: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    out: { type: 'string' }
  }
})
const [frames, rounds, seconds] = [Number(asked.frames), Number(asked.rounds), Number(asked.seconds)]
const folder = mkdtempSync(join(tmpdir(), 'keyflow-bench-'))
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
const at = (xs, share) => xs.toSorted((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(share * xs.length))]
const median = (xs) => at(xs, 0.5)
const round = (n) => Number(n.toFixed(2))
const right = (e) => {
  if (e._tag === 'Left') throw new Error(JSON.stringify(e.left))
  return e.right
}

/** A model with weights from a seed. */
const drawn = async (file) => {
  await tf.startEngine()
  const config = right(parseConfig(file, readFileSync(file, 'utf8')))
  const { model_params, transfer_params } = config
  const program = right(compile(transferFrames(model_params, transfer_params.normalization_params)))
  const path = join(folder, 'moving-gif.safetensors')
  const origin = { by: 'train', file: 'drawn', sha256: '0'.repeat(64), epoch: 0, iteration: 0 }
  right(await writeModel(path, { config, origin, tensors: storedOf(initial(program, 1)) })())
  return path
}

/** A disc on its way, as RGB bytes. */
const picture = (side, n) => {
  const bytes = new Uint8Array(side * side * 3).fill(40)
  const [x0, y0, r] = [side * (0.4 + 0.2 * Math.sin(n / 12)), side * (0.5 + 0.2 * Math.cos(n / 9)), side / 6]
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      if ((x - x0) ** 2 + (y - y0) ** 2 < r * r) bytes.set([230, 60, 60], 3 * (y * side + x))
  return { format: 'raw', width: side, height: side, bytes }
}

/** Frames per second of a transfer from file to file, from the first frame that is done to the last. */
const file = async (model, source, film) => {
  const args = [cli, 'transfer', '--model', model, '--source', source, '--driving', film]
  const child = spawn(
    process.execPath,
    [...args, '--out', join(folder, 'out.mp4'), '--batch', '1', '--progress', 'json'],
    { stdio: ['ignore', 'ignore', 'pipe'] }
  )
  const marks = []
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (data) => {
    const now = performance.now()
    text += data
    const lines = text.split('\n')
    text = lines.pop()
    for (const line of lines) {
      if (!line.startsWith('{')) continue
      const { done } = JSON.parse(line)
      if (typeof done === 'number' && done > 0) marks.push([done, now])
    }
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`transfer ended with ${code}`)
  const [first, last] = [marks[0], marks.at(-1)]
  return (1000 * (last[0] - first[0])) / (last[1] - first[1])
}

const serve = async (model) => {
  const child = spawn(
    process.execPath,
    [cli, 'serve', '--port', '0', '--quiet', '--max-rate', '10000', '--model', model],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  const [first] = await once(child.stdout.setEncoding('utf8'), 'data')
  const url = first.split('\n')[0].replace(/\/$/, '')
  while ((await fetch(`${url}/readyz`)).status !== 200) await rest(50)
  return { url, end: () => (child.kill('SIGTERM'), once(child, 'close')) }
}

/** A session; each result with when it came. */
const session = (url, side, film, options) =>
  new Promise((resolve, reject) => {
    const results = []
    connect(url, { WebSocket, reply: 'raw', ...options })
      .animate(picture(side, 0), film)
      .subscribe({
        next: (frame) => results.push({ came: performance.now(), ...frame }),
        complete: () => resolve(results),
        error: reject
      })
  })
const pictures = (side) => Array.from({ length: 120 }, (_, n) => picture(side, n))
const film = async function* (all, count) {
  for (let n = 0; n < count; n++) yield { time: n * 40, picture: all[n % all.length] }
}
const warm = 5

/** Frames per second under `block`. */
const block = async (url, side, all) => {
  const results = (await session(url, side, film(all, frames), { policy: 'block' })).slice(warm)
  return (1000 * (results.length - 1)) / (results.at(-1).came - results[0].came)
}
/** One frame at a time: what is added to the model's time. */
const alone = async (url, side, all) => {
  const results = await session(url, side, film(all, Math.min(frames, 200)), { policy: 'block', underWay: 1 })
  return results.slice(warm).map(({ latency, modelMs }) => ({ added: latency - modelMs, model: modelMs }))
}
/** Sixty frames a second under `latest`. */
const sixty = async (url, side, all) => {
  const timed = async function* () {
    const began = performance.now()
    for (let n = 0; n < 60 * seconds; n++) {
      await rest(began + (n * 1000) / 60 - performance.now())
      yield { time: n * (1000 / 60), picture: all[n % all.length] }
    }
  }
  const results = (await session(url, side, timed(), { policy: 'latest' })).slice(warm)
  const model = median(results.map(({ modelMs }) => modelMs))
  const latency = median(results.map(({ latency }) => latency))
  return { framesPerSecond: results.length / seconds, latency, model, times: latency / model }
}
/** /healthz while a session computes as fast as it can. */
const health = async (url, side, all) => {
  let going = true
  const times = []
  const busy = block(url, side, all).finally(() => {
    going = false
  })
  while (going) {
    const began = performance.now()
    await (await fetch(`${url}/healthz`)).text()
    times.push(performance.now() - began)
    await rest(10)
  }
  await busy
  return { median: median(times), p95: at(times, 0.95), most: Math.max(...times), requests: times.length }
}

const measure = async (side) => {
  const model = side === 64 ? here('../models/creatures.safetensors') : await drawn(here('configs/moving-gif.yaml'))
  const all = pictures(side)
  const path = join(folder, `${side}.mp4`)
  const writer = right(await openWriter(path, { height: side, width: side, rate: { num: 25, den: 1 } })())
  for (let n = 0; n < frames; n++)
    await writer.write({ ...all[n % all.length], data: all[n % all.length].bytes, time: n / 25 })
  await writer.close()
  const source = join(folder, `${side}.png`)
  await sharp(all[0].bytes, { raw: { width: side, height: side, channels: 3 } }).toFile(source)
  const server = await serve(model)
  const turns = []
  await session(server.url, side, film(all, 20), { policy: 'block' })
  for (let i = 0; i < rounds; i++) {
    const load = loadavg()[0]
    turns.push({
      file: await file(model, source, path),
      live: await block(server.url, side, all),
      alone: await alone(server.url, side, all),
      latest: await sixty(server.url, side, all),
      load
    })
  }
  const healthz = await health(server.url, side, all)
  await server.end()
  const added = turns.flatMap((turn) => turn.alone.map((one) => one.added))
  return {
    side,
    file: round(median(turns.map((turn) => turn.file))),
    live: round(median(turns.map((turn) => turn.live))),
    ratio: round(median(turns.map((turn) => turn.live / turn.file))),
    model: round(median(turns.flatMap((turn) => turn.alone.map((one) => one.model)))),
    added: { median: round(median(added)), p95: round(at(added, 0.95)) },
    latest: Object.fromEntries(
      ['framesPerSecond', 'latency', 'model', 'times'].map((key) => [
        key,
        round(median(turns.map((t) => t.latest[key])))
      ])
    ),
    health: Object.fromEntries(Object.entries(healthz).map(([key, n]) => [key, round(n)])),
    turns: turns.map(({ file, live, latest, load }) => ({
      file: round(file),
      live: round(live),
      times: round(latest.times),
      load: round(load)
    }))
  }
}

const machine = { processor: cpus()[0].model, processors: availableParallelism(), node: process.version }
const found = { machine, frames, rounds, sizes: [] }
try {
  for (const side of asked.sizes.split(',').map(Number)) {
    process.stderr.write(`live: ${side}x${side}\n`)
    found.sizes.push(await measure(side))
    process.stderr.write(`${JSON.stringify(found.sizes.at(-1))}\n`)
    if (asked.out !== undefined) writeFileSync(asked.out, `${JSON.stringify(found, undefined, 2)}\n`)
  }
  process.stdout.write(`${JSON.stringify(found)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
