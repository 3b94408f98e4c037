/**
 * Writes Python's pickles, protocol 2: numbers, text, lists, tuples, dictionaries, and tensors as PyTorch rebuilds them.
 *
 * What is written is what the machine beside it reads, and what `torch.load(weights_only=True)` allows.
 *
 * Source: the instructions as `pickletools` of CPython describes them; `torch/_utils.py` of PyTorch.
 *
 * @since 0.1.0
 */
import type { Dtype } from '../safetensors/stored-tensor.js'
import type { Py, PyDict, PyStorage, PyTensor } from './pickle-value.js'
import { storageClasses } from './torch-names.js'

/**
 * The layout of the file: old ones keep a place for views of storages in the names of storages.
 *
 * @category model
 * @since 0.1.0
 */
export type Era = 'zip' | 'legacy'

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** A whole number in the shortest two's complement. */
const long = (n: bigint): Uint8Array => {
  const size = (n < 0n ? -n - 1n : n).toString(2).length
  const bytes = Math.floor(size / 8) + 1
  const digits = Array.from({ length: bytes }, (_, i) => Number((BigInt.asUintN(8 * bytes, n) >> BigInt(8 * i)) & 255n))
  return Uint8Array.of(0x8a, bytes, ...digits)
}

const number = (x: number): Uint8Array => {
  if (!Number.isSafeInteger(x) || Object.is(x, -0)) {
    const out = Buffer.alloc(9, 'G')
    out.writeDoubleBE(x, 1)
    return out
  }
  if (x !== (x | 0)) return long(BigInt(x))
  if (x >= 0 && x < 256) return Uint8Array.of(0x4b, x)
  const out = Buffer.alloc(5, 'J')
  out.writeInt32LE(x, 1)
  return out
}

const text = (s: string): ReadonlyArray<Uint8Array> => {
  const bytes = Buffer.from(s)
  const head = Buffer.alloc(5, 'X')
  head.writeUInt32LE(bytes.length, 1)
  return [head, bytes]
}

const classOf = Object.fromEntries(
  Object.entries(storageClasses).map(([kind, dtype]) => [dtype, `ctorch\n${kind}Storage\n`])
) as Readonly<Record<Dtype, string>>

/**
 * The bytes of one pickle. Nothing is shared inside it: what occurs twice is written twice. Names, bytes and parts of
 * storages are not written; they throw a `TypeError`.
 *
 * @category codec
 * @since 0.1.0
 */
export const pickle = (value: Py, era: Era = 'zip'): Uint8Array => {
  const parts: Array<Uint8Array> = []
  const put = (...more: ReadonlyArray<Uint8Array | string>): void =>
    void parts.push(...more.map((part) => (typeof part === 'string' ? ascii(part) : part)))
  const tuple = (items: ReadonlyArray<Py>): void => {
    put('(')
    items.forEach(write)
    put('t')
  }
  const dict = ({ entries, ordered }: PyDict): void => {
    put(ordered ? 'ccollections\nOrderedDict\n)R(' : '}(')
    for (const [key, item] of entries) {
      write(key)
      write(item)
    }
    put('u')
  }
  const storage = ({ key, dtype, size, from, length }: PyStorage): void => {
    if (from !== 0 || length !== size) throw new TypeError('a part of a storage cannot be written')
    put('(', ...text('storage'), classOf[dtype], ...text(key), ...text('cpu'))
    write(size)
    put(era === 'legacy' ? 'NtQ' : 'tQ')
  }
  const tensor = (x: PyTensor): void => {
    put('ctorch._utils\n_rebuild_tensor_v2\n(')
    storage(x.storage)
    write(x.offset)
    tuple(x.shape)
    tuple(x.stride)
    put('\x89ccollections\nOrderedDict\n)RtR') // takes no gradient, has no hooks
  }
  const write = (v: Py): void => {
    if (v === null) put('N')
    else if (typeof v === 'boolean') put(v ? '\x88' : '\x89')
    else if (typeof v === 'number') put(number(v))
    else if (typeof v === 'bigint') put(long(v))
    else if (typeof v === 'string') put(...text(v))
    else if (v instanceof Uint8Array || v._tag === 'global') throw new TypeError('names and bytes cannot be written')
    else if (v._tag === 'storage') storage(v)
    else if (v._tag === 'tensor') tensor(v)
    else if (v._tag === 'dict') dict(v)
    else if (v._tag === 'tuple') tuple(v.items)
    else {
      put('](')
      v.items.forEach(write)
      put('e')
    }
  }
  put('\x80\x02')
  write(value)
  put('.')
  return new Uint8Array(Buffer.concat(parts))
}
