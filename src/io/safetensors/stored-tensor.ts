/**
 * A tensor as a file keeps it: little-endian bytes with a type and a shape, and its way to and from float32.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

/**
 * The element types that Keyflow reads, under the names of the safetensors format.
 *
 * @category model
 * @since 0.1.0
 */
export const Dtype = t.keyof({
  F32: null,
  F16: null,
  BF16: null,
  F64: null,
  I64: null,
  I32: null,
  I16: null,
  I8: null,
  U8: null,
  BOOL: null
})

/**
 * The name of an element type.
 *
 * @category model
 * @since 0.1.0
 */
export type Dtype = t.TypeOf<typeof Dtype>

/**
 * A tensor as a file keeps it: row-major, little-endian.
 *
 * @category model
 * @since 0.1.0
 */
export interface StoredTensor {
  readonly dtype: Dtype
  readonly shape: ReadonlyArray<number>
  readonly data: Uint8Array
}

/**
 * Bytes of one element.
 *
 * @category model
 * @since 0.1.0
 */
export const bytesOf: Readonly<Record<Dtype, number>> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  F64: 8,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1
}

/**
 * How many elements a shape holds; `NaN` if a size is not a whole number or the product is not a safe integer.
 *
 * @category model
 * @since 0.1.0
 */
export const sizeOf = (shape: ReadonlyArray<number>): number =>
  shape.reduce(
    (all, n) => (Number.isSafeInteger(n) && n >= 0 && Number.isSafeInteger(all * n) ? all * n : Number.NaN),
    1
  )

/** The float32 of the same value as a half precision number, given by its 16 bits. */
const fromHalf = (h: number): number => {
  const sign = h & 0x8000 ? -1 : 1
  const exponent = (h >> 10) & 0x1f
  const fraction = h & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The 16 bits of the half precision number nearest to a float32 (ties to even), given by its 32 bits. */
const toHalf = (f: number): number => {
  const sign = (f >>> 16) & 0x8000
  const size = f & 0x7fffffff
  if (size > 0x7f800000) return sign | 0x7e00 | ((size >> 13) & 0x3ff) // not a number
  if (size >= 0x477ff000) return sign | 0x7c00 // 65520 and above round to infinity
  if (size >= 0x38800000) {
    const rebased = size - 0x38000000
    return sign | ((rebased + 0xfff + ((rebased >> 13) & 1)) >> 13)
  }
  if (size <= 0x33000000) return sign // half of the smallest subnormal and less
  const shift = 126 - (size >>> 23)
  const fraction = (size & 0x7fffff) | 0x800000
  const kept = fraction >> shift
  const rest = fraction & ((1 << shift) - 1)
  const half = 1 << (shift - 1)
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0))
}

/**
 * The values of a tensor as float32: halves and integers widened, doubles and long integers rounded, booleans 0 or 1. Of any
 * shape; row-major.
 *
 * Float32 data that is aligned comes back as a view of the same memory, everything else as a copy.
 *
 * @category conversion
 * @since 0.1.0
 */
export const float32Of = ({ dtype, data }: StoredTensor): Float32Array => {
  const n = Math.floor(data.byteLength / bytesOf[dtype])
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const each = (value: (i: number) => number): Float32Array => {
    const out = new Float32Array(n)
    for (let i = 0; i < n; i++) out[i] = value(i)
    return out
  }
  switch (dtype) {
    case 'F32':
      return data.byteOffset % 4 === 0
        ? new Float32Array(data.buffer, data.byteOffset, n)
        : new Float32Array(new Uint8Array(data.subarray(0, 4 * n)).buffer) // no slice: that of a Buffer does not copy
    case 'F16':
      return each((i) => fromHalf(view.getUint16(2 * i, true)))
    case 'BF16': {
      const bits = new Uint32Array(n)
      for (let i = 0; i < n; i++) bits[i] = view.getUint16(2 * i, true) << 16
      return new Float32Array(bits.buffer)
    }
    case 'F64':
      return each((i) => view.getFloat64(8 * i, true))
    case 'I64':
      return each((i) => Number(view.getBigInt64(8 * i, true)))
    case 'I32':
      return each((i) => view.getInt32(4 * i, true))
    case 'I16':
      return each((i) => view.getInt16(2 * i, true))
    case 'I8':
      return each((i) => view.getInt8(i))
    case 'U8':
      return each((i) => view.getUint8(i))
    case 'BOOL':
      return each((i) => (view.getUint8(i) === 0 ? 0 : 1))
  }
}

/**
 * Float32 values as the bytes of half precision numbers: rounded to nearest, ties to even; too large becomes infinite.
 *
 * @category conversion
 * @since 0.1.0
 */
export const halfOf = (values: Float32Array): Uint8Array => {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const out = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) out[i] = toHalf(bits[i] ?? 0)
  return new Uint8Array(out.buffer)
}

/**
 * A float32 tensor over the memory of an array. The shape may be any; row-major.
 *
 * @category conversion
 * @since 0.1.0
 */
export const storedFloat32 = (shape: ReadonlyArray<number>, values: Float32Array): StoredTensor => ({
  dtype: 'F32',
  shape,
  data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
})

/**
 * A half precision tensor of the rounded values of an array. The shape may be any; row-major.
 *
 * @category conversion
 * @since 0.1.0
 */
export const storedHalf = (shape: ReadonlyArray<number>, values: Float32Array): StoredTensor => ({
  dtype: 'F16',
  shape,
  data: halfOf(values)
})

/**
 * Bytes as plain bytes: a Buffer of Node does other things under the same names.
 *
 * @category conversion
 * @since 0.1.0
 */
export const plainBytes = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
