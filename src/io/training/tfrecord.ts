/**
 * The records of TensorFlow's files: length, checksum of the length, data, checksum of the data.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Framing } from '../files/journal.js'
import { masked } from './crc32c.js'
import { integerIn } from './protobuf.js'

const before = 12
const after = 4

/**
 * One record.
 *
 * @category events
 * @since 0.1.0
 */
export const recordOf = (data: Uint8Array): Uint8Array => {
  const out = new Uint8Array(before + data.length + after)
  const view = new DataView(out.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, masked(out.subarray(0, 8)), true)
  out.set(data, before)
  view.setUint32(before + data.length, masked(data), true)
  return out
}

/**
 * Records that are events: the step of an event is its second field.
 *
 * @category events
 * @since 0.1.0
 */
export const records: Framing<Uint8Array> = {
  unit: 'record',
  next: (bytes, at) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.length - at)
    if (view.byteLength < before) return E.right(undefined)
    if (view.getUint32(8, true) !== masked(bytes.subarray(at, at + 8)))
      return E.left({ expected: 'a sound length', actual: 'a wrong checksum' })
    const length = Number(view.getBigUint64(0, true))
    if (view.byteLength < before + length + after) return E.right(undefined)
    const value = bytes.subarray(at + before, at + before + length)
    if (view.getUint32(before + length, true) !== masked(value))
      return E.left({ expected: 'sound data', actual: 'a wrong checksum' })
    const step = integerIn(value, 2)
    return step === undefined
      ? E.left({ expected: 'an event', actual: 'something else' })
      : E.right({ step, value, end: at + before + length + after })
  }
}
