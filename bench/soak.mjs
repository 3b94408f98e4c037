/**
 * A long run of a server: memory and tensors while clients take frames at full rate.
 *
 *     node bench/soak.mjs [--model FILE] [--frames 10000] [--clients 1] [--seconds N] [--json FILE]
 *
 * All clients together send `--frames` frames, or as many as `--seconds` have room for; each goes on as fast as it is answered.
 * The verdict: every frame was answered, in order; tensors between frames are, as long as all clients are there, as many as after the tenth frame of each, and never more; the
 * resident memory of server and engine at the end is at most a tenth (and 24 MB) above what it was after the first fifth. The
 * exit code is 0 if all of that holds, else 1.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import { connect } from '../dist/client/index.js'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { values: asked } = parseArgs({
  options: {
    model: { type: 'string', default: here('../models/shapes.safetensors') },
    frames: { type: 'string' },
    clients: { type: 'string', default: '1' },
    seconds: { type: 'string' },
    json: { type: 'string' }
  }
})
const clients = Number(asked.clients)
const seconds = asked.seconds === undefined ? Number.POSITIVE_INFINITY : Number(asked.seconds)
const frames = Number(asked.frames ?? (asked.seconds === undefined ? 10_000 : Number.POSITIVE_INFINITY))
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const child = spawn(
  process.execPath,
  [here('../dist/io/cli/main.js'), 'serve', '--port', '0', '--quiet', '--max-rate', '10000', '--model', asked.model],
  { stdio: ['ignore', 'pipe', 'inherit'] }
)
const [first] = await once(child.stdout.setEncoding('utf8'), 'data')
const url = first.split('\n')[0].replace(/\/$/, '')
while ((await fetch(`${url}/readyz`)).status !== 200) await rest(100)

const names = {
  tensors: 'keyflow_tensors',
  tensorBytes: 'keyflow_tensor_bytes',
  engine: 'keyflow_engine_resident_memory_bytes',
  server: 'process_resident_memory_bytes',
  reports: 'keyflow_engine_reports_total'
}
const measure = async () => {
  const text = await (await fetch(`${url}/metrics`)).text()
  const of = (name) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1)
    )
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, of(name)]))
}
/** What the engine tells of itself when it has nothing to do: the second report from now on, as one may be on its way. */
const atRest = async () => {
  const { reports } = await measure()
  for (;;) {
    const at = await measure()
    if (at.reports >= reports + 2) return at
    await rest(100)
  }
}

/** A square on its way over a grey field, as RGB bytes. */
const side = 64
const picture = (n) => {
  const bytes = new Uint8Array(side * side * 3).fill(40)
  for (let y = 20; y < 40; y++)
    for (let x = 0; x < 20; x++) bytes.set([230, 60, 60], 3 * (y * side + ((8 + (n % 24) + x) % side)))
  return { format: 'raw', width: side, height: side, bytes }
}

let [sent, answered, disordered] = [0, 0, 0]
/** Clients have begun to go: tensors of their sources go with them. */
let leaving = false
/** How many frames may be sent: memory is looked at after the tenth with none under way. */
let until = 10 * clients
const began = performance.now()
const over = () => sent >= frames || performance.now() - began > 1000 * seconds
const waiters = []
async function* film() {
  for (let n = 0; !over(); n++) {
    while (sent >= until && !over()) await new Promise((resolve) => waiters.push(resolve))
    if (over()) return
    sent += 1
    yield { time: n * 40, picture: picture(n) }
  }
}
const open = (limit) => {
  until = limit
  for (const wake of waiters.splice(0)) wake()
}
const session = () =>
  new Promise((resolve, reject) => {
    let last = -1
    connect(url, { WebSocket, policy: 'block', reply: 'raw' })
      .animate(picture(0), film())
      .subscribe({
        next: ({ time }) => {
          answered += 1
          if (time <= last) disordered += 1
          last = time
        },
        complete: () => {
          leaving = true
          resolve()
        },
        error: reject
      })
  })
const all = Promise.all(Array.from({ length: clients }, session))
const settled = async () => {
  while (answered < Math.min(until, frames)) await rest(20)
}

const curve = []
const look = (at) => {
  curve.push({ frames: answered, seconds: Math.round((performance.now() - began) / 100) / 10, leaving, ...at })
  const { tensors, engine, server } = at
  process.stderr.write(
    `${String(answered).padStart(6)} frames  ${tensors} tensors  engine ${(engine / 2 ** 20).toFixed(1)} MB  server ${(server / 2 ** 20).toFixed(1)} MB\n`
  )
}
await settled()
const tenth = await atRest()
look(tenth)
open(Number.POSITIVE_INFINITY)
let ended = false
const done = all.then(() => {
  ended = true
})
done.catch(() => {
  ended = true
})
const stretch = Number.isFinite(frames) ? frames / 20 : undefined
let next = stretch
while (!ended) {
  await rest(stretch === undefined ? (1000 * seconds) / 20 : 50)
  if (stretch !== undefined && answered < next) continue
  look(await measure())
  next = answered + stretch
}
const took = (performance.now() - began) / 1000
await done
// Its sessions are closed: what the models keep is all that is left, as there was one source each before.
const bare = await atRest()
look(bare)

const fifth = curve.find((at) => at.frames >= answered / 5) ?? curve[0]
const last = curve.at(-2)
const flat = (key) => last[key] <= Math.max(fifth[key] * 1.1, fifth[key] + 24 * 2 ** 20)
const constant = curve.every((at) => (at.leaving ? at.tensors <= tenth.tensors : at.tensors === tenth.tensors))
const verdict = {
  answered: answered === sent && (Number.isFinite(frames) ? answered === frames : true),
  inOrder: disordered === 0,
  tensorsConstant: constant,
  engineFlat: flat('engine'),
  serverFlat: flat('server')
}
const report = { clients, frames: answered, seconds: took, framesPerSecond: answered / took, verdict, curve }
if (asked.json !== undefined) writeFileSync(asked.json, `${JSON.stringify(report, undefined, 2)}\n`)
child.kill('SIGTERM')
await once(child, 'close')
const words = Object.entries(verdict).map(([name, holds]) => `${name}: ${holds ? 'yes' : 'NO'}`)
process.stdout.write(`${answered} frames, ${clients} clients, ${took.toFixed(0)} s; ${words.join(', ')}\n`)
process.exitCode = Object.values(verdict).every(Boolean) ? 0 : 1
