/**
 * Binary messages from a server: results.
 *
 * After the header: u16 keypoints K, u16 floats n for each variance, f32 score, f32 `seen.mean` (2K), `seen.var` (nK),
 * `aim.mean` (2K), `aim.var` (nK). Then each part: u8 what, u8 format, u16 width, u16 height, u16 channels, u32 length, and
 * its bytes. Parts stand where the ones before end: nothing is aligned.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  type Format,
  floatsAt,
  formatOf,
  formats,
  headerBytes,
  kinds,
  putFloats,
  readHeader,
  viewOf,
  withHeader
} from './bytes.js'
import { type Pose, poseTrouble, varianceFloats } from './frame.js'
import { limits } from './limits.js'
import { type Misread, misread } from './misread.js'

/**
 * Numbers of what a part shows.
 *
 * @category protocol
 * @since 0.1.0
 */
export const subjects = { prediction: 1, deformed: 2, flow: 3, mask: 4 } as const

/**
 * One picture or map of a result: prediction and deformed as `raw` or `encoded`; flow `[h, w, 2]` as `fixed16` or `float32`,
 * absolute sampling positions; mask `[h, w, K+1]` as `raw`, 255 for 1, background first.
 *
 * @category model
 * @since 0.1.0
 */
export interface Part {
  readonly what: keyof typeof subjects
  readonly format: Format
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly bytes: Uint8Array
}

/**
 * What a server makes of a frame. `seq` and `time`, in ms, are the frame's. `width` and `height` are the model's, in pixels.
 * Milliseconds are float32 on the way, and so is the score: alignment of the driving pose with the source's, 0 the same to 2.
 *
 * @category model
 * @since 0.1.0
 */
export interface Result {
  readonly seq: number
  readonly time: number
  readonly width: number
  readonly height: number
  readonly modelMs: number
  readonly queueMs: number
  readonly score: number
  /** Driving keypoints. */
  readonly seen: Pose
  /** Keypoints that the source was given; as many and with variances as `seen`. */
  readonly aim: Pose
  readonly parts: ReadonlyArray<Part>
}

const partHeader = 12

/**
 * Writes a result. Sizes must be those of the protocol (`limits`), or the other side refuses it.
 *
 * @category codec
 * @since 0.1.0
 */
export const encodeResult = (r: Result): Uint8Array<ArrayBuffer> => {
  const poses = [r.seen.mean, r.seen.var ?? [], r.aim.mean, r.aim.var ?? []]
  const block = 8 + 4 * poses.reduce((sum, { length }) => sum + length, 0)
  const length = r.parts.reduce((sum, { bytes }) => sum + partHeader + bytes.length, block)
  const { bytes, view } = withHeader({ ...r, kind: kinds.result, format: 0, parts: r.parts.length }, length)
  view.setUint16(headerBytes, r.seen.mean.length / 2, true)
  view.setUint16(headerBytes + 2, varianceFloats(r.seen), true)
  let at = putFloats(view, headerBytes + 4, [r.score])
  for (const values of poses) at = putFloats(view, at, values)
  for (const part of r.parts) {
    view.setUint8(at, subjects[part.what])
    view.setUint8(at + 1, formats[part.format])
    view.setUint16(at + 2, part.width, true)
    view.setUint16(at + 4, part.height, true)
    view.setUint16(at + 6, part.channels, true)
    view.setUint32(at + 8, part.bytes.length, true)
    bytes.set(part.bytes, at + partHeader)
    at += partHeader + part.bytes.length
  }
  return bytes
}

/**
 * Reads a result, or says with a `Misread` where it is wrong. Never throws; the bytes of the parts are views of the message.
 *
 * @category codec
 * @since 0.1.0
 */
