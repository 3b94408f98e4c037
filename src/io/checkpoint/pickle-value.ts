/**
 * What the pickle machine can build: the few kinds of values of which a checkpoint is made, and nothing that acts.
 *
 * @since 0.1.0
 */
import type { Dtype } from '../safetensors/stored-tensor.js'

/**
 * A key of a dictionary. Whole numbers past 2^53 stay exact.
 *
 * @category model
 * @since 0.1.0
 */
export type Key = string | number | bigint

/**
 * A list while it is built.
 *
 * @category model
 * @since 0.1.0
 */
export interface PyList {
  readonly _tag: 'list'
  readonly items: Array<Py>
}

/**
 * A tuple, or a size of a tensor.
 *
 * @category model
 * @since 0.1.0
 */
export interface PyTuple {
  readonly _tag: 'tuple'
  readonly items: ReadonlyArray<Py>
}

/**
 * A dictionary while it is built; one with order may carry attributes, which are left out.
 *
 * @category model
 * @since 0.1.0
 */
export interface PyDict {
  readonly _tag: 'dict'
  readonly entries: Map<Key, Py>
  readonly ordered: boolean
}

/**
 * A name on the allow-list, and what calling it makes.
 *
 * @category model
 * @since 0.1.0
 */
export interface PyGlobal {
  readonly _tag: 'global'
  readonly name: string
  readonly call: (args: ReadonlyArray<Py>) => Py
  /** The element type, if this is a class of storages. */
  readonly storageOf?: Dtype
}

/**
 * A stretch of the storage `key`, which holds `size` elements in all.
 *
 * @category model
 * @since 0.1.0
 */
export interface PyStorage {
  readonly _tag: 'storage'
  readonly key: string
  readonly dtype: Dtype
  readonly size: number
  readonly from: number
  readonly length: number
}

/**
 * A view into a storage; offset and strides count elements.
 *
 * @category model
 * @since 0.1.0
 */
export interface PyTensor {
  readonly _tag: 'tensor'
  readonly storage: PyStorage
  readonly offset: number
  readonly shape: ReadonlyArray<number>
  readonly stride: ReadonlyArray<number>
}

/**
 * Any value.
 *
 * @category model
 * @since 0.1.0
 */
export type Py =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PyList
  | PyTuple
  | PyDict
  | PyGlobal
  | PyStorage
  | PyTensor

/**
 * Tells the kinds of built values apart.
 *
 * @category model
 * @since 0.1.0
 */
export const isA =
  <T extends (PyList | PyTuple | PyDict | PyGlobal | PyStorage | PyTensor)['_tag']>(tag: T) =>
  (v: Py | undefined): v is Extract<Py, { readonly _tag: T }> =>
    typeof v === 'object' && v !== null && '_tag' in v && v._tag === tag

/**
 * Why the machine stopped. Thrown inside the machine, and only there: it never leaves `unpickle`.
 *
 * @category errors
 * @since 0.1.0
 */
export class Refused extends Error {
  constructor(
    readonly expected: string,
    readonly actual: string
  ) {
    super(`expected ${expected}, got ${actual}`)
  }
}

/**
 * A value in a word or two, for messages.
 *
 * @category errors
 * @since 0.1.0
 */
export const describe = (v: Py | undefined): string => {
  if (v === undefined) return 'nothing'
  if (v === null) return 'None'
  if (typeof v === 'string') return JSON.stringify(v.length > 40 ? `${v.slice(0, 40)}...` : v)
  if (typeof v !== 'object') return String(v).slice(0, 40)
  if (v instanceof Uint8Array) return 'bytes'
  return v._tag === 'global' ? v.name : `a ${v._tag}`
}
