/**
 * The names that a PyTorch checkpoint may use, and what each of them builds.
 *
 * Source: `torch/_utils.py` and `torch/serialization.py` of PyTorch.
 *
 * @since 0.1.0
 */
import { type Dtype, sizeOf } from '../safetensors/stored-tensor.js'
import type { Allowed } from './pickle.js'
import { describe, isA, type Key, type Py, type PyGlobal, type PyStorage, Refused } from './pickle-value.js'

/**
 * The classes of storages, as `torch.FloatStorage` is one, and the type of their elements.
 *
 * @category codec
 * @since 0.1.0
 */
export const storageClasses: Readonly<Record<string, Dtype>> = {
  Float: 'F32',
  Half: 'F16',
  BFloat16: 'BF16',
  Double: 'F64',
  Long: 'I64',
  Int: 'I32',
  Short: 'I16',
  Char: 'I8',
  Byte: 'U8',
  Bool: 'BOOL'
}

const deepestShape = 64

const count = (v: Py | undefined, what: string): number => {
  if (typeof v === 'number' && Number.isSafeInteger(v) && v >= 0) return v
  throw new Refused(`${what}: a whole number`, describe(v))
}

const counts = (v: Py | undefined, what: string): ReadonlyArray<number> => {
  if (!isA('tuple')(v) || v.items.length > deepestShape)
    throw new Refused(`${what}: up to ${deepestShape} numbers`, describe(v))
  return v.items.map((n) => count(n, what))
}

/** A view that lies inside its storage. */
const tensor = (args: ReadonlyArray<Py>): Py => {
  const [storage] = args
  if (!isA('storage')(storage)) throw new Refused('a storage', describe(storage))
  const offset = count(args[1], 'offset of a tensor')
  const shape = counts(args[2], 'shape of a tensor')
  const stride = counts(args[3], 'strides of a tensor')
  if (shape.length !== stride.length) throw new Refused(`${shape.length} strides`, `${stride.length}`)
  const size = sizeOf(shape)
  if (Number.isNaN(size)) throw new Refused('a number of elements up to 2^53', `shape ${shape.join(' x ')}`)
  const last = shape.reduce((at, n, i) => at + (n - 1) * (stride[i] ?? 0), offset)
  if (size > 0 && !(last < storage.length)) {
    throw new Refused(`a view inside a storage of ${storage.length} elements`, `one that reaches element ${last}`)
  }
  return { _tag: 'tensor', storage, offset, shape, stride }
}

/** A dictionary from a list of pairs, as Python 2 writes it, or an empty one. */
const orderedDict = (args: ReadonlyArray<Py>): Py => {
  const [pairs] = args
  const list = isA('list')(pairs) ? pairs.items : []
  if (args.length > 1 || (args.length === 1 && list.length === 0))
    throw new Refused('pairs for an OrderedDict', describe(pairs))
  const entries = list.map((pair): readonly [Key, Py] => {
    const [key, value] = isA('list')(pair) || isA('tuple')(pair) ? pair.items : []
    if ((typeof key !== 'string' && typeof key !== 'number') || value === undefined) {
      throw new Refused('pairs for an OrderedDict', describe(pair))
    }
    return [key, value]
  })
  return { _tag: 'dict', entries: new Map(entries), ordered: true }
}

const parameter = (args: ReadonlyArray<Py>): Py => {
  const [data] = args
  if (isA('tensor')(data)) return data
  throw new Refused('a tensor as a parameter', describe(data))
}

const device = (args: ReadonlyArray<Py>): Py => {
  if (typeof args[0] !== 'string') throw new Refused('the name of a device', describe(args[0]))
  return args.length > 1 ? `${args[0]}:${count(args[1], 'number of a device')}` : args[0]
}

const size = (args: ReadonlyArray<Py>): Py => ({ _tag: 'tuple', items: counts(args[0], 'size') })

const uncallable = (name: string) => (): Py => {
  throw new Refused('the name of a storage class, not a call of it', name)
}

const callable: Readonly<Record<string, PyGlobal['call']>> = {
  'collections.OrderedDict': orderedDict,
  'torch._utils._rebuild_tensor': tensor,
  'torch._utils._rebuild_tensor_v2': tensor,
  'torch._utils._rebuild_parameter': parameter,
  'torch.Size': size,
  'torch.device': device
}

/** The whole allow-list. */
const globals: ReadonlyMap<string, PyGlobal> = new Map([
  ...Object.entries(callable).map(([name, call]): [string, PyGlobal] => [name, { _tag: 'global', name, call }]),
  ...Object.entries(storageClasses).flatMap(([kind, storageOf]) =>
    ['torch', 'torch.storage'].map((module): [string, PyGlobal] => {
      const name = `${module}.${kind}Storage`
      return [name, { _tag: 'global', name, call: uncallable(name), storageOf }]
    })
  )
])

/** The storage that a persistent identifier stands for: `('storage', class, key, device, size)`, in old files a part of it. */
const storageOf = (known: Map<string, PyStorage>, id: Py): PyStorage => {
  const items = isA('tuple')(id) ? id.items : []
  const [kind, type, key, , numel, part] = items
  if (kind !== 'storage') throw new Refused('a storage', isA('tuple')(id) ? describe(kind) : describe(id))
  const dtype = isA('global')(type) ? type.storageOf : undefined
  if (dtype === undefined) throw new Refused('a class of storages', describe(type))
  if (typeof key !== 'string' || key.length > 100) throw new Refused('the key of a storage', describe(key))
  const whole: PyStorage = { _tag: 'storage', key, dtype, size: count(numel, 'size of a storage'), from: 0, length: 0 }
  const before = known.get(key)
  if (before !== undefined && (before.dtype !== dtype || before.size !== whole.size)) {
    throw new Refused(`storage ${key} as ${before.size} of ${before.dtype}`, `${whole.size} of ${dtype}`)
  }
  known.set(key, whole)
  if (part === undefined || part === null) return { ...whole, length: whole.size }
  const from = count(isA('tuple')(part) ? part.items[1] : undefined, 'offset of a storage')
  const length = count(isA('tuple')(part) ? part.items[2] : undefined, 'size of a storage')
  if (from + length > whole.size) throw new Refused(`a part of ${whole.size} elements`, `${from} to ${from + length}`)
  return { ...whole, from, length }
}

/**
 * The allow-list for one checkpoint; `known` collects the storages that it names, by key.
 *
 * @category codec
 * @since 0.1.0
 */
export const torchNames = (known: Map<string, PyStorage>): Allowed => ({
  globals,
  persistent: (id) => storageOf(known, id)
})

/**
 * No names at all: for the pickles around the main one.
 *
 * @category codec
 * @since 0.1.0
 */
export const noNames: Allowed = {
  globals: new Map(),
  persistent: (id) => {
    throw new Refused('no persistent identifier here', describe(id))
  }
}
