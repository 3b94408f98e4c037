/**
 * The safetensors format: named tensors and a few strings in one file, read strictly and written byte for byte as the
 * reference implementation writes it. Bytes only; `safetensors` has the files.
 *
 * Layout: the header's length in 8 bytes, the header as JSON, then the data of all tensors without holes.
 *
 * Source: the format's description and the reference implementation, https://github.com/huggingface/safetensors.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as t from 'io-ts'
import { brief, isObject } from '../../nodes/object.js'
import { complaint, gather } from '../problem/complaint.js'
import type { Problem } from '../problem/problem.js'
import {
  checkCover,
  checkEntry,
  checkMetadata,
  type Entry,
  headerLength,
  headerLimit,
  headerOf,
  metadataKey
} from './header.js'
import { bytesOf, type Dtype, plainBytes, type StoredTensor, sizeOf } from './stored-tensor.js'

export type { StoredTensor } from './stored-tensor.js'
export { bytesOf, Dtype, float32Of, halfOf, sizeOf, storedFloat32, storedHalf } from './stored-tensor.js'

/**
 * What a safetensors file holds.
 *
 * @category model
 * @since 0.1.0
 */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly metadata: Readonly<Record<string, string>>
}

/** The element types in the order in which the reference implementation lays them out, last first. */
const layout: ReadonlyArray<Dtype> = ['BOOL', 'U8', 'I8', 'I16', 'F16', 'BF16', 'I32', 'F32', 'F64', 'I64']

/**
 * Reads the bytes of a safetensors file, or says everything that is wrong with it, with `BadData`. `file` names it in the
 * problems. The tensors are views of `bytes`.
 *
 * Refused, besides what is malformed: holes, overlaps and bytes left over, keys given twice, keys that the format does
 * not know, metadata that is not a string, sizes past the safe integers.
 *
 * @category codec
 * @since 0.1.0
 */
export const parse = (file: string, bytes: Uint8Array): E.Either<Problem, Safetensors> =>
  pipe(
    headerLength(file, bytes, bytes.length),
    E.bindTo('length'),
    E.bind('header', ({ length }) => headerOf(file, bytes.subarray(8, 8 + length))),
    E.flatMap(({ length, header }) => {
      const bad = complaint(file)
      const data = plainBytes(bytes).subarray(8 + length)
      const named = Object.entries(header).filter(([name]) => name !== metadataKey)
      const metadata = Object.hasOwn(header, metadataKey) ? header[metadataKey] : undefined
      const [first, ...rest] = [
        ...checkMetadata(bad, metadata),
        ...named.flatMap(([name, u]) => checkEntry(bad, name, u, data.length))
      ]
      if (first !== undefined) return E.left(gather(first, rest))
      const entries = named as ReadonlyArray<readonly [string, t.TypeOf<typeof Entry>]>
      const [hole, ...holes] = checkCover(bad, entries, data.length)
      if (hole !== undefined) return E.left(gather(hole, holes))
      const tensors = entries.map(([name, { dtype, shape, data_offsets }]) => {
        return [name, { dtype, shape, data: data.subarray(...data_offsets) }] as const
      })
      const strings = Object.entries(isObject(metadata) ? metadata : {}) as ReadonlyArray<[string, string]>
      return E.right({ tensors: Object.fromEntries(tensors), metadata: Object.fromEntries(strings) })
    })
  )

const utf8 = new TextEncoder()

/** Order of the code points, which is the order of the UTF-8 bytes. */
const byName = (a: string, b: string): number => {
  const [x, y] = [utf8.encode(a), utf8.encode(b)]
  const at = x.findIndex((byte, i) => byte !== y[i])
  return at < 0 ? x.length - y.length : x[at]! - (y[at] ?? -1)
}

/**
 * The bytes of a safetensors file: the same value always gives the same bytes. Tensors stand in the reference implementation's
 * order (wider types first, then by name) and the header is padded with spaces, so that every tensor is aligned. Fails with
 * `BadData`, in which `file` names the value, for sizes that do not match, names that the format reserves.
 *
 * @category codec
 * @since 0.1.0
 */
export const serialise = (file: string, { tensors, metadata }: Safetensors): E.Either<Problem, Uint8Array> => {
  const bad = complaint(file)
  const sorted = Object.entries(tensors).sort(
    ([a, x], [b, y]) => layout.indexOf(y.dtype) - layout.indexOf(x.dtype) || byName(a, b)
  )
  const wrong = sorted.flatMap(([name, { dtype, shape, data }]) => {
    const due = sizeOf(shape) * bytesOf[dtype]
    return [
      ...(name === metadataKey ? [bad('tensor', 'a name other than the reserved one', name)] : []),
      ...(/\p{Surrogate}/u.test(name)
        ? [bad(`tensor ${brief(name)}`, 'a name that is valid Unicode', 'half a pair')]
        : []),
      ...(due === data.length
        ? []
        : [bad(`tensor ${brief(name)}`, `${due} bytes for ${dtype} ${brief(shape)}`, `${data.length}`)])
    ]
  })
  if (wrong[0] !== undefined) return E.left(gather(wrong[0], wrong.slice(1)))
  let at = 0
  const entries = sorted.map(([name, { dtype, shape, data }]) => {
    const begin = at
    at += data.length
    return [name, { dtype, shape, data_offsets: [begin, at] }] as const
  })
  const strings = Object.entries(metadata).sort(([a], [b]) => byName(a, b))
  const parts = [
    ...(strings.length === 0 ? [] : [`${JSON.stringify(metadataKey)}:${objectText(strings)}`]),
    ...(entries.length === 0 ? [] : [objectText(entries).slice(1, -1)])
  ]
  const header = utf8.encode(`{${parts.join(',')}}`)
  const length = Math.ceil(header.length / 8) * 8
  if (length > headerLimit) return E.left(bad('header', `at most ${headerLimit} bytes`, `${length}`))
  const out = new Uint8Array(8 + length + at)
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true)
  out.fill(0x20, 8, 8 + length)
  out.set(header, 8)
  sorted.forEach(([, { data }], i) => {
    out.set(data, 8 + length + (entries[i]?.[1].data_offsets[0] ?? 0))
  })
  return E.right(out)
}

/** An object as JSON, its keys in the given order: also those that look like numbers. */
const objectText = (entries: ReadonlyArray<readonly [string, unknown]>): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`
