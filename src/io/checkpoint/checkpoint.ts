/**
 * Checkpoints of PyTorch, old layout and new, as plain data: read by an allow-list, run by nothing.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { readBytes } from '../files/read-bytes.js'
import { complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { bytesOf, plainBytes, type StoredTensor, sizeOf } from '../safetensors/stored-tensor.js'
import { describe, type Key, type Py, type PyTensor, Refused } from './pickle-value.js'
import { readLegacy, type Saved } from './pth-legacy.js'
import { readZip } from './pth-zip.js'

/**
 * A value in a checkpoint: lists and tuples are arrays, dictionaries are maps.
 *
 * @category model
 * @since 0.1.0
 */
export type CheckpointValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | StoredTensor
  | ReadonlyArray<CheckpointValue>
  | CheckpointDict

/**
 * A dictionary in a checkpoint, and the checkpoint itself. Keys are text or numbers (optimisers key by identity).
 *
 * @category model
 * @since 0.1.0
 */
export interface CheckpointDict extends ReadonlyMap<Key, CheckpointValue> {}

const deepest = 100
const mostValues = 2 ** 20

/**
 * Whether a value is a dictionary.
 *
 * @category model
 * @since 0.1.0
 */
export const isDict = (v: CheckpointValue | undefined): v is CheckpointDict => v instanceof Map

/**
 * Whether a value is a tensor. Its shape may be any.
 *
 * @category model
 * @since 0.1.0
 */
export const isTensor = (v: CheckpointValue | undefined): v is StoredTensor =>
  typeof v === 'object' && v !== null && !Array.isArray(v) && 'dtype' in v

/**
 * All tensors inside a value by their dotted paths. They are as they are stored, of any shape.
 *
 * @category model
 * @since 0.1.0
 */
export const tensorsIn = (
  v: CheckpointValue | undefined,
  path = ''
): ReadonlyArray<readonly [string, StoredTensor]> => {
  const inside = (key: Key): string => (path === '' ? String(key) : `${path}.${key}`)
  if (isTensor(v)) return [[path, v]]
  if (isDict(v)) return [...v].flatMap(([key, item]) => tensorsIn(item, inside(key)))
  return Array.isArray(v) ? v.flatMap((item: CheckpointValue, i) => tensorsIn(item, inside(i))) : []
}

/** The elements of a view in row-major order, copied one by one. */
const gathered = ({ offset, shape, stride }: PyTensor, bytes: Uint8Array, width: number): Uint8Array => {
  const size = sizeOf(shape)
  const out = new Uint8Array(size * width)
  const index = shape.map(() => 0)
  let from = offset
  for (let to = 0; to < size; to++) {
    out.set(bytes.subarray(from * width, (from + 1) * width), to * width)
    for (let d = shape.length - 1; d >= 0; d--) {
      const next = (index[d] ?? 0) + 1
      from += stride[d] ?? 0
      index[d] = next
      if (next < (shape[d] ?? 0)) break
      from -= next * (stride[d] ?? 0)
      index[d] = 0
    }
  }
  return out
}

/** Whether the elements of a view stand in the storage one after another. */
const isContiguous = ({ shape, stride }: PyTensor): boolean => {
  let due = 1
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] !== 1 && stride[d] !== due) return false
    due *= shape[d] ?? 1
  }
  return true
}

/**
 * Turns what the machine built into plain data. What is shared stays shared, but must unfold to a bounded size, so that
 * whoever walks the result comes to an end.
 */
class Finisher {
  private readonly done = new Map<Py, { readonly value: CheckpointValue; readonly size: number }>()
  private readonly begun = new Set<Py>()

  constructor(
    private readonly storages: ReadonlyMap<string, Uint8Array>,
    private copies: number
  ) {}

  finish(v: Py, depth = 0): { readonly value: CheckpointValue; readonly size: number } {
    if (typeof v !== 'object' || v === null || v instanceof Uint8Array) return { value: v, size: 1 }
    const before = this.done.get(v)
    if (before !== undefined) return before
    if (depth > deepest) throw new Refused(`at most ${deepest} levels`, 'more')
    if (this.begun.has(v)) throw new Refused('a value that does not hold itself', describe(v))
    this.begun.add(v)
    const made = this.make(v, depth)
    if (made.size > mostValues) throw new Refused(`at most ${mostValues} values`, 'more')
    this.done.set(v, made)
    return made
  }

  private make(v: Exclude<Py, null | boolean | number | bigint | string | Uint8Array>, depth: number) {
    if (v._tag === 'tensor') return { value: this.tensor(v), size: 1 }
    if (v._tag === 'dict') {
      const items = [...v.entries].map(([key, item]) => [key, this.finish(item, depth + 1)] as const)
      const value: CheckpointDict = new Map(items.map(([key, item]) => [key, item.value]))
      return { value, size: items.reduce((all, [, item]) => all + item.size, 1) }
    }
    if (v._tag === 'list' || v._tag === 'tuple') {
      const items = v.items.map((item) => this.finish(item, depth + 1))
      return { value: items.map((item) => item.value), size: items.reduce((all, item) => all + item.size, 1) }
    }
    throw new Refused('tensors, numbers, text, lists and dictionaries only', describe(v))
  }

  private tensor(v: PyTensor): StoredTensor {
    const { dtype, key, from, length } = v.storage
    const width = bytesOf[dtype]
    const bytes = this.storages.get(key)?.subarray(from * width, (from + length) * width) ?? new Uint8Array()
    const size = sizeOf(v.shape)
    if (size === 0 || isContiguous(v)) {
      return { dtype, shape: v.shape, data: bytes.subarray(v.offset * width, (v.offset + size) * width) }
    }
    this.copies -= size * width
    if (this.copies < 0) throw new Refused('views that do not blow up the data', `shape ${v.shape.join(' x ')}`)
    return { dtype, shape: v.shape, data: gathered(v, bytes, width) }
  }
}

const finish = (file: string, { value, storages }: Saved, copies: number): E.Either<Problem, CheckpointDict> => {
  const bad = complaint(file)
  try {
    const whole = new Finisher(storages, copies).finish(value).value
    return isDict(whole) ? E.right(whole) : E.left(bad('value', 'a dictionary', describe(value)))
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    return E.left(bad('value', cause.expected, cause.actual))
  }
}

/**
 * Reads the bytes of a checkpoint. `file` names it in the problem. Tensors that stand in one piece are views of `bytes`.
 *
 * Everything is refused, with `BadData`, that is not a tensor, number, text, list or dictionary, by its name, before anything
 * is built of it. Time and memory are bounded by the size of the file.
 *
 * @category codec
 * @since 0.1.0
 */
export const parseCheckpoint = (file: string, bytes: Uint8Array): E.Either<Problem, CheckpointDict> => {
  const known = bytes[0] === 0x80 ? readLegacy : bytes[0] === 0x50 && bytes[1] === 0x4b ? readZip : undefined
  return known === undefined
    ? E.left(complaint(file)('byte 0', 'a checkpoint of PyTorch, old layout or zip', 'something else'))
    : pipe(
        known(file, plainBytes(bytes)),
        E.flatMap((saved) => finish(file, saved, 2 ** 26 + 4 * bytes.length))
      )
}

/**
 * Reads a checkpoint file.
 *
 * Fails with `FileTrouble` where it cannot be read, else as `parseCheckpoint`.
 *
 * @category files
 * @since 0.1.0
 */
export const readCheckpoint = (path: string): TE.TaskEither<Problem, CheckpointDict> =>
  pipe(
    readBytes(path),
    TE.flatMapEither((bytes) => parseCheckpoint(path, bytes))
  )
