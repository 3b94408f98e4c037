/**
 * The header of a safetensors file, checked: its length, its JSON, its entries, and that they cover the data.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { brief, isObject } from '../../nodes/object.js'
import { jsonTrouble } from '../files/json-scan.js'
import { type Complaint, complaint } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import { bytesOf, Dtype, sizeOf } from './stored-tensor.js'

/**
 * Longest header that is read, as in the reference implementation.
 *
 * @category codec
 * @since 0.1.0
 */
export const headerLimit = 100_000_000

/**
 * The name under which the header keeps the strings.
 *
 * @category codec
 * @since 0.1.0
 */
export const metadataKey = '__metadata__'

const isWhole = (u: unknown): u is number => Number.isSafeInteger(u) && Number(u) >= 0 && !Object.is(u, -0)
const Whole = new t.Type<number>(
  'whole number',
  isWhole,
  (u, c) => (isWhole(u) ? t.success(u) : t.failure(u, c)),
  t.identity
)

/**
 * What the header says about one tensor.
 *
 * @category codec
 * @since 0.1.0
 */
export const Entry = t.strict(
  { dtype: Dtype, shape: t.array(Whole), data_offsets: t.tuple([Whole, Whole]) },
  'tensor entry'
)

const entryKeys = Object.keys(Entry.type.props)

/**
 * The length of the header that the first 8 bytes promise, checked against the file before anything is allocated.
 *
 * @category codec
 * @since 0.1.0
 */
export const headerLength = (file: string, bytes: Uint8Array, size: number): E.Either<Problem, number> => {
  const bad = complaint(file)
  if (bytes.length < 8) return E.left(bad('byte 0', 'the 8 bytes of the header length', `${bytes.length} bytes`))
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(headerLimit))
    return E.left(bad('byte 0', `a header of at most ${headerLimit} bytes`, `${length}`))
  return Number(length) > size - 8
    ? E.left(bad('byte 0', `a header that fits a file of ${size} bytes`, `${length} bytes`))
    : E.right(Number(length))
}

/**
 * The header as JSON: UTF-8, an object, no key twice, not deeper than entries are.
 *
 * @category codec
 * @since 0.1.0
 */
export const headerOf = (file: string, bytes: Uint8Array): E.Either<Problem, Readonly<Record<string, unknown>>> => {
  const bad = complaint(file)
  if (bytes[0] !== 0x7b)
    return E.left(bad('header', 'a JSON object', bytes.length === 0 ? 'nothing' : 'something else'))
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    const trouble = jsonTrouble(text, 3)
    if (trouble !== undefined) return E.left(bad('header', trouble.expected, trouble.actual))
    const header: unknown = JSON.parse(text)
    return isObject(header) ? E.right(header) : E.left(bad('header', 'a JSON object', brief(header)))
  } catch (cause) {
    return E.left(bad('header', 'UTF-8 encoded JSON', cause instanceof Error ? cause.message : String(cause)))
  }
}

/**
 * Everything that is wrong with the entry of one tensor; `room` is the length of the data.
 *
 * @category codec
 * @since 0.1.0
 */
export const checkEntry = (bad: Complaint, name: string, u: unknown, room: number): ReadonlyArray<Problem> => {
  const at = `tensor ${brief(name)}`
  if (/\p{Surrogate}/u.test(name)) return [bad(at, 'a name that is valid Unicode', 'half a surrogate pair')]
  if (!isObject(u)) return [bad(at, 'a tensor entry', brief(u))]
  const known = entryKeys.flatMap((key) =>
    Object.hasOwn(u, key) && Entry.type.props[key as keyof typeof Entry.type.props].is(u[key])
      ? []
      : [bad(`${at}.${key}`, expectedOf(key), Object.hasOwn(u, key) ? brief(u[key]) : 'nothing')]
  )
  const unknown = Object.keys(u).flatMap((key) =>
    entryKeys.includes(key) ? [] : [bad(`${at}.${brief(key)}`, `one of ${entryKeys.join(', ')}`, 'an unknown key')]
  )
  if (known.length + unknown.length > 0 || !Entry.is(u)) return [...known, ...unknown]
  const [begin, end] = u.data_offsets
  const due = sizeOf(u.shape) * bytesOf[u.dtype]
  if (Number.isNaN(due)) return [bad(`${at}.shape`, 'a number of elements up to 2^53', brief(u.shape))]
  if (end < begin || end > room)
    return [bad(`${at}.data_offsets`, `two offsets in order up to ${room}`, brief([begin, end]))]
  return due === end - begin
    ? []
    : [bad(`${at}.data_offsets`, `${due} bytes for ${u.dtype} ${brief(u.shape)}`, `${end - begin}`)]
}

const expectedOf = (key: string): string =>
  key === 'dtype'
    ? `one of ${Object.keys(Dtype.keys).join(', ')}`
    : key === 'shape'
      ? 'whole numbers'
      : 'two whole numbers'

/**
 * Everything that is wrong with the strings.
 *
 * @category codec
 * @since 0.1.0
 */
export const checkMetadata = (bad: Complaint, u: unknown): ReadonlyArray<Problem> => {
  if (u === undefined) return []
  if (!isObject(u)) return [bad(metadataKey, 'an object of strings', brief(u))]
  return Object.entries(u).flatMap(([key, value]) =>
    typeof value === 'string' ? [] : [bad(`${metadataKey}.${brief(key)}`, 'a string', brief(value))]
  )
}

/**
 * The data must be covered from its first byte to its last, each byte once.
 *
 * @category codec
 * @since 0.1.0
 */
export const checkCover = (
  bad: Complaint,
  entries: ReadonlyArray<readonly [string, t.TypeOf<typeof Entry>]>,
  room: number
): ReadonlyArray<Problem> => {
  const inOrder = entries.map(([name, e]) => ({ name, begin: e.data_offsets[0], end: e.data_offsets[1] }))
  inOrder.sort((a, b) => a.begin - b.begin || a.end - b.end)
  const wrong: Array<Problem> = []
  let reached = 0
  for (const { name, begin, end } of inOrder) {
    if (begin !== reached) wrong.push(bad(`tensor ${brief(name)}`, `data from byte ${reached}`, `from byte ${begin}`))
    reached = Math.max(reached, end)
  }
  if (reached !== room) wrong.push(bad('data', `${reached} bytes, as the header says`, `${room}`))
  return wrong
}