export const decodeResult = (message: Uint8Array): E.Either<Misread, Result> => {
  const read = readHeader(message)
  if (E.isLeft(read)) return read
  const { header, payload } = read.right
  if (header.kind !== kinds.result) return E.left(misread('kind', `${kinds.result} (result)`, header.kind))
  if (header.format !== 0) return E.left(misread('format', '0', header.format))
  if (header.parts > limits.parts) return E.left(misread('parts', `at most ${limits.parts}`, header.parts))
  if (payload.length < 8) return E.left(misread('payload', 'at least 8 bytes', `${payload.length}`))
  const view = viewOf(payload)
  const count = view.getUint16(0, true)
  const each = view.getUint16(2, true)
  const wrong = poseTrouble(count, each)
  if (wrong !== undefined) return E.left(wrong)
  const pose = 4 * count * (2 + each)
  if (payload.length < 8 + 2 * pose)
    return E.left(misread('keypoints', `${8 + 2 * pose} bytes of numbers`, `${payload.length}`))
  const poseAt = (at: number): Pose => ({
    mean: floatsAt(view, at, 2 * count),
    var: each === 0 ? undefined : floatsAt(view, at + 8 * count, each * count)
  })
  const { seq, time, width, height, modelMs, queueMs } = header
  return E.map((parts: ReadonlyArray<Part>): Result => {
    const numbers = { score: view.getFloat32(4, true), seen: poseAt(8), aim: poseAt(8 + pose) }
    return { seq, time, width, height, modelMs, queueMs, ...numbers, parts }
  })(partsOf(payload, 8 + 2 * pose, header.parts))
}

const partsOf = (payload: Uint8Array, from: number, count: number): E.Either<Misread, ReadonlyArray<Part>> => {
  const parts: Array<Part> = []
  let at = from
  for (let i = 0; i < count; i++) {
    const part = partAt(payload, at, `parts.${i}`)
    if (E.isLeft(part)) return part
    parts.push(part.right)
    at += partHeader + part.right.bytes.length
  }
  return at === payload.length ? E.right(parts) : E.left(misread('payload', `${at} bytes`, `${payload.length}`))
}

const partAt = (payload: Uint8Array, at: number, name: string): E.Either<Misread, Part> => {
  const rest = payload.length - at - partHeader
  if (rest < 0) return E.left(misread(name, `${partHeader} bytes`, `${rest + partHeader}`))
  const view = viewOf(payload)
  const what = whatOf(view.getUint8(at))
  const format = formatOf(view.getUint8(at + 1))
  if (what === undefined) return E.left(misread(`${name}.what`, '1 to 4', view.getUint8(at)))
  if (format === undefined) return E.left(misread(`${name}.format`, '0 to 3', view.getUint8(at + 1)))
  const [width, height, channels] = [2, 4, 6].map((o) => view.getUint16(at + o, true)) as [number, number, number]
  const length = view.getUint32(at + 8, true)
  if (length > rest) return E.left(misread(`${name}.length`, `at most ${rest} bytes, the rest of the message`, length))
  const due = width * height * channels * bytesEach[format]
  if (format !== 'encoded' && length !== due)
    return E.left(misread(`${name}.length`, `${due} bytes for ${width}x${height}x${channels} ${format}`, length))
  const start = at + partHeader
  return E.right({ what, format, width, height, channels, bytes: payload.subarray(start, start + length) })
}

const bytesEach = { raw: 1, encoded: 0, float32: 4, fixed16: 2 } as const

const whatOf = (n: number): Part['what'] | undefined =>
  (Object.keys(subjects) as ReadonlyArray<Part['what']>).find((name) => subjects[name] === n)

/**
 * Numbers of a map as bytes of int16 in steps of 1/8192: from -4 to just under 4, others held inside, NaN as 0.
 *
 * @category codec
 * @since 0.1.0
 */
export const toFixed16 = (values: ArrayLike<number>): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(2 * values.length)
  const view = viewOf(bytes)
  for (let i = 0; i < values.length; i++)
    view.setInt16(2 * i, Math.max(-32768, Math.min(32767, Math.round((values[i] ?? 0) * 8192) || 0)), true)
  return bytes
}

/**
 * The numbers of a part: `raw` as 0..1, `float32` and `fixed16` as they are. Undefined for a picture in a file format.
 *
 * @category codec
 * @since 0.1.0
 */
export const numbersOf = ({ format, bytes }: Part): Float32Array<ArrayBuffer> | undefined => {
  const view = viewOf(bytes)
  switch (format) {
    case 'raw':
      return Float32Array.from(bytes, (b) => b / 255)
    case 'fixed16':
      return Float32Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true) / 8192)
    case 'float32':
      return floatsAt(view, 0, bytes.length / 4)
    case 'encoded':
      return undefined
  }
}
