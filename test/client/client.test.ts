import { firstValueFrom, from, lastValueFrom, NEVER, of, Subject, toArray } from 'rxjs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Driving } from '../../src/client/animator.js'
import {
  type ClientError,
  type ConnectOptions,
  connect as connectTo,
  Failure,
  type SocketMaker,
  showClientError
} from '../../src/client/index.js'
import { type Guest, serve, type Ways } from './serve.js'

/** Waits until nothing is expected in vain any more: a second, as `vi.waitFor` waits by itself, is little on a busy machine. */
const eventually = (expected: () => void): Promise<void> => vi.waitFor(expected, { timeout: 200_000, interval: 10 })

const Maker = WebSocket as unknown as SocketMaker
const picture = { format: 'raw', width: 1, height: 1, bytes: Uint8Array.of(9, 8, 7) } as const
const frame = (time: number): Driving => ({ time, picture })
const stops: Array<() => void> = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})
const serving = async (ways: Ways = {}) => {
  const server = await serve(ways)
  stops.push(server.stop)
  const connect = (options: ConnectOptions = {}) => connectTo(server.url, { WebSocket: Maker, ...options })
  return { ...server, connect }
}
const errorOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const failure = await promise.then(
    () => undefined,
    (cause) => cause
  )
  expect(failure).toBeInstanceOf(Failure)
  expect(showClientError(failure.error)).not.toBe('')
  return failure.error
}
describe('an address', () => {
  it.each(['localhost', 'localhost:7860', '', 'ftp://x', 'ws://', 'http://a b'])(
    'is not %j: that is refused at once',
    (url) => {
      const refused = () => connectTo(url, { WebSocket: Maker })
      expect(refused).toThrow(Failure)
      try {
        refused()
      } catch (cause) {
        const { error } = cause as Failure<ClientError>
        expect(error).toMatchObject({ _tag: 'BadAddress', at: 'url', actual: url === '' ? 'nothing' : url })
        expect(showClientError(error)).toMatch(/^url: expected .*ws:.*http:.*, got /)
      }
    }
  )
  it.each(['http://localhost:7860', 'wss://localhost/api/live'])('is %j', (url) => {
    expect(() => connectTo(url, { WebSocket: Maker })).not.toThrow()
  })
})

describe('a session', () => {
  it('opens, sends the source, answers each frame in order, acknowledges, says goodbye', async () => {
    const { connect, guests } = await serving()
    const client = connect({ policy: 'block', reply: 'jpeg', quality: 80, overlays: ['flow'], manner: { strength: 2 } })
    const points = firstValueFrom(client.sources)
    const frames = await lastValueFrom(client.animate(picture, from([0, 40, 80].map(frame))).pipe(toArray()))
    expect(frames.map(({ time }) => time)).toEqual([0, 40, 80])
    expect(frames[0]).toMatchObject({ score: 0.25, modelMs: 1, seen: { mean: Float32Array.of(0, 0.5) } })
    expect(frames[0]?.prediction.bytes).toEqual(Uint8Array.of(1, 2, 3))
    expect(frames[0]?.latency).toBeGreaterThanOrEqual(0)
    expect(await points).toEqual([0, 0.5])
    expect((await firstValueFrom(client.ready)).model).toBe('m')
    const [guest] = guests as [Guest]
    await eventually(() => expect(guest.closed.code).toBe(1000))
    expect(guest.said.map(({ type }) => type)).toEqual(['open', 'ack', 'ack', 'ack', 'close'])
    expect(guest.said[0]).toEqual({
      type: 'open',
      policy: 'block',
      reply: 'jpeg',
      quality: 80,
      overlays: ['flow'],
      manner: { strength: 2 }
    })
    expect(guest.sent.map(({ kind }) => kind)).toEqual(['source', 'driving', 'driving', 'driving'])
    expect(guest.protocols).toEqual(['keyflow.1'])
  })

  it('carries a token, poses, other sources, and what is changed on the way', async () => {
    const { connect, guests } = await serving()
    const client = connect({ token: 'sesam/öffne', policy: 'block' })
    const [sources, frames] = [new Subject<Uint8Array>(), new Subject<Driving>()]
    const seen: Array<number> = []
    client.animate(sources, frames).subscribe(({ time }) => seen.push(time))
    client.align(true)
    frames.next({ time: 1, pose: { mean: Float32Array.of(0, 0), var: undefined } })
    sources.next(Uint8Array.of(1))
    await eventually(() => expect(seen).toEqual([1]))
    sources.next(Uint8Array.of(2))
    client.set({ manner: { strength: 0.5 }, overlays: ['mask'] })
    client.recalibrate()
    await eventually(() => expect(guests[0]?.said.at(-1)).toEqual({ type: 'recalibrate' }))
    expect(guests[0]?.sent.map(({ kind }) => kind)).toEqual(['source', 'pose', 'source'])
    expect(guests[0]?.said).toContainEqual({ type: 'set', manner: { strength: 0.5 }, overlays: ['mask'] })
    expect(guests[0]?.said[1]).toEqual({ type: 'align', on: true })
    expect(guests[0]?.protocols).toEqual(['keyflow.1', 'token.c2VzYW0vw7ZmZm5l'])
    frames.complete()
    await eventually(() => expect(guests[0]?.closed.code).toBe(1000))
  })

  it('ends at the server when nobody listens any more', async () => {
    const { connect, guests } = await serving()
    let returned = false
    const endless = async function* () {
      try {
        for (let i = 0; ; i++) yield frame(i)
      } finally {
        returned = true
      }
    }
    await firstValueFrom(connect({ policy: 'block' }).animate(picture, endless()))
    await eventually(() => expect(guests[0]?.closed.code).toBe(1000))
    await eventually(() => expect(returned).toBe(true))
  })
})

