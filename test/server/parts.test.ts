/** The pure parts of the server, by example. */
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { turns } from '../../src/server/engine/turns.js'
import type { ToEngine } from '../../src/server/engine/wire.js'
import { isLoopback, wrongHost, wrongOrigin, wrongToken } from '../../src/server/http/guard.js'
import { rangeOf } from '../../src/server/http/ranges.js'
import { bucket, buckets } from '../../src/server/http/rate.js'
import { fromProblem } from '../../src/server/http/refusal.js'
import { schemaOf } from '../../src/server/http/schema.js'
import { transferWords } from '../../src/server/jobs/command.js'
import { credit } from '../../src/server/live/credit.js'
import { inbox } from '../../src/server/live/inbox.js'
import { newSeat, type Place } from '../../src/server/live/seat.js'
import { valve } from '../../src/server/live/valve.js'
import { take } from '../../src/server/live/way-in.js'
import type { Known } from '../../src/server/models.js'
import { defaultBounds } from '../../src/server/settings.js'
import { after, aligned, fresh, recalibrated } from '../../src/streams/course.js'
import { until } from '../until.js'
import { square } from './server.js'

describe('turns', () => {
  const put = (queue: ReturnType<typeof turns<number>>, session: string, frame: number, model = 'm', latest = false) =>
    queue.put({ session, model, frame }, latest)
  const frames = (queue: ReturnType<typeof turns<number>>) => queue.next().map(({ frame }) => frame)
  it('take one frame of each session', () => {
    const queue = turns<number>(8)
    for (const frame of [1, 2, 3]) put(queue, 'a', frame)
    put(queue, 'b', 4)
    expect([frames(queue), frames(queue), frames(queue), frames(queue)]).toEqual([[1, 4], [2], [3], []])
  })
  it('go round where a batch is full', () => {
    const queue = turns<number>(2)
    for (const frame of [1, 2])
      for (const [i, session] of ['a', 'b', 'c'].entries()) put(queue, session, 10 * i + frame)
    expect([frames(queue), frames(queue), frames(queue)]).toEqual([
      [1, 11],
      [21, 2],
      [12, 22]
    ])
  })
  it('alternate between models', () => {
    const queue = turns<number>(8)
    for (const frame of [1, 2]) put(queue, 'a', frame, 'm')
    for (const frame of [3, 4]) put(queue, 'b', frame, 'n')
    expect([frames(queue), frames(queue), frames(queue), frames(queue)]).toEqual([[1], [3], [2], [4]])
  })
  it('keep the newest alone where that is wanted, and nothing of who has left', () => {
    const queue = turns<number>(8)
    put(queue, 'a', 1)
    expect(put(queue, 'a', 2, 'm', true)).toEqual([1])
    put(queue, 'b', 3)
    expect(queue.leave('a')).toEqual([2])
    expect([queue.size(), frames(queue)]).toEqual([1, [3]])
  })
})

describe('credit', () => {
  it('has room for four results, under way or waiting', () => {
    const account = credit()
    for (let i = 0; i < 4; i++) {
      expect(account.room()).toBe(true)
      account.begin()
    }
    expect(account.room()).toBe(false)
    for (let seq = 0; seq < 4; seq++) account.sent(seq, 10)
    expect(account.room()).toBe(false)
    account.ack(9)
    expect(account.held().results).toBe(4)
    account.ack(1)
    expect(account.held()).toEqual({ underWay: 0, results: 2, bytes: 20 })
    expect(account.room()).toBe(true)
  })
  it('has room for eight megabytes, and for one result of any size', () => {
    const account = credit()
    account.begin()
    account.sent(0, 5 * 2 ** 20)
    expect(account.room()).toBe(false)
    account.ack(0)
    expect(account.room()).toBe(true)
    account.begin()
    account.sent(1, 2 ** 20)
    account.begin()
    account.lost()
    expect(account.room()).toBe(true)
  })
})

