/**
 * Motion templates: the keypoints of a film as a safetensors file, written and read in the page.
 *
 * @since 0.1.0
 */

/**
 * Keypoints of T frames: `mean` [T, K, 2] in [-1, 1], `var` [T, K, s, s] where the model has variances; frames a second,
 * and the time of each frame in seconds.
 *
 * @category model
 * @since 0.1.0
 */
export interface Template {
  readonly frames: number
  readonly keypoints: number
  readonly mean: Float32Array
  readonly var: Float32Array | undefined
  readonly rate: number
  readonly times: ReadonlyArray<number>
}

const format = 'keyflow-motion/1'

const headerOf = (t: Template) => {
  const side = t.var === undefined ? 0 : Math.sqrt(t.var.length / (t.frames * t.keypoints))
  const [split, end] = [t.mean.byteLength, t.mean.byteLength + (t.var?.byteLength ?? 0)]
  return {
    __metadata__: { format, rate: String(t.rate), times: JSON.stringify(t.times) },
    mean: { dtype: 'F32', shape: [t.frames, t.keypoints, 2], data_offsets: [0, split] },
    ...(t.var === undefined
      ? {}
      : { var: { dtype: 'F32', shape: [t.frames, t.keypoints, side, side], data_offsets: [split, end] } })
  }
}

/** Float32 as little-endian bytes. */
const bytesOf = (values: Float32Array): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value, i) => view.setFloat32(4 * i, value, true))
  return new Uint8Array(view.buffer)
}

/**
 * A motion template as the bytes of a file, as `keyflow detect` writes it.
 *
 * @category codec
 * @since 0.1.0
 */
export const writeTemplate = (t: Template): Uint8Array<ArrayBuffer> => {
  const header = new TextEncoder().encode(JSON.stringify(headerOf(t)))
  const length = Math.ceil(header.length / 8) * 8
  const parts = [t.mean, ...(t.var === undefined ? [] : [t.var])].map(bytesOf)
  const out = new Uint8Array(8 + length + parts.reduce((sum, part) => sum + part.length, 0)).fill(0x20, 8, 8 + length)
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true)
  out.set(header, 8)
  let at = 8 + length
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** The numbers of one tensor, or undefined where the file has none of that name and form. */
const tensor = (header: any, name: string, data: Uint8Array) => {
  const { dtype, shape, data_offsets: offsets } = header?.[name] ?? {}
  const fits =
    dtype === 'F32' &&
    Array.isArray(shape) &&
    shape.every((n) => Number.isSafeInteger(n) && n >= 0) &&
    Array.isArray(offsets) &&
    Number.isSafeInteger(offsets[0]) &&
    offsets[0] >= 0 &&
    offsets[1] <= data.length &&
    offsets[1] - offsets[0] === 4 * shape.reduce((all: number, n: number) => all * n, 1)
  if (!fits) return undefined
  const view = new DataView(data.buffer, data.byteOffset + offsets[0], offsets[1] - offsets[0])
  const values = Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true))
  return { shape: shape as ReadonlyArray<number>, values }
}

/** The times that a file tells, or even ones. */
const timesOf = (text: unknown, frames: number, rate: number): ReadonlyArray<number> => {
  const even = Array.from({ length: frames }, (_, i) => i / rate)
  try {
    const told: unknown = typeof text === 'string' ? JSON.parse(text) : undefined
    const whole = Array.isArray(told) && told.length === frames && told.every((n) => Number.isFinite(n))
    return whole ? (told as ReadonlyArray<number>) : even
  } catch {
    return even
  }
}

/**
 * Reads a motion template; undefined where the bytes are something else. Never throws.
 *
 * @category codec
 * @since 0.1.0
 */
export const readTemplate = (bytes: Uint8Array): Template | undefined => {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const length = Number(view.getBigUint64(0, true))
    if (length > bytes.length - 8) return undefined
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
    const data = bytes.subarray(8 + length)
    const mean = tensor(header, 'mean', data)
    const [frames = 0, keypoints = 0, two] = mean?.shape ?? []
    if (mean === undefined || two !== 2 || frames < 1 || keypoints < 1) return undefined
    const variance = tensor(header, 'var', data)
    const rate = Number(header.__metadata__?.rate)
    const fps = Number.isFinite(rate) && rate > 0 ? rate : 25
    const times = timesOf(header.__metadata__?.times, frames, fps)
    return { frames, keypoints, mean: mean.values, var: variance?.values, rate: fps, times }
  } catch {
    return undefined
  }
}
