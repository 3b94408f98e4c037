/**
 * The layout in which PyTorch saved until 1.5: five pickles (a magic number, a version, notes on the machine, the value,
 * the keys of the storages), then every storage as its length and its bytes.
 *
 * Source: `_legacy_save` and `_legacy_load` in `torch/serialization.py` of PyTorch.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { bytesOf } from '../safetensors/stored-tensor.js'
import { type Allowed, unpickle } from './pickle.js'
import { describe, isA, type Py, type PyStorage } from './pickle-value.js'
import { noNames, torchNames } from './torch-names.js'

/**
 * The value of a checkpoint, and the bytes of each storage that it names.
 *
 * @category model
 * @since 0.1.0
 */
export interface Saved {
  readonly value: Py
  readonly storages: ReadonlyMap<string, Uint8Array>
}

/**
 * The number with which a file begins.
 *
 * @category codec
 * @since 0.1.0
 */
export const legacyMagic = 0x1950a86a20f9469cfc6cn

/**
 * The version of the layout.
 *
 * @category codec
 * @since 0.1.0
 */
export const legacyVersion = 1001

/** The bytes of the storages, in the order of their keys, to the end of the file. */
const readStorages = (
  file: string,
  bytes: Uint8Array,
  start: number,
  keys: ReadonlyArray<Py>,
  known: ReadonlyMap<string, PyStorage>
): E.Either<Problem, ReadonlyMap<string, Uint8Array>> => {
  const bad = complaint(file)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<string, Uint8Array>()
  let at = start
  for (const key of keys) {
    const storage = typeof key === 'string' ? known.get(key) : undefined
    if (storage === undefined || found.has(storage.key)) {
      return E.left(bad('storage keys', 'each storage of the value once', describe(key)))
    }
    if (at + 8 > bytes.length)
      return E.left(bad(`storage ${storage.key}`, '8 bytes of its length', `${bytes.length - at}`))
    const size = view.getBigUint64(at, true)
    if (size !== BigInt(storage.size))
      return E.left(bad(`storage ${storage.key}`, `${storage.size} elements`, `${size}`))
    const end = at + 8 + storage.size * bytesOf[storage.dtype]
    if (end > bytes.length) {
      return E.left(
        bad(`storage ${storage.key}`, `${end - at - 8} bytes`, `${bytes.length - at - 8}, where the file ends`)
      )
    }
    found.set(storage.key, bytes.subarray(at + 8, end))
    at = end
  }
  const absent = [...known.keys()].find((key) => !found.has(key))
  if (absent !== undefined) return E.left(bad('storage keys', `storage ${absent}`, 'nothing'))
  return at === bytes.length
    ? E.right(found)
    : E.left(bad(`byte ${at}`, 'the end of the file', `${bytes.length - at} bytes`))
}

/**
 * Takes a file of the old layout apart.
 *
 * @category codec
 * @since 0.1.0
 */
export const readLegacy = (file: string, bytes: Uint8Array): E.Either<Problem, Saved> => {
  const bad = complaint(file)
  const known = new Map<string, PyStorage>()
  const names = torchNames(known)
  const parts: ReadonlyArray<readonly [string, Allowed]> = [
    ['magic number', noNames],
    ['version', noNames],
    ['notes', noNames],
    ['value', names],
    ['storage keys', noNames]
  ]
  const values: Array<Py> = []
  let at = 0
  for (const [part, allowed] of parts) {
    const read = unpickle(file, part, bytes, at, allowed)
    if (E.isLeft(read)) return read
    const { value, end } = read.right
    if (part === 'magic number' && value !== legacyMagic)
      return E.left(bad(part, 'the one of a PyTorch checkpoint', describe(value)))
    if (part === 'version' && value !== legacyVersion) return E.left(bad(part, `${legacyVersion}`, describe(value)))
    if (part === 'notes' && !(isA('dict')(value) && value.entries.get('little_endian') === true)) {
      return E.left(bad(part, 'little-endian data', isA('dict')(value) ? 'another order' : describe(value)))
    }
    values.push(value)
    at = end
  }
  const [, , , value = null, keys = null] = values
  return isA('list')(keys)
    ? E.map((storages: ReadonlyMap<string, Uint8Array>) => ({ value, storages }))(
        readStorages(file, bytes, at, keys.items, known)
      )
    : E.left(bad('storage keys', 'a list', describe(keys)))
}
