import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  type ClientMessage,
  decodeClientMessage,
  decodeFrame,
  decodeResult,
  decodeServerMessage,
  encodeFrame,
  encodeMessage,
  encodeResult,
  numbersOf,
  offered,
  type Part,
  type Picture,
  type Pose,
  type Result,
  type Sent,
  type ServerMessage,
  toFixed16,
  tokenOf
} from '../src/client/protocol.js'

const real = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }).map((x) => x + 0)
const single = fc.float({ noNaN: true, noDefaultInfinity: true })
const seq = fc.nat({ max: 0xffffffff })
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const floats = (length: number) =>
  fc.array(single, { minLength: length, maxLength: length }).map((v) => Float32Array.from(v))

const raw: fc.Arbitrary<Picture> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
  .chain(([width, height]) => bytes(3 * width * height).map((b) => ({ format: 'raw', width, height, bytes: b })))
const encoded: fc.Arbitrary<Picture> = fc.record({
  format: fc.constant('encoded' as const),
  width: fc.nat(8192),
  height: fc.nat(8192),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 40 })
})
const poseOf = (k: number, each: number): fc.Arbitrary<Pose> =>
  fc.record({ mean: floats(2 * k), var: each === 0 ? fc.constant(undefined) : floats(each * k) })
const shape = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(0, 1, 4))
const pose = shape.chain(([k, each]) => poseOf(k, each))

const sent: fc.Arbitrary<Sent> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('driving' as const, 'source' as const),
    seq,
    time: real,
    picture: fc.oneof(raw, encoded)
  }),
  fc.record({ kind: fc.constant('pose' as const), seq, time: real, pose })
)

const each = { raw: 1, encoded: 0, float32: 4, fixed16: 2 } as const
const part: fc.Arbitrary<Part> = fc
  .record({
    what: fc.constantFrom('prediction' as const, 'deformed' as const, 'flow' as const, 'mask' as const),
    format: fc.constantFrom('raw' as const, 'encoded' as const, 'float32' as const, 'fixed16' as const),
    width: fc.nat(4),
    height: fc.nat(4),
    channels: fc.nat(3)
  })
  .chain((p) => {
    const all =
      p.format === 'encoded'
        ? fc.uint8Array({ maxLength: 30 })
        : bytes(p.width * p.height * p.channels * each[p.format])
    return all.map((b) => ({ ...p, bytes: b }))
  })
const result: fc.Arbitrary<Result> = shape.chain(([k, each]) =>
  fc.record({
    seq,
    time: real,
    width: fc.nat(8192),
    height: fc.nat(8192),
    modelMs: single,
    queueMs: single,
    score: single,
    seen: poseOf(k, each),
    aim: poseOf(k, each),
    parts: fc.array(part, { maxLength: 4 })
  })
)

const unit = fc.double({ min: 0, max: 10, noNaN: true }).map((x) => x + 0)
const hertz = fc.double({ min: 0.001, max: 1000, noNaN: true })
const normalisation = fc.record({
  move_location: fc.boolean(),
  movement_mult: fc.boolean(),
  adapt_variance: fc.boolean(),
  clip_mean: fc.boolean()
})
const smoothing = fc.option(fc.record({ minCutoff: hertz, beta: unit, derivativeCutoff: hertz }))
const manner = fc.record({ normalisation, strength: unit, smoothing })
const partly = fc.record({ normalisation, strength: unit, smoothing }, { requiredKeys: [] })
const overlays = fc.uniqueArray(fc.constantFrom('deformed' as const, 'flow' as const, 'mask' as const))
const reply = fc.constantFrom('jpeg' as const, 'raw' as const)
const quality = fc.integer({ min: 1, max: 100 })
const type = <T extends string>(name: T) => fc.constant(name)

const clientSays: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record(
    {
      type: type('open'),
      model: fc.string(),
      policy: fc.constantFrom('block' as const, 'latest' as const),
      reply,
      quality,
      overlays,
      manner: partly
    },
    { requiredKeys: ['type', 'policy', 'reply', 'overlays'] }
  ),
  fc.record({ type: type('set'), manner: partly, overlays, reply, quality }, { requiredKeys: ['type'] }),
  fc.record({ type: type('recalibrate') }),
  fc.record({ type: type('align'), on: fc.boolean() }),
  fc.record({ type: type('ack'), seq }),
  fc.record({ type: type('close') })
)
const problem = fc.record(
  {
    type: fc.string(),
    title: fc.string(),
    status: fc.integer({ min: 100, max: 599 }),
    detail: fc.string(),
    where: fc.string(),
    expected: fc.string(),
    actual: fc.string()
  },
  { requiredKeys: ['type', 'title', 'status'] }
)
const serverSays: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({
    type: type('ready'),
    session: fc.string(),
    model: fc.string(),
    size: fc.record({ height: fc.nat(), width: fc.nat() }),
    keypoints: fc.nat(),
    engine: fc.string(),
    manner
  }),
  fc.record({ type: type('source'), seq, points: fc.array(real, { maxLength: 20 }) }),
  fc.record({
    type: type('stats'),
    received: fc.nat(),
    shown: fc.nat(),
    dropped: fc.nat(),
    queued: fc.nat(),
    fps: real,
    milliseconds: fc.record({ queue: real, model: real, encode: real }),
    nodes: fc.dictionary(fc.string(), real, { maxKeys: 4, noNullPrototype: true })
  }),
  fc.record({ type: type('error'), problem, seq, fatal: fc.boolean() }, { requiredKeys: ['type', 'problem'] })
)