it('an inbox keeps the newest frame and the newest source under `latest`, everything under `block`', () => {
  const message = (kind: 'driving' | 'source', seq: number) => ({
    sent: { kind, seq, time: 0, picture: square(0) },
    at: 0
  })
  const box = inbox()
  box.put(message('source', 0), 'latest')
  box.put(message('driving', 1), 'latest')
  expect(box.put(message('driving', 2), 'latest').map(({ sent }) => sent.seq)).toEqual([1])
  expect(box.put(message('source', 3), 'latest')).toEqual([])
  expect([box.take(), box.take(), box.take()].map((m) => m?.sent.seq)).toEqual([2, 3, undefined])
  for (const seq of [4, 5]) box.put(message('driving', seq), 'block')
  expect([box.size(), box.bytes()]).toEqual([2, 2 * 64 * 64 * 3])
})

it('a valve closes while it is full, and says so once', () => {
  let full = false
  const said: Array<string> = []
  const own = valve({ pause: () => said.push('pause'), resume: () => said.push('resume') }, () => full)
  own.look()
  full = true
  own.look()
  own.look()
  full = false
  own.look()
  expect(said).toEqual(['pause', 'resume'])
})

it('a bucket gives what it holds, and fills again', () => {
  const own = bucket(10, 0.5)
  expect(Array.from({ length: 6 }, () => own.take(0))).toEqual([true, true, true, true, true, false])
  expect([own.take(100), own.take(100), own.full(100), own.full(700)]).toEqual([true, false, false, true])
  const each = buckets(1, 1, 2)
  expect([each('a', 0), each('a', 0), each('b', 0), each('c', 0)]).toEqual([true, false, true, true])
})

it('ranges are read as the standard says', () => {
  const cases: ReadonlyArray<readonly [string | undefined, unknown]> = [
    [undefined, 'whole'],
    ['bytes=0-0', { first: 0, last: 0 }],
    ['bytes=90-', { first: 90, last: 99 }],
    ['bytes=-10', { first: 90, last: 99 }],
    ['bytes=-200', { first: 0, last: 99 }],
    ['bytes=95-300', { first: 95, last: 99 }],
    ['bytes=100-', 'outside'],
    ['bytes=-0', 'outside'],
    ['bytes=5-2', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=1-2,3-4', 'whole'],
    ['items=1-2', 'whole']
  ]
  for (const [header, wanted] of cases) expect(rangeOf(header, 100), header).toEqual(wanted)
  expect(rangeOf('bytes=-5', 0)).toBe('outside')
})

describe('the guard', () => {
  const here = { host: '127.0.0.1', origins: ['https://studio.example'], token: undefined }
  const asking = (host: string, origin?: string, site?: string) => ({ host, origin, site })
  it('knows loopback', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1']) expect(isLoopback(host), host).toBe(true)
    for (const host of ['0.0.0.0', '127.0.0.1.example', '10.0.0.1', '::', 'example'])
      expect(isLoopback(host)).toBe(false)
  })
  it('lets in names of its own alone, unless there is a token', () => {
    expect(wrongHost(asking('[::1]:80'), here)).toBeUndefined()
    for (const host of ['localhost.example', 'x@localhost.example', '', 'a b'])
      expect(wrongHost(asking(host), here)?.status).toBe(421)
    expect(wrongHost(asking('nas.example:80'), { ...here, token: 'x' })).toBeUndefined()
  })
  it('lets in pages of its own and those that were named', () => {
    const wrong = (origin?: string, site?: string) => wrongOrigin(asking('localhost:80', origin, site), here)
    expect([wrong(), wrong('http://localhost:80'), wrong('https://studio.example')]).toEqual([
      undefined,
      undefined,
      undefined
    ])
    for (const origin of ['http://localhost', 'http://localhost:80.example', 'null', '', 'file://'])
      expect(wrong(origin)?.status, origin).toBe(403)
    expect([wrong(undefined, 'same-site')?.status, wrong(undefined, 'none')]).toEqual([403, undefined])
  })
  it('compares tokens whole', () => {
    const guard = { ...here, token: 'secret' }
    expect(wrongToken('secret', guard)).toBeUndefined()
    for (const token of [undefined, '', 'secre', 'secrets']) expect(wrongToken(token, guard)?.status).toBe(401)
  })
})

