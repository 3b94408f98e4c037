/**
 * The JSON messages of the protocol, both ways. Unknown keys are passed over, so that either side may learn new ones.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { faults } from '../nodes/faults.js'
import { limits } from './limits.js'
import { type Misread, misread } from './misread.js'

const within = (name: string, low: number, high: number, whole = false) => {
  const is = (u: unknown): u is number =>
    typeof u === 'number' && u >= low && u <= high && (!whole || Number.isInteger(u))
  return new t.Type<number>(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)
}
const text = (most: number) => {
  const is = (u: unknown): u is string => typeof u === 'string' && u.length <= most
  const name = `text of at most ${most} characters`
  return new t.Type<string>(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)
}
const finite = within('a finite number', -Number.MAX_VALUE, Number.MAX_VALUE)
const count = within('a whole number from 0', 0, Number.MAX_SAFE_INTEGER, true)
const seq = within('a whole number from 0 to 4294967295', 0, 2 ** 32 - 1, true)
const some = <P extends t.Props, Q extends t.Props>(due: t.TypeC<P>, may: t.PartialC<Q>) =>
  t.exact(t.intersection([due, may]))

const Normalisation = t.strict({
  move_location: t.boolean,
  movement_mult: t.boolean,
  adapt_variance: t.boolean,
  clip_mean: t.boolean
})
const hertz = within('a frequency in Hz, over 0 to 1000', Number.MIN_VALUE, 1000)
const Smoothing = t.strict({
  minCutoff: hertz,
  beta: within('a number from 0 to 1000', 0, 1000),
  derivativeCutoff: hertz
})
const manner = {
  normalisation: Normalisation,
  strength: within('a number from 0 to 10', 0, 10),
  smoothing: t.union([t.null, Smoothing])
}

/**
 * How a session moves: as `Manner` of `src/streams/live`.
 *
 * @category protocol
 * @since 0.1.0
 */
export const Manner = t.strict(manner)
/** How a session moves. */
export type Manner = t.TypeOf<typeof Manner>

/**
 * The overlays that may come with a prediction.
 *
 * @category protocol
 * @since 0.1.0
 */
export const Overlay = t.keyof({ deformed: null, flow: null, mask: null })
/** One overlay. */
export type Overlay = t.TypeOf<typeof Overlay>

const Policy = t.keyof({ block: null, latest: null })
const Reply = t.keyof({ jpeg: null, raw: null })
const quality = within('a number from 1 to 100', 1, 100)
const overlays = t.array(Overlay)
const Partly = t.exact(t.partial(manner))

/**
 * What a client may say in JSON, by `type`.
 *
 * @category protocol
 * @since 0.1.0
 */
export const clientMessages = {
  /** Begins the session; what `manner` leaves out is the model's own. */
  open: some(
    t.type({ type: t.literal('open'), policy: Policy, reply: Reply, overlays }),
    t.partial({ model: text(200), quality, manner: Partly })
  ),
  /** Changes what it names, from the next frame on. */
  set: some(t.type({ type: t.literal('set') }), t.partial({ manner: Partly, overlays, reply: Reply, quality })),
  /** The motion starts again at the next frame. */
  recalibrate: t.strict({ type: t.literal('recalibrate') }),
  /** The motion starts at the best frame seen so far (lowest score), as long as it is on. */
  align: t.strict({ type: t.literal('align'), on: t.boolean }),
  /** Result `seq` and all before it are taken. */
  ack: t.strict({ type: t.literal('ack'), seq }),
  /** No more frames: the server sends the results that are under way and closes. */
  close: t.strict({ type: t.literal('close') })
}

/**
 * Problem details after RFC 9457, with the place and what was due there.
 *
 * @category protocol
 * @since 0.1.0
 */
export const ProblemDetails = some(
  t.type({ type: t.string, title: t.string, status: within('a status from 100 to 599', 100, 599, true) }),
  t.partial({ detail: t.string, where: t.string, expected: t.string, actual: t.string })
)
/** Problem details. */
export type ProblemDetails = t.TypeOf<typeof ProblemDetails>