/** A message stands anywhere in memory: the decoder sees a view into something larger. */
const within = (message: Uint8Array): Uint8Array => {
  const larger = new Uint8Array(message.length + 10).fill(0xab)
  larger.set(message, 3)
  return larger.subarray(3, 3 + message.length)
}
/** Law: nothing but a message or a place where it is wrong comes out. */
const answers = (read: E.Either<{ readonly _tag: string; readonly at: string }, unknown>): void => {
  expect(E.isRight(read) || (read.left._tag === 'Misread' && read.left.at.length > 0)).toBe(true)
}
const changed = (message: Uint8Array, at: number, by: number): Uint8Array =>
  message.map((b, i) => (i === at % message.length ? b ^ by : b))

describe('binary messages', () => {
  it('come back as they were written', () => {
    fc.assert(fc.property(sent, (s) => void expect(decodeFrame(within(encodeFrame(s)))).toEqual(E.right(s))))
    fc.assert(fc.property(result, (r) => void expect(decodeResult(within(encodeResult(r)))).toEqual(E.right(r))))
  })
  it('are read or refused, whatever the bytes', () => {
    const noise = fc.uint8Array({ maxLength: 200 })
    fc.assert(fc.property(noise, (b) => [decodeFrame(b), decodeResult(b)].forEach(answers)))
    const by = fc.integer({ min: 1, max: 255 })
    fc.assert(fc.property(sent, fc.nat(), by, (s, at, b) => answers(decodeFrame(changed(encodeFrame(s), at, b)))))
    fc.assert(fc.property(result, fc.nat(), by, (r, at, b) => answers(decodeResult(changed(encodeResult(r), at, b)))))
  })
  it('cut short are refused, and so are longer ones', () => {
    const cut = (m: Uint8Array, at: number) => m.subarray(0, at % m.length)
    const more = (m: Uint8Array) => Uint8Array.of(...m, 0)
    fc.assert(
      fc.property(sent, fc.nat(), (s, at) => {
        expect(E.isLeft(decodeFrame(cut(encodeFrame(s), at)))).toBe(true)
        expect(E.isLeft(decodeFrame(more(encodeFrame(s))))).toBe(true)
      })
    )
    fc.assert(
      fc.property(result, fc.nat(), (r, at) => {
        expect(E.isLeft(decodeResult(cut(encodeResult(r), at)))).toBe(true)
        expect(E.isLeft(decodeResult(more(encodeResult(r))))).toBe(true)
      })
    )
  })
  it('with a payload cut and its length mended are refused as well', () => {
    const mended = (m: Uint8Array, off: number) => {
      const short = m.slice(0, Math.max(32, m.length - off))
      new DataView(short.buffer).setUint32(20, short.length - 32, true)
      return short
    }
    const off = fc.integer({ min: 1, max: 60 })
    fc.assert(
      fc.property(result, off, (r, n) => void expect(E.isLeft(decodeResult(mended(encodeResult(r), n)))).toBe(true))
    )
    const whole = fc.record({ kind: type('pose'), seq, time: real, pose })
    fc.assert(
      fc.property(whole, off, (s, n) => void expect(E.isLeft(decodeFrame(mended(encodeFrame(s), n)))).toBe(true))
    )
  })
})

describe('control messages', () => {
  it('come back as they were written', () => {
    fc.assert(fc.property(clientSays, (m) => void expect(decodeClientMessage(encodeMessage(m))).toEqual(E.right(m))))
    fc.assert(fc.property(serverSays, (m) => void expect(decodeServerMessage(encodeMessage(m))).toEqual(E.right(m))))
  })
  it('are read or refused, whatever the text', () => {
    const known = fc.constantFrom('open', 'set', 'align', 'ack', 'ready', 'source', 'stats', 'error', '__proto__')
    const like = fc
      .tuple(fc.dictionary(fc.string(), fc.jsonValue()), known)
      .map(([o, type]) => JSON.stringify({ ...o, type }))
    const written = fc.oneof(fc.string(), fc.json(), like)
    fc.assert(fc.property(written, (s) => [decodeClientMessage(s), decodeServerMessage(s)].forEach(answers)))
  })
  it('say where they are wrong', () => {
    const at = (text: string) => decodeClientMessage(text)
    const open = { type: 'open', policy: 'block', reply: 'raw', overlays: [] }
    const wrong = (o: object) => at(JSON.stringify({ ...open, ...o }))
    expect(wrong({ policy: 'all' })).toMatchObject({ left: { at: 'policy', actual: 'all' } })
    expect(wrong({ manner: { strength: -1 } })).toMatchObject({
      left: { at: 'manner.strength', expected: 'a number from 0 to 10', actual: '-1' }
    })
    expect(at('{"type":"off"}')).toMatchObject({ left: { at: 'type', actual: 'off' } })
    expect(at('[')).toMatchObject({ left: { at: 'message', expected: 'JSON' } })
    const off = { at: 'on', expected: 'boolean' }
    expect(at('{"type":"align","on":null}')).toMatchObject({ left: { ...off, actual: 'null' } })
    expect(at('{"type":"align"}')).toMatchObject({ left: { ...off, actual: 'nothing' } })
  })
})

describe('small codecs', () => {
  it('a token comes back from the subprotocols', () =>
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (s) => void expect(tokenOf(offered(s))).toBe(s))))
  it('fixed16 is within half a step', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: -4, max: 3.99, noNaN: true })), (v) => {
        const flow: Part = {
          what: 'flow',
          format: 'fixed16',
          width: v.length,
          height: 1,
          channels: 1,
          bytes: toFixed16(v)
        }
        const back = [...(numbersOf(flow) ?? [])]
        expect(back.every((x, i) => Math.abs(x - (v[i] ?? 0)) <= 0.5 / 8192)).toBe(true)
      })
    ))
})