describe('back-pressure', () => {
  it('block asks for a frame only when fewer than N are unanswered', async () => {
    const waiting: Array<() => void> = []
    const { connect, guests } = await serving({ frame: (guest, sent) => waiting.push(() => guest.answer(sent)) })
    let pulled = 0
    const source = async function* () {
      for (let i = 0; i < 6; i++) {
        pulled += 1
        yield frame(i)
      }
    }
    const done = lastValueFrom(connect({ policy: 'block', underWay: 2 }).animate(picture, source()).pipe(toArray()))
    for (let answered = 0; answered < 6; answered++) {
      await eventually(() => expect(waiting.length).toBeGreaterThan(0))
      const under = (guests[0]?.sent.length ?? 0) - 1 - answered
      expect(under).toBeLessThanOrEqual(2)
      expect(pulled).toBeLessThanOrEqual(answered + 2)
      waiting.shift()?.()
    }
    expect((await done).map(({ time }) => time)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('latest sends the newest only', async () => {
    const waiting: Array<() => void> = []
    const { connect, guests } = await serving({ frame: (guest, sent) => waiting.push(() => guest.answer(sent)) })
    const frames = new Subject<Driving>()
    const seen: Array<number> = []
    const session = connect({ policy: 'latest', underWay: 1 })
      .animate(picture, frames)
      .subscribe(({ time }) => seen.push(time))
    await eventually(() => expect(guests[0]?.sent.length).toBe(1))
    for (const time of [0, 1, 2, 3]) frames.next(frame(time))
    await eventually(() => expect(waiting.length).toBe(1))
    waiting.shift()?.()
    await eventually(() => expect(waiting.length).toBe(1))
    waiting.shift()?.()
    await eventually(() => expect(seen).toEqual([0, 3]))
    session.unsubscribe()
  })

  it('a frame that is refused frees its place', async () => {
    const problem = { type: 'about:blank', title: 'Bad frame', status: 400 }
    const { connect } = await serving({
      frame: (guest, sent) =>
        sent.time === 0 ? guest.say({ type: 'error', problem, seq: sent.seq }) : guest.answer(sent)
    })
    const client = connect({ policy: 'block', underWay: 1 })
    const refused = firstValueFrom(client.refusals)
    const frames = await lastValueFrom(client.animate(picture, from([0, 1].map(frame))).pipe(toArray()))
    expect(frames.map(({ time }) => time)).toEqual([1])
    expect(await refused).toEqual({ _tag: 'Refused', problem })
  })

  it('an Observable that is too fast for block is an error', async () => {
    const { connect } = await serving({ frame: () => {} })
    const frames = from(Array.from({ length: 10 }, (_, i) => frame(i)))
    const error = errorOf(lastValueFrom(connect({ policy: 'block', waiting: 3 }).animate(picture, frames)))
    expect(await error).toEqual({ _tag: 'Overrun', waiting: 3 })
  })
})

describe('failures', () => {
  it('are typed: unreachable, refused, lost, not the protocol, frames that break', async () => {
    const nowhere = connectTo('ws://127.0.0.1:1/x', { WebSocket: Maker })
    expect(await errorOf(lastValueFrom(nowhere.animate(picture, NEVER)))).toMatchObject({ _tag: 'Unreachable' })

    const problem = { type: 'about:blank', title: 'No such model', status: 404, detail: 'm' }
    const refusing = await serving({ message: (guest) => guest.say({ type: 'error', problem, fatal: true }) })
    expect(await errorOf(lastValueFrom(refusing.connect().animate(picture, NEVER)))).toEqual({
      _tag: 'Refused',
      problem
    })

    const ending = await serving({ frame: ({ socket }) => socket.close(1011, 'out of breath') })
    expect(await errorOf(lastValueFrom(ending.connect().animate(picture, of(frame(0)))))).toMatchObject({
      _tag: 'Lost',
      code: 1011,
      reason: 'out of breath'
    })

    const mumbling = await serving({ frame: ({ socket }) => socket.send(Uint8Array.of(1, 2)) })
    expect(await errorOf(lastValueFrom(mumbling.connect().animate(picture, of(frame(0)))))).toMatchObject({
      _tag: 'Misread',
      at: 'message'
    })

    const plain = await serving()
    const torn = { format: 'raw', width: 64, height: 64, bytes: new Uint8Array(10) } as const
    expect(await errorOf(lastValueFrom(plain.connect().animate(torn, of(frame(0)))))).toMatchObject({
      _tag: 'Misread',
      expected: '64x64 pixels of 3 bytes',
      actual: '10 bytes'
    })
    const broken = async function* (): AsyncGenerator<Driving> {
      yield frame(0)
      throw new Error('camera gone')
    }
    expect(await errorOf(lastValueFrom(plain.connect({ policy: 'block' }).animate(picture, broken())))).toEqual({
      _tag: 'Failed',
      at: 'frames',
      reason: 'camera gone'
    })
    await eventually(() => expect(plain.guests[0]?.closed.code).toBe(1000))
  })

  it('a connection that breaks is made again, and block loses no frame', async () => {
    let broke = false
    const { connect, guests } = await serving({
      frame: (guest, sent) => {
        if (sent.time === 2 && !broke) {
          broke = true
          guest.socket.terminate()
        } else if (!broke || guests.length > 1) guest.answer(sent)
      }
    })
    const source = async function* () {
      for (let i = 0; i < 6; i++) yield frame(i)
    }
    const client = connect({ policy: 'block', reconnect: { first: 1 } })
    const frames = await lastValueFrom(client.animate(picture, source()).pipe(toArray()))
    expect(frames.map(({ time }) => time)).toEqual([0, 1, 2, 3, 4, 5])
    expect(guests.length).toBe(2)
    expect(guests[1]?.sent[0]?.kind).toBe('source')
  })

  it('gives up after so many attempts', async () => {
    let made = 0
    const Counting = class extends WebSocket {
      constructor(url: string, protocols: Array<string>) {
        super(url, protocols)
        made += 1
      }
    } as unknown as SocketMaker
    const reconnect = { attempts: 2, first: 1 }
    const client = connectTo('ws://127.0.0.1:1/x', { WebSocket: Counting, reconnect })
    expect(await errorOf(lastValueFrom(client.animate(picture, NEVER)))).toMatchObject({ _tag: 'Unreachable' })
    expect(made).toBe(3)
  })

  it('no WebSocket is an error before anything else', () => {
    vi.stubGlobal('WebSocket', undefined)
    expect(() => connectTo('ws://127.0.0.1:1')).toThrow(Failure)
    vi.unstubAllGlobals()
  })
})