it('a job cannot slip in options or files', () => {
  const files = { model: '/m', source: '/s', driving: '--out=/etc/passwd', motion: undefined, out: '/o.gif' }
  const words = transferWords(files, { compare: true, noAudio: false, format: 'gif' }, defaultBounds, undefined)
  expect(words.filter((word) => word.startsWith('--out'))).toEqual(['--out=/o.gif'])
  expect(words).toContain('--driving=--out=/etc/passwd')
  expect(words).toContain('--compare')
  expect(words).not.toContain('--no-audio')
})

it('problems name no folder', () => {
  const told = fromProblem({
    _tag: 'FileTrouble',
    file: '/secret/a.mp4',
    doing: 'read',
    cause: "ENOENT: open '/secret/a.mp4'"
  })
  expect(JSON.stringify(told)).not.toContain('secret')
  expect(fromProblem({ _tag: 'OverLimit', file: '/secret/a', what: 'pixels', limit: 1, actual: 2, raise: '' })).toEqual(
    {
      type: 'urn:keyflow:over-limit',
      title: 'Larger than this server takes',
      status: 413,
      detail: 'pixels 2 is over the limit of 1',
      where: 'pixels',
      expected: 'at most 1',
      actual: '2'
    }
  )
})

it('codecs are written as JSON Schema', () => {
  const codec = t.intersection([
    t.strict({ a: t.Int, b: t.union([t.string, t.null]) }),
    t.partial({ c: t.array(t.boolean) })
  ])
  expect(schemaOf(codec)).toEqual({
    allOf: [
      {
        type: 'object',
        properties: { a: { type: 'integer' }, b: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
        required: ['a', 'b']
      },
      { type: 'object', properties: { c: { type: 'array', items: { type: 'boolean' } } } }
    ]
  })
})

it('motion starts at the best frame while it is aligned, and anew when it is told to', () => {
  const pose = (x: number) => ({ mean: Float32Array.of(x, 0) })
  const frame = (score: number) => ({ score, seen: pose(score), motion: { start: pose(9) } })
  const one = after(after(fresh, frame(0.5)), frame(0.7))
  expect([one.best?.score, one.start]).toEqual([0.5, undefined])
  const on = aligned(one, true)
  expect(on.start).toEqual(pose(0.5))
  expect(after(on, frame(0.6)).start).toBeUndefined()
  expect(after(on, frame(0.25)).start).toEqual(pose(0.25))
  expect(recalibrated(on)).toEqual({ ...fresh, aligning: true })
  expect(after(aligned(on, false), frame(0.1)).start).toBeUndefined()
})

it('times of a session are those of its frames, from 0 on, and rise where the clock does not', async () => {
  const told: Array<ToEngine> = []
  const known = { shown: { size: { height: 64, width: 64 }, keypoints: 4 } } as Known
  const place = {
    engine: { send: (message: ToEngine) => told.push(message) },
    models: new Map(),
    bounds: defaultBounds,
    metrics: { frames: { inc: () => {} } }
  } as unknown as Place
  const none = () => {}
  const seat = newSeat('s', { text: none, bytes: none, close: none, pause: none, resume: none }, place)
  seat.open = { type: 'open', policy: 'block', reply: 'raw', overlays: [], manner: {} as never }
  Object.assign(seat, { known, ready: true, source: { id: 0, seq: 0, pixels: new Uint8Array() } })
  for (const [seq, time] of [0, 40, 40, 20].entries()) take(seat, { kind: 'driving', seq, time, picture: square(seq) })
  await until(
    () => told.length,
    (n) => n === 4
  )
  const seconds = told.map((message) => (message.tag === 'frame' ? message.seconds : Number.NaN))
  expect(seconds[0]).toBe(0)
  ;[0.04, 0.041, 0.042].forEach((due, i) => expect(seconds[i + 1]).toBeCloseTo(due, 9))
})
