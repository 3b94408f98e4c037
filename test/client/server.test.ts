/** The client against the real server, and against the same animator in this process: one interface, the same pictures. */
import { readFileSync } from 'node:fs'
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { animator } from '../../src/browser/live.js'
import { here } from '../../src/browser/ports.js'
import type { Animator, Driving, Frame } from '../../src/client/animator.js'
import { connect, type SocketMaker } from '../../src/client/index.js'
import * as tf from '../../src/nodes/tf.js'
import { model } from '../cli/keyflow.js'
import { type Running, ready, square, start } from '../server/server.js'

let server: Running
beforeAll(async () => {
  server = await start(['--model', model])
  await ready(server.url)
})
afterAll(() => server.end())

const manner = { strength: 1.2, smoothing: { minCutoff: 2, beta: 0.5, derivativeCutoff: 1 } }
const common = { policy: 'block', overlays: ['flow'], manner } as const
const film = async function* (): AsyncGenerator<Driving> {
  for (let i = 0; i < 5; i++) yield { time: 1000 + 40 * i, picture: square(4 * i) }
}
const played = (own: Animator): Promise<ReadonlyArray<Frame>> =>
  lastValueFrom(own.animate(square(0), film()).pipe(toArray()))
const most = (a: Uint8Array, b: Uint8Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))

describe('the client and the real server', () => {
  it('give what the animator of the page gives', async () => {
    const remote = connect(server.url, { ...common, WebSocket: WebSocket as unknown as SocketMaker, reply: 'raw' })
    const there = await played(remote)
    expect(await firstValueFrom(remote.ready)).toMatchObject({ size: { height: 64, width: 64 }, keypoints: 4 })

    await tf.startEngine()
    const local = animator({ ...common, model: readFileSync(model), port: here })
    const before = await played(local)
    const { numTensors } = tf.memory()
    const again = await played(local)
    expect(tf.memory().numTensors).toBe(numTensors)
    local.close()

    expect(there.map(({ time }) => time)).toEqual([1000, 1040, 1080, 1120, 1160])
    for (const other of [before, again])
      other.forEach((frame, i) => {
        // the server may take several frames as a batch, whose sums are in another order
        expect(most(frame.prediction.bytes, there[i]!.prediction.bytes)).toBeLessThanOrEqual(1)
        expect(frame.score).toBeCloseTo(there[i]!.score, 4)
        expect(frame.overlays.flow?.bytes.length).toBe(there[i]!.overlays.flow?.bytes.length)
      })
    expect(most(there[0]!.prediction.bytes, there[4]!.prediction.bytes)).toBeGreaterThan(20)
  })
})
