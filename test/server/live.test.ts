/** Live sessions over a real socket, to a real engine in its own process. */
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { numbersOf, offered, type Part } from '../../src/client/protocol.js'
import { readModel, valuesOf } from '../../src/io/model/model.js'
import * as tf from '../../src/nodes/tf.js'
import { live, livePrograms, liveWeights, type Motion } from '../../src/streams/live.js'
import { model } from '../cli/keyflow.js'
import { until } from '../until.js'
import { asJpeg, type Guest, guest, leave, type Running, ready, shownTo, square, start, temporary } from './server.js'

let server: Running
/** No engine begins while this file is there. */
const gate = join(temporary(), 'gate')
/** The engine's process. */
const engine = (): number => {
  const children = execFileSync('pgrep', ['-P', String(server.child.pid), '-f', 'server/engine/main'])
  return Number(String(children).trim().split('\n')[0])
}
beforeAll(async () => {
  const limits = ['--max-sessions', '4', '--max-pixels', '250000', '--max-rate', '1000']
  const gated = { NODE_OPTIONS: `--import ${new URL('gate.mjs', import.meta.url)}`, GATE: gate }
  server = await start(['--model', model, ...limits], gated)
  await ready(server.url)
})
afterAll(() => server.end())
afterEach(leave)

const shown = (own: Guest, count: number) =>
  until(
    () => own.results.length,
    (n) => n >= count
  )
const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const line = text.split('\n').find((l) => l.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1))
}
const part = (own: Guest, at: number, what: Part['what']): Part => own.results[at]!.parts.find((p) => p.what === what)!

/** What the library makes of the same pictures, without a server. */
const expected = async (frames: ReadonlyArray<number>): Promise<ReadonlyArray<Uint8Array>> => {
  await tf.startEngine()
  const read = await readModel(model)()
  if (E.isLeft(read)) throw new Error(JSON.stringify(read.left))
  const { config } = read.right
  const params = config.model_params
  const programs = livePrograms(params)
  const own = live(programs, valuesOf(read.right, liveWeights(programs)), { height: 64, width: 64 })
  const picture = (at: number) =>
    tf.tensor3d(
      Float32Array.from(square(at).bytes, (b) => b / 255),
      [64, 64, 3]
    )
  const still = own.still(picture(0))
  const manner = { normalisation: config.transfer_params.normalization_params, strength: 1, smoothing: null }
  let motion: Motion | undefined
  return frames.map((at, i) => {
    const row = { still, driving: picture(at), seconds: i, manner, ...(motion === undefined ? {} : { motion }) }
    const [made] = own.tick([row])
    motion = made!.motion
    return Uint8Array.from(made!.prediction.dataSync(), (v) => Math.max(0, Math.min(255, Math.round(v * 255))))
  })
}

