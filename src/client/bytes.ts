/**
 * The header that every binary message begins with, and a reader that never goes past the end.
 *
 *     offset  0  u8   version, 1            12 bytes 8..15  f64  capture time, ms
 *             1  u8   kind                  16  u16  width
 *             2  u8   format                18  u16  height
 *             3  u8   parts                 20  u32  length of the payload, which is the rest of the message
 *             4  u32  sequence number       24  f32  model ms
 *                                           28  f32  queue ms
 *
 * Little-endian throughout.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { limits } from './limits.js'
import { type Misread, misread } from './misread.js'

/**
 * Bytes of the header.
 *
 * @category protocol
 * @since 0.1.0
 */
export const headerBytes = 32

/**
 * Numbers of the kinds of binary messages.
 *
 * @category protocol
 * @since 0.1.0
 */
export const kinds = { driving: 1, source: 2, pose: 3, result: 16 } as const

/**
 * Numbers of the forms of pixels and numbers: RGB bytes (or one byte for each channel), a picture in a file format
 * (JPEG, PNG, WebP), float32, and int16 in steps of 1/8192.
 *
 * @category protocol
 * @since 0.1.0
 */
export const formats = { raw: 0, encoded: 1, float32: 2, fixed16: 3 } as const

/** A form of pixels and numbers. */
export type Format = keyof typeof formats

/** The fields of the header but version and length. */
export interface Header {
  readonly kind: number
  readonly format: number
  readonly parts: number
  readonly seq: number
  readonly time: number
  readonly width: number
  readonly height: number
  readonly modelMs: number
  readonly queueMs: number
}

/**
 * A new message with this header and room for the payload.
 *
 * @category codec
 * @since 0.1.0
 */
export const withHeader = (
  h: Header,
  payload: number
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly view: DataView } => {
  const bytes = new Uint8Array(headerBytes + payload)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 1)
  view.setUint8(1, h.kind)
  view.setUint8(2, h.format)
  view.setUint8(3, h.parts)
  view.setUint32(4, h.seq, true)
  view.setFloat64(8, h.time, true)
  view.setUint16(16, h.width, true)
  view.setUint16(18, h.height, true)
  view.setUint32(20, payload, true)
  view.setFloat32(24, h.modelMs, true)
  view.setFloat32(28, h.queueMs, true)
  return { bytes, view }
}

/**
 * Reads the header and holds its length against the message. The payload is a view of the message, not a copy.
 *
 * @category codec
 * @since 0.1.0
 */
export const readHeader = (
  message: Uint8Array
): E.Either<Misread, { readonly header: Header; readonly payload: Uint8Array }> => {
  if (message.length < headerBytes)
    return E.left(misread('message', `at least ${headerBytes} bytes`, `${message.length}`))
  const view = viewOf(message)
  if (view.getUint8(0) !== 1) return E.left(misread('version', '1', view.getUint8(0)))
  const header: Header = {
    kind: view.getUint8(1),
    format: view.getUint8(2),
    parts: view.getUint8(3),
    seq: view.getUint32(4, true),
    time: view.getFloat64(8, true),
    width: view.getUint16(16, true),
    height: view.getUint16(18, true),
    modelMs: view.getFloat32(24, true),
    queueMs: view.getFloat32(28, true)
  }
  const length = view.getUint32(20, true)
  const rest = message.length - headerBytes
  if (length !== rest) return E.left(misread('length', `${rest} bytes, the rest of the message`, length))
  if (length > limits.payload) return E.left(misread('length', `at most ${limits.payload} bytes`, length))
  if (!Number.isFinite(header.time)) return E.left(misread('time', 'a finite number', String(header.time)))
  for (const side of ['width', 'height'] as const)
    if (header[side] > limits.side) return E.left(misread(side, `at most ${limits.side}`, header[side]))
  return E.right({ header, payload: message.subarray(headerBytes) })
}

/**
 * The bytes under a view.
 *
 * @category codec
 * @since 0.1.0
 */
export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * The name of a form, by its number; undefined for an unknown one.
 *
 * @category codec
 * @since 0.1.0
 */
export const formatOf = (n: number): Format | undefined =>
  (Object.keys(formats) as ReadonlyArray<Format>).find((name) => formats[name] === n)

/**
 * `count` floats from `at`, copied, for they need not be aligned. The caller has checked that they are there.
 *
 * @category codec
 * @since 0.1.0
 */
export const floatsAt = (view: DataView, at: number, count: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, true))

/**
 * Writes floats at `at`; the offset behind them.
 *
 * @category codec
 * @since 0.1.0
 */
export const putFloats = (view: DataView, at: number, values: ArrayLike<number>): number => {
  for (let i = 0; i < values.length; i++) view.setFloat32(at + 4 * i, values[i] ?? 0, true)
  return at + 4 * values.length
}
