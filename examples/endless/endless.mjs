/**
 * A camera that never ends: frames come from a process without end, a picture follows the newest of them, and when it is left
 * nothing stays behind. For a camera on the network, give ffmpeg `-i rtsp://...` in the place of the film that goes round.
 *
 *     node examples/endless/endless.mjs [--out DIR] [--frames N]
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { findFfmpeg, framesOf, mosaic, orThrow, pipeline, video, writeFrames } from 'keyflow/io'

const options = { out: { type: 'string', default: import.meta.dirname }, frames: { type: 'string', default: '24' } }
const { out, frames } = parseArgs({ options }).values
const size = { height: 64, width: 64 }
const rate = { num: 30, den: 1 }

const folder = await mkdtemp(join(tmpdir(), 'keyflow-'))
const film = join(folder, 'horse.mp4')
const drawn = async (index, count) => framesOf(await video('creatures', 2026, index, { size, frames: count }))
await orThrow(writeFrames(film, await drawn(13, 60), { rate }))
const [zebra] = await drawn(22, 1)

const { ffmpeg } = await findFfmpeg()
const input = ['-re', '-stream_loop', '-1', '-i', film]
const camera = spawn(ffmpeg, ['-v', 'error', ...input, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'], {
  stdio: ['ignore', 'pipe', 'ignore']
})
const gone = once(camera, 'close')

/** The frames of the camera, each with the time at which it came. */
let came = 0
async function* live() {
  let rest = Buffer.alloc(0)
  const whole = size.height * size.width * 3
  for await (const bytes of camera.stdout) {
    rest = Buffer.concat([rest, bytes])
    for (; rest.length >= whole; rest = rest.subarray(whole)) {
      came += 1
      yield { data: new Uint8Array(rest.subarray(0, whole)), ...size, time: performance.now() / 1000 }
    }
  }
}

const animate = await pipeline('transfer', { model: 'models/creatures.safetensors' })
const shown = []
const late = []
let passedOver = 0
try {
  for await (const frame of animate(zebra, live(), { policy: 'latest', dropped: () => passedOver++ })) {
    late.push(performance.now() / 1000 - frame.time)
    shown.push(frame)
    if (shown.length === Number(frames)) break
    for (const due = came + 3; came < due; ) await sleep(10) // a display that is slower than the camera
  }
} finally {
  camera.kill()
  await gone
  await animate[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
}
const median = late.sort((a, b) => a - b)[late.length >> 1]
console.log(
  `${shown.length} frames shown, ${passedOver} passed over; ${Math.round(1000 * median)} ms from camera to display`
)
assert(passedOver > 0 && came >= shown.length + passedOver, 'a slow display sees the newest frames, not all')
assert(
  shown.every(({ time }, i) => i === 0 || time > shown[i - 1].time),
  'in their order'
)
assert.notEqual(camera.exitCode ?? camera.signalCode, null, 'no child is left')

const enlarged = await Promise.all(shown.map((frame) => mosaic([[frame]], { scale: 2 })))
await orThrow(writeFrames(join(out, 'endless.webp'), enlarged, { rate: { num: 8, den: 1 }, quality: 40 }))
