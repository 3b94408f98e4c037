/**
 * Binary messages from a client: driving frames, source pictures, poses.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import {
  floatsAt,
  formats,
  type Header,
  headerBytes,
  kinds,
  putFloats,
  readHeader,
  viewOf,
  withHeader
} from './bytes.js'
import { limits } from './limits.js'
import { type Misread, misread } from './misread.js'

/**
 * A picture: RGB bytes by rows, or a file (JPEG, PNG, WebP) whose bytes alone say what it is. Width and height of a file are
 * what the sender believes, 0 where it does not know.
 *
 * @category model
 * @since 0.1.0
 */
export interface Picture {
  readonly format: 'raw' | 'encoded'
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/**
 * Keypoints as numbers: `mean` holds x, y for each of K in [-1, 1]; `var` the 1 or 4 floats of each variance, where there
 * are any.
 *
 * @category model
 * @since 0.1.0
 */
export interface Pose {
  readonly mean: Float32Array
  readonly var?: Float32Array | undefined
}

/**
 * What a client sends in bytes. `seq` counts from 0 to 2^32 - 1 over all kinds; `time` is the capture time in ms.
 *
 * @category model
 * @since 0.1.0
 */
export type Sent =
  | { readonly kind: 'driving' | 'source'; readonly seq: number; readonly time: number; readonly picture: Picture }
  | { readonly kind: 'pose'; readonly seq: number; readonly time: number; readonly pose: Pose }

/**
 * Floats of each variance of a pose: 0, 1 or 4.
 *
 * @category model
 * @since 0.1.0
 */
export const varianceFloats = ({ mean, var: variance }: Pose): number =>
  variance === undefined || mean.length === 0 ? 0 : (2 * variance.length) / mean.length

/**
 * Writes what a client sends. Sizes must be those of the protocol (`limits`), or the other side refuses it.
 *
 * @category codec
 * @since 0.1.0
 */
export const encodeFrame = (sent: Sent): Uint8Array<ArrayBuffer> => {
  const common = { kind: kinds[sent.kind], parts: 0, seq: sent.seq, time: sent.time, modelMs: 0, queueMs: 0 }
  if (sent.kind === 'pose') {
    const { mean, var: variance } = sent.pose
    const floats = mean.length + (variance?.length ?? 0)
    const { bytes, view } = withHeader({ ...common, format: formats.float32, width: 0, height: 0 }, 4 + 4 * floats)
    view.setUint16(headerBytes, mean.length / 2, true)
    view.setUint16(headerBytes + 2, varianceFloats(sent.pose), true)
    putFloats(view, putFloats(view, headerBytes + 4, mean), variance ?? [])
    return bytes
  }
  const { format, width, height, bytes: pixels } = sent.picture
  const { bytes } = withHeader({ ...common, format: formats[format], width, height }, pixels.length)
  bytes.set(pixels, headerBytes)
  return bytes
}

/**
 * Reads what a client sent, or says with a `Misread` where it is wrong. Never throws; pixels are a view of the message.
 *
 * @category codec
 * @since 0.1.0
 */
export const decodeFrame = (message: Uint8Array): E.Either<Misread, Sent> => {
  const read = readHeader(message)
  if (E.isLeft(read)) return read
  const { header, payload } = read.right
  const { seq, time } = header
  switch (header.kind) {
    case kinds.driving:
    case kinds.source: {
      const kind = header.kind === kinds.driving ? 'driving' : 'source'
      return E.map((picture: Picture): Sent => ({ kind, seq, time, picture }))(pictureOf(header, payload))
    }
    case kinds.pose:
      return E.map((pose: Pose): Sent => ({ kind: 'pose', seq, time, pose }))(poseOf(header, payload))
    default:
      return E.left(misread('kind', '1 (driving), 2 (source) or 3 (pose)', header.kind))
  }
}

const pictureOf = ({ format, width, height }: Header, bytes: Uint8Array): E.Either<Misread, Picture> => {
  if (format === formats.encoded)
    return bytes.length === 0
      ? E.left(misread('payload', 'a picture', 'nothing'))
      : E.right({ format: 'encoded', width, height, bytes })
  if (format !== formats.raw) return E.left(misread('format', '0 (raw) or 1 (encoded)', format))
  const due = 3 * width * height
  return due === 0 || bytes.length !== due
    ? E.left(misread('payload', `${width}x${height} pixels of 3 bytes`, `${bytes.length} bytes`))
    : E.right({ format: 'raw', width, height, bytes })
}

const poseOf = ({ format }: Header, payload: Uint8Array): E.Either<Misread, Pose> => {
  if (format !== formats.float32) return E.left(misread('format', '2 (float32)', format))
  if (payload.length < 4) return E.left(misread('payload', 'at least 4 bytes', `${payload.length}`))
  const view = viewOf(payload)
  const count = view.getUint16(0, true)
  const each = view.getUint16(2, true)
  const wrong = poseTrouble(count, each)
  if (wrong !== undefined) return E.left(wrong)
  const due = 4 + 4 * count * (2 + each)
  if (payload.length !== due) return E.left(misread('payload', `${due} bytes`, `${payload.length}`))
  const mean = floatsAt(view, 4, 2 * count)
  const variance = each === 0 ? undefined : floatsAt(view, 4 + 8 * count, each * count)
  const whole = mean.every(Number.isFinite) && (variance?.every(Number.isFinite) ?? true)
  return whole ? E.right({ mean, var: variance }) : E.left(misread('pose', 'finite numbers', 'others'))
}

/**
 * What is wrong with the numbers of keypoints and of floats for each variance, if anything.
 *
 * @category codec
 * @since 0.1.0
 */
export const poseTrouble = (count: number, each: number): Misread | undefined => {
  if (count < 1 || count > limits.keypoints) return misread('keypoints', `1 to ${limits.keypoints}`, count)
  return each === 0 || each === 1 || each === 4 ? undefined : misread('variance', '0, 1 or 4 floats', each)
}