describe('a session', () => {
  it('gives what the library gives, in order, with times and numbers carried over', async () => {
    const own = await shownTo(server.url)
    const frames = [0, 4, 9, 15, 22]
    const seqs = frames.map((at) => own.send('driving', square(at)))
    await shown(own, frames.length)
    expect(own.results.map(({ seq }) => seq)).toEqual(seqs)
    expect(own.results.map(({ time }) => time)).toEqual(seqs.map((seq) => seq * 40))
    const due = await expected(frames)
    due.forEach((bytes, i) => {
      const off = bytes.map((b, n) => Math.abs(b - part(own, i, 'prediction').bytes[n]!))
      expect(Math.max(...off)).toBeLessThanOrEqual(1)
    })
    expect(Buffer.compare(due[0]!, due[4]!)).not.toBe(0)
    own.say({ type: 'close' })
    expect((await own.closed)[0]).toBe(1000)
    const timed = async (): Promise<ReadonlyArray<string>> => {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      const runs = text.matchAll(/^keyflow_node_runs_total\{model="shapes",program="(\w+)",node="[^"]+"\} \d+$/gm)
      return [...new Set([...runs].map(([, program]) => program!))].sort()
    }
    await until(timed, (programs) => programs.length === 4)
    expect(await timed()).toEqual(['detect', 'encode', 'follow', 'paint'])
  })
  it('brings the maps that are asked for, and pictures as JPEG', async () => {
    const own = await shownTo(server.url, { reply: 'jpeg', overlays: ['deformed', 'flow', 'mask'] })
    own.send('driving', await asJpeg(square(5)))
    await shown(own, 1)
    const { parts, seen, aim, score, modelMs } = own.results[0]!
    expect(parts.map(({ what, format, channels }) => [what, format, channels])).toEqual([
      ['prediction', 'encoded', 3],
      ['deformed', 'encoded', 3],
      ['flow', 'fixed16', 2],
      ['mask', 'raw', 5]
    ])
    expect([...part(own, 0, 'prediction').bytes.subarray(0, 2)]).toEqual([0xff, 0xd8])
    const mask = numbersOf(part(own, 0, 'mask'))!
    for (let at = 0; at < mask.length; at += 500) {
      const from = 5 * Math.floor(at / 5)
      expect(mask.slice(from, from + 5).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 1)
    }
    expect([seen.mean.length, aim.mean.length]).toEqual([8, 8])
    expect(score).toBeGreaterThanOrEqual(0)
    expect(modelMs).toBeGreaterThan(0)
    own.say({ type: 'set', overlays: [], reply: 'raw' })
    own.send('driving', square(5))
    await shown(own, 2)
    expect(own.results[1]!.parts.map(({ what, format }) => [what, format])).toEqual([['prediction', 'raw']])
    own.socket.close()
  })
  it('is driven by keypoints as by the frame they were seen in', async () => {
    const own = await shownTo(server.url)
    for (const at of [0, 7]) own.send('driving', square(at))
    await shown(own, 2)
    own.say({ type: 'recalibrate' })
    const { encodeFrame } = await import('../../src/client/protocol.js')
    for (const [i, seq] of [100, 101].entries())
      own.socket.send(encodeFrame({ kind: 'pose', seq, time: 1000 + seq, pose: own.results[i]!.seen }))
    await shown(own, 4)
    for (const i of [0, 1])
      expect(Buffer.compare(part(own, i, 'prediction').bytes, part(own, i + 2, 'prediction').bytes)).toBe(0)
    own.socket.close()
  })
  it('starts the motion again where it is told to, and stands still with no strength', async () => {
    const own = await shownTo(server.url)
    for (const at of [0, 12]) own.send('driving', square(at))
    await shown(own, 2)
    own.say({ type: 'recalibrate' })
    own.send('driving', square(12))
    await shown(own, 3)
    const [first, moved, again] = own.results.map(({ aim }) => [...aim.mean])
    expect(again).toEqual(first)
    expect(moved).not.toEqual(first)
    own.say({ type: 'set', manner: { strength: 0 } })
    own.send('driving', square(3))
    await shown(own, 4)
    const still = [...own.results[3]!.aim.mean]
    still.forEach((x, i) => expect(x).toBeCloseTo(first![i]!, 5))
    own.socket.close()
  })
  it('starts the motion at the best frame so far while it aligns', async () => {
    const own = await shownTo(server.url)
    for (const at of [14, 0, 14]) own.send('driving', square(at))
    await shown(own, 3)
    const scores = own.results.map(({ score }) => score)
    expect(scores[1]).toBeLessThan(scores[0]!)
    own.say({ type: 'align', on: true })
    own.send('driving', square(0))
    await shown(own, 4)
    // At the best frame the source has its own pose.
    const points = (await own.first('source')).points
    points.forEach((x, i) => expect(own.results[3]!.aim.mean[i]).toBeCloseTo(x, 4))
    expect([...own.results[1]!.aim.mean]).not.toEqual([...own.results[3]!.aim.mean])
    own.socket.close()
  })
  it('tells once a second what it counts', async () => {
    const own = await shownTo(server.url)
    own.send('driving', square(1))
    const stats = await until(
      () => own.told.find((m) => m.type === 'stats' && m.shown === 1 && Object.keys(m.nodes).length > 0),
      (m) => m !== undefined
    )
    expect(stats).toMatchObject({ received: 1, shown: 1, dropped: 0, queued: 0 })
    own.socket.close()
  })
})

describe('a client that does not take what it is sent', () => {
  it('never has more than four results under way, and gets the others when it takes them', async () => {
    const own = await shownTo(server.url)
    own.acking = false
    const seqs = Array.from({ length: 12 }, (_, i) => own.send('driving', square(i)))
    await shown(own, 4)
    await own.first('stats', 1)
    expect(own.results.length).toBe(4)
    expect(await metric('keyflow_queue_length{queue="unacknowledged"}')).toBe(4)
    expect(await metric('keyflow_queue_length{queue="engine"}')).toBe(0)
    own.acking = true
    own.say({ type: 'ack', seq: own.results[3]!.seq })
    await shown(own, 12)
    expect(own.results.map(({ seq }) => seq)).toEqual(seqs)
    own.socket.close()
  })
  it('is sent away if it floods the server all the same', async () => {
    const own = await shownTo(server.url)
    own.acking = false
    for (let i = 0; i < 4; i++) own.send('driving', square(i))
    await shown(own, 4)
    for (let i = 4; i < 400; i++) own.send('driving', square(i))
    expect(await own.closed).toEqual([1008, 'More frames than results are taken'])
    expect(own.results.length).toBe(4)
    expect(own.told.at(-1)).toMatchObject({ type: 'error', fatal: true, problem: { type: 'urn:keyflow:overrun' } })
  })
  it('is given the newest frame under `latest`, and the others are counted as dropped', async () => {
    const own = await shownTo(server.url, { policy: 'latest' })
    own.acking = false
    const seqs = Array.from({ length: 40 }, (_, i) => own.send('driving', square(i)))
    await until(
      () => own.told.findLast((m) => m.type === 'stats'),
      (m) => m?.type === 'stats' && m.received === 40
    )
    own.acking = true
    for (const { seq } of own.results) own.say({ type: 'ack', seq })
    await until(
      () => own.results.at(-1)?.seq,
      (seq) => seq === seqs.at(-1)
    )
    // no more than four that were not taken yet, and the newest when they were
    expect(own.results.length).toBeLessThanOrEqual(5)
    const stats = await until(
      () => own.told.findLast((m) => m.type === 'stats'),
      (m) => m?.type === 'stats' && m.received === 40 && m.queued === 0
    )
    expect(stats?.type === 'stats' && stats.shown + stats.dropped).toBe(40)
    own.socket.close()
  })
})

describe('what is refused', () => {
  const errors = (own: Guest) => own.told.flatMap((m) => (m.type === 'error' ? [m.problem.type.split(':').at(-1)] : []))
  it('frames before there is a source, and everything before `open`', async () => {
    const own = await guest(server.url)
    const seq = own.send('driving', square(0))
    expect(await own.first('error')).toMatchObject({ seq, problem: { status: 409, type: 'urn:keyflow:no-source' } })
    own.say({ type: 'open', policy: 'block', reply: 'raw', overlays: [] })
    expect(await own.first('error', 1)).toMatchObject({ problem: { type: 'urn:keyflow:open' } })
    own.socket.close()
    const early = await guest(server.url, null)
    early.say({ type: 'open', policy: 'block', reply: 'raw', overlays: [], model: 'none' })
    expect(await early.first('error')).toMatchObject({ fatal: true, problem: { status: 404, expected: 'shapes' } })
    expect((await early.closed)[0]).toBe(1008)
  })
  it('messages that are not understood: each is answered, and after a few the session ends', async () => {
    const own = await guest(server.url)
    const bad = [Buffer.from([1, 2, 3]), Buffer.alloc(40), '{', '{"type":"fly"}', 'x', 'y', 'z']
    for (const message of bad) own.socket.send(message)
    expect((await own.closed)[0]).toBe(1007)
    expect(new Set(errors(own))).toEqual(new Set(['malformed']))
    expect(own.told.at(-1)).toMatchObject({ fatal: true })
  })
  it('pictures that are none, or too large, or of a kind that is not taken, with the frame they came as', async () => {
    const own = await shownTo(server.url)
    const picture = (bytes: Uint8Array) => ({ format: 'encoded' as const, width: 0, height: 0, bytes })
    const sharp = (await import('sharp')).default
    const wide = await sharp({ create: { width: 600, height: 600, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    const jpeg = (await asJpeg(square(0))).bytes
    const cases = [
      [picture(Buffer.from('#EXTM3U\nfile:///etc/passwd')), 415],
      [picture(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 415],
      [picture(wide), 413],
      [picture(jpeg.subarray(0, 300)), 422]
    ] as const
    for (const [i, [given, status]] of cases.entries()) {
      const seq = own.send('driving', given)
      expect(await own.first('error', i)).toMatchObject({ seq, problem: { status } })
    }
    own.send('driving', square(1))
    await shown(own, 1)
    own.socket.close()
  })
  it('a message that is larger than any picture', async () => {
    const own = await guest(server.url)
    own.socket.send(Buffer.alloc(40 * 2 ** 20))
    expect((await own.closed)[0]).toBe(1009)
  })
  it('pages of other sites, other names, other protocols, other places', async () => {
    const at = (path: string, protocols: ReadonlyArray<string>, headers: Record<string, string> = {}) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, [...protocols], { headers })
        socket.on('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0))
        socket.on('open', () => {
          resolve(101)
          socket.close()
        })
        socket.on('error', () => {})
      })
    expect(await at('/api/live', offered(), { origin: 'http://attacker.example' })).toBe(403)
    expect(await at('/api/live', offered(), { origin: 'null' })).toBe(403)
    expect(await at('/api/live', offered(), { host: 'attacker.example' })).toBe(421)
    expect(await at('/api/live', ['chat'])).toBe(400)
    expect(await at('/elsewhere', offered())).toBe(404)
    expect(await at('/api/live', offered(), { origin: server.url })).toBe(101)
  })
  it('more sessions than are taken', async () => {
    const idle = () => metric('keyflow_sessions')
    await until(idle, (n) => n === 0)
    const own = await Promise.all(Array.from({ length: 4 }, () => guest(server.url)))
    await expect(guest(server.url)).rejects.toThrow('503')
    own[0]!.socket.close()
    await until(idle, (n) => n === 3)
    const next = await guest(server.url)
    for (const { socket } of [...own, next]) socket.close()
    await until(idle, (n) => n === 0)
  })
})

it('serves three sessions alike, their frames in one batch', async () => {
  const own = await Promise.all([0, 1, 2].map(() => shownTo(server.url)))
  const done = own.map(({ results }) => results)
  let behind = 0
  const feed = (one: Guest): Promise<unknown> => {
    let sent = 0
    const more = (): void => {
      for (; sent < 30 && sent - one.results.length < 3; sent++) one.send('driving', square(sent))
    }
    one.socket.on('message', (_, binary) => {
      if (!binary) return
      more()
      const counts = done.map(({ length }) => length)
      if (Math.max(...counts) < 30) behind = Math.max(behind, Math.max(...counts) - Math.min(...counts))
    })
    more()
    return shown(one, 30)
  }
  await Promise.all(own.map(feed))
  expect(done.map(({ length }) => length)).toEqual([30, 30, 30])
  expect(behind).toBeLessThanOrEqual(6)
  // What came while the engine was held is computed together. Each frame counts with the size of its batch.
  const before = await metric('keyflow_batch_frames_sum')
  process.kill(engine(), 'SIGSTOP')
  for (const [i, one] of own.entries()) {
    one.send('driving', square(31))
    await until(
      () => metric('keyflow_queue_length{queue="engine"}'),
      (n) => n === i + 1
    )
  }
  process.kill(engine(), 'SIGCONT')
  await Promise.all(own.map((one) => shown(one, 31)))
  expect((await metric('keyflow_batch_frames_sum')) - before).toBe(9)
  for (const { socket } of own) socket.close()
})

it('goes on when the engine is killed: sessions are told, and move again', async () => {
  const own = await shownTo(server.url)
  own.send('driving', square(3))
  await shown(own, 1)
  writeFileSync(gate, '')
  process.kill(engine(), 'SIGKILL')
  expect(await own.first('error')).toMatchObject({ problem: { status: 503, type: 'urn:keyflow:engine-lost' } })
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
  const seq = own.send('driving', square(6))
  rmSync(gate)
  await shown(own, 2)
  expect(own.results[1]!.seq).toBe(seq)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  expect(await metric('keyflow_engine_restarts_total')).toBe(1)
  own.socket.close()
})

it('leaves no tensor of sessions that are gone', async () => {
  const tensors = async (): Promise<number> => {
    const stats = await shownTo(server.url)
    stats.send('driving', square(0))
    await shown(stats, 1)
    stats.socket.close()
    await until(
      () => metric('keyflow_sessions'),
      (n) => n === 0
    )
    // One report may have been on its way when the session ended; the next one is of what is left.
    const reports = () => metric('keyflow_engine_reports_total')
    const told = await reports()
    await until(reports, (n) => n >= told + 2)
    return metric('keyflow_tensors')
  }
  const before = await tensors()
  expect(before).toBeGreaterThan(0)
  expect(await tensors()).toBe(before)
})
