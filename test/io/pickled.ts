/** Checkpoints made by hand, for tests: what Python's pickle and PyTorch would write for small values. */
import { zipSync } from 'fflate'

export const join = (...parts: ReadonlyArray<Uint8Array | string>): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((p) => (typeof p === 'string' ? Buffer.from(p, 'latin1') : p))))

const u32 = (n: number): Uint8Array => new Uint8Array(Uint32Array.of(n).buffer)

/** A global by its module and its name. */
export const named = (module: string, name: string): Uint8Array => join(`c${module}\n${name}\n`)

export const int = (n: number): Uint8Array => join('J', new Uint8Array(Int32Array.of(n).buffer))
export const long = (n: bigint): Uint8Array => {
  const digits = Array.from({ length: 12 }, (_, i) => Number((BigInt.asUintN(96, n) >> BigInt(8 * i)) & 255n))
  return join('\x8a\x0c', Uint8Array.from(digits))
}
export const float = (x: number): Uint8Array => join('G', new Uint8Array(Float64Array.of(x).buffer).reverse())
export const text = (s: string): Uint8Array => join('X', u32(Buffer.byteLength(s)), Buffer.from(s))
export const none = join('N')
export const yes = join('\x88')
export const tuple = (...items: ReadonlyArray<Uint8Array>): Uint8Array => join('(', ...items, 't')
export const list = (...items: ReadonlyArray<Uint8Array>): Uint8Array => join('](', ...items, 'e')
export const dict = (...pairs: ReadonlyArray<readonly [Uint8Array, Uint8Array]>): Uint8Array =>
  join('}(', ...pairs.flat(), 'u')
export const call = (callee: Uint8Array, ...args: ReadonlyArray<Uint8Array>): Uint8Array =>
  join(callee, tuple(...args), 'R')
export const ordered = (...pairs: ReadonlyArray<readonly [Uint8Array, Uint8Array]>): Uint8Array =>
  join(call(named('collections', 'OrderedDict')), '(', ...pairs.flat(), 'u')
export const metadata = (target: Uint8Array, name = '_metadata'): Uint8Array =>
  join(target, dict([text(name), dict()]), 'b')
export const pickle = (value: Uint8Array): Uint8Array => join('\x80\x02', value, '.')

export interface View {
  readonly key: string
  readonly size: number
  readonly offset?: number
  readonly shape: ReadonlyArray<number>
  readonly stride: ReadonlyArray<number>
  readonly kind?: string
  readonly part?: Uint8Array
}

/** A tensor as PyTorch pickles it. */
export const tensor = ({ key, size, offset = 0, shape, stride, kind = 'Float', part }: View): Uint8Array =>
  call(
    named('torch._utils', '_rebuild_tensor_v2'),
    join(
      tuple(text('storage'), named('torch', `${kind}Storage`), text(key), text('cuda:0'), int(size), part ?? none),
      'Q'
    ),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...stride.map(int)),
    join('\x89'),
    ordered()
  )

export interface Stored {
  readonly key: string
  readonly data: Uint8Array
  readonly width: number
}
export const floats = (key: string, ...values: ReadonlyArray<number>): Stored => ({
  key,
  data: new Uint8Array(Float32Array.from(values).buffer),
  width: 4
})

/** A file of the old layout. */
export const legacy = (value: Uint8Array, ...storages: ReadonlyArray<Stored>): Uint8Array =>
  join(
    pickle(long(0x1950a86a20f9469cfc6cn)),
    pickle(int(1001)),
    pickle(dict([text('little_endian'), yes])),
    pickle(value),
    pickle(list(...storages.map(({ key }) => text(key)))),
    ...storages.flatMap(({ data, width }) => [u32(data.length / width), u32(0), data])
  )

/** A file of the new layout, its entries deflated where `level` says so. */
export const zipped = (
  value: Uint8Array,
  storages: ReadonlyArray<Stored>,
  more: Readonly<Record<string, Uint8Array>> = {},
  level: 0 | 9 = 0
): Uint8Array =>
  zipSync(
    {
      'x/data.pkl': pickle(value),
      'x/byteorder': Buffer.from('little'),
      ...Object.fromEntries(storages.map(({ key, data }) => [`x/data/${key}`, data])),
      'x/version': Buffer.from('3\n'),
      ...more
    },
    { level, mtime: new Date(2000, 1, 1) }
  )