/**
 * What a server may say in JSON, by `type`.
 *
 * @category protocol
 * @since 0.1.0
 */
export const serverMessages = {
  /** The session is open. */
  ready: t.strict({
    type: t.literal('ready'),
    session: t.string,
    model: t.string,
    size: t.strict({ height: count, width: count }),
    keypoints: count,
    engine: t.string,
    manner: Manner
  }),
  /** Source picture `seq` is taken; its keypoints as x, y pairs in [-1, 1]. */
  source: t.strict({ type: t.literal('source'), seq, points: t.array(finite) }),
  /** Once a second: counts since the session began, rates and medians of the last second, milliseconds by node. */
  stats: t.strict({
    type: t.literal('stats'),
    received: count,
    shown: count,
    dropped: count,
    queued: count,
    fps: finite,
    milliseconds: t.strict({ queue: finite, model: finite, encode: finite }),
    nodes: t.record(t.string, finite)
  }),
  /** A refusal: of frame `seq` where it has one; `fatal` where the session is over. */
  error: some(t.type({ type: t.literal('error'), problem: ProblemDetails }), t.partial({ seq, fatal: t.boolean }))
}

type Of<T extends Readonly<Record<string, t.Mixed>>> = { readonly [K in keyof T]: t.TypeOf<T[K]> }[keyof T]

/**
 * What a client says in JSON.
 *
 * @since 0.1.0
 */
export type ClientMessage = Of<typeof clientMessages>
/**
 * What a server says in JSON.
 *
 * @since 0.1.0
 */
export type ServerMessage = Of<typeof serverMessages>
/**
 * One kind of a client's messages.
 *
 * @since 0.1.0
 */
export type ClientSays<K extends keyof typeof clientMessages> = t.TypeOf<(typeof clientMessages)[K]>
/**
 * One kind of a server's messages.
 *
 * @since 0.1.0
 */
export type ServerSays<K extends keyof typeof serverMessages> = t.TypeOf<(typeof serverMessages)[K]>

const decodeBy =
  <A>(table: Readonly<Record<string, t.Mixed>>) =>
  (written: string): E.Either<Misread, A> => {
    if (written.length > limits.control)
      return E.left(misread('message', `at most ${limits.control} characters`, `${written.length}`))
    const value = E.tryCatch(
      () => JSON.parse(written) as unknown,
      (cause) => misread('message', 'JSON', cause instanceof Error ? cause.message : String(cause))
    )
    if (E.isLeft(value)) return value
    const { right } = value
    if (typeof right !== 'object' || right === null) return E.left(misread('message', 'an object', right))
    const { type } = right as { type?: unknown }
    const codec = typeof type === 'string' && Object.hasOwn(table, type) ? table[type] : undefined
    if (codec === undefined) return E.left(misread('type', Object.keys(table).join(', '), type))
    return E.mapLeft((errors: t.Errors) => {
      const [first] = faults(errors)
      return first === undefined
        ? misread('message', 'a message', right)
        : misread(first.path.join('.') || 'message', first.expected, first.value)
    })(codec.decode(right))
  }

/**
 * Reads what a client says: the message, or a `Misread` that says where it is wrong. Never throws.
 *
 * @category codec
 * @since 0.1.0
 */
export const decodeClientMessage: (text: string) => E.Either<Misread, ClientMessage> = decodeBy(clientMessages)

/**
 * Reads what a server says: the message, or a `Misread` that says where it is wrong. Never throws.
 *
 * @category codec
 * @since 0.1.0
 */
export const decodeServerMessage: (text: string) => E.Either<Misread, ServerMessage> = decodeBy(serverMessages)

/**
 * Writes a message of either side. Numbers that are not finite must not be in it.
 *
 * @category codec
 * @since 0.1.0
 */
export const encodeMessage = (message: ClientMessage | ServerMessage): string => JSON.stringify(message)
