/**
 * The layout in which PyTorch saves since 1.6: a zip archive with the value in `data.pkl` and each storage in `data/KEY`.
 *
 * Source: `_save` and `_load` in `torch/serialization.py` of PyTorch.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { bytesOf } from '../safetensors/stored-tensor.js'
import { unpickle } from './pickle.js'
import type { PyStorage } from './pickle-value.js'
import type { Saved } from './pth-legacy.js'
import { torchNames } from './torch-names.js'
import { type ZipEntry, zipDirectory, zipRead } from './zip.js'

/** What deflated entries may come to in all: PyTorch itself stores them as they are. */
const room = (bytes: Uint8Array): number => 2 ** 26 + 16 * bytes.length

/**
 * Takes a file of the new layout apart.
 *
 * @category codec
 * @since 0.1.0
 */
export const readZip = (file: string, bytes: Uint8Array): E.Either<Problem, Saved> => {
  const bad = complaint(file)
  const directory = zipDirectory(file, bytes)
  if (E.isLeft(directory)) return directory
  const entries = directory.right
  const mains = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name))
  const prefix = mains[0]?.slice(0, -'data.pkl'.length)
  if (prefix === undefined || mains.length > 1) {
    return E.left(bad('directory', 'one entry */data.pkl, as PyTorch saves it', `${mains.length}`))
  }
  if (entries.has(`${prefix}constants.pkl`)) {
    return E.left(bad(`${prefix}constants.pkl`, 'a checkpoint', 'a TorchScript program'))
  }
  let left = room(bytes)
  const read = (entry: ZipEntry): E.Either<Problem, Uint8Array> => {
    const unpacked = zipRead(file, bytes, entry, entry.method === 0 ? bytes.length : left)
    if (E.isRight(unpacked) && entry.method !== 0) left -= unpacked.right.length
    return unpacked
  }
  const order = entries.get(`${prefix}byteorder`)
  const orderBytes = order === undefined ? E.right(Buffer.from('little')) : read(order)
  if (E.isLeft(orderBytes)) return orderBytes
  const orderName = Buffer.from(orderBytes.right).toString('latin1').slice(0, 20)
  if (orderName !== 'little') return E.left(bad(`${prefix}byteorder`, 'little', orderName))

  const main = read(entries.get(`${prefix}data.pkl`) as ZipEntry)
  if (E.isLeft(main)) return main
  const known = new Map<string, PyStorage>()
  const value = unpickle(file, `${prefix}data.pkl`, main.right, 0, torchNames(known))
  if (E.isLeft(value)) return value
  const after = main.right.length - value.right.end
  if (after > 0) return E.left(bad(`${prefix}data.pkl`, 'the end after the value', `${after} bytes`))
  const storages = new Map<string, Uint8Array>()
  for (const { key, dtype, size } of known.values()) {
    const entry = entries.get(`${prefix}data/${key}`)
    if (entry === undefined) return E.left(bad(`${prefix}data/${key}`, 'the bytes of a storage', 'nothing'))
    const due = size * bytesOf[dtype]
    if (entry.size !== due) return E.left(bad(entry.name, `${due} bytes for ${size} of ${dtype}`, `${entry.size}`))
    const data = read(entry)
    if (E.isLeft(data)) return data
    storages.set(key, data.right)
  }
  return E.right({ value: value.right.value, storages })
}
