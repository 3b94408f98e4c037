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

/** A tensor on its way into a file. */
interface Written {
  readonly name: string
  readonly dtype: 'F64' | 'F32'
  readonly shape: ReadonlyArray<number>
  readonly bytes: Uint8Array
}

const float64 = (values: ReadonlyArray<number>): Uint8Array => {
  const view = new DataView(new ArrayBuffer(8 * values.length))
  values.forEach((value, i) => view.setFloat64(8 * i, value, true))
  return new Uint8Array(view.buffer)
}

const float32 = (values: Float32Array): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value, i) => view.setFloat32(4 * i, value, true))
  return new Uint8Array(view.buffer)
}

/** The tensors in the order of the format: wider types first, then by name. `start` is the first frame. */
const tensorsOf = (t: Template): ReadonlyArray<Written> => {
  const { frames, keypoints: k } = t
  const each = (t.var?.length ?? 0) / frames
  const side = Math.sqrt(each / k)
  const of = (name: string, shape: ReadonlyArray<number>, values: Float32Array): Written => {
    return { name, dtype: 'F32', shape, bytes: float32(values) }
  }
  return [
    { name: 'times', dtype: 'F64', shape: [frames], bytes: float64(t.times) },
    of('mean', [frames, k, 2], t.mean),
    of('start.mean', [1, k, 2], t.mean.subarray(0, 2 * k)),
    ...(t.var === undefined
      ? []
      : [of('start.var', [1, k, side, side], t.var.subarray(0, each)), of('var', [frames, k, side, side], t.var)])
  ]
}

/** A rate as a fraction in thousandths. */
const fraction = (rate: number): string => {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b))
  const [num, den] = [Math.max(1, Math.round(rate * 1000)), 1000]
  const by = common(num, den)
  return `${num / by}/${den / by}`
}

const rateOf = (text: unknown): number => {
  const [, num, den = '1'] = /^(\d+(?:\.\d+)?)(?:\/(\d+))?$/.exec(String(text)) ?? []
  const rate = Number(num) / Number(den)
  return Number.isFinite(rate) && rate > 0 ? rate : 25
}

/**
 * A motion template as the bytes of a file, as `keyflow detect` writes it but for the checksum of the detector.
 *
 * @category codec
 * @since 0.1.0
 */
export const writeTemplate = (t: Template): Uint8Array<ArrayBuffer> => {
  const tensors = tensorsOf(t)
  const entries: Record<string, unknown> = { __metadata__: { format, rate: fraction(t.rate) } }
  let end = 0
  for (const { name, dtype, shape, bytes } of tensors) {
    entries[name] = { dtype, shape, data_offsets: [end, end + bytes.length] }
    end += bytes.length
  }
  const header = new TextEncoder().encode(JSON.stringify(entries))
  const length = Math.ceil(header.length / 8) * 8
  const out = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length)
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true)
  out.set(header, 8)
  let at = 8 + length
  for (const { bytes } of tensors) {
    out.set(bytes, at)
    at += bytes.length
  }
  return out
}

/** The numbers of one tensor, or undefined where the file has none of that name and type. */
const tensor = (header: any, name: string, dtype: 'F32' | 'F64', data: Uint8Array) => {
  const entry = header?.[name] ?? {}
  const [shape, offsets, size]: [unknown, unknown, number] = [entry.shape, entry.data_offsets, dtype === 'F32' ? 4 : 8]
  if (entry.dtype !== dtype || !Array.isArray(shape) || !Array.isArray(offsets)) return undefined
  const [from, to] = offsets as [number, number]
  const sound = [...shape, from, to].every((n) => Number.isSafeInteger(n) && n >= 0)
  if (!sound || to > data.length || to - from !== size * shape.reduce((all: number, n: number) => all * n, 1))
    return undefined
  const view = new DataView(data.buffer, data.byteOffset + from, to - from)
  const read = (_: unknown, i: number) =>
    dtype === 'F32' ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true)
  return { shape: shape as ReadonlyArray<number>, values: Array.from({ length: view.byteLength / size }, read) }
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
    const mean = tensor(header, 'mean', 'F32', data)
    const [frames = 0, keypoints = 0, two] = mean?.shape ?? []
    if (mean === undefined || two !== 2 || frames < 1 || keypoints < 1) return undefined
    const variance = tensor(header, 'var', 'F32', data)
    const rate = rateOf(header.__metadata__?.rate)
    const told = tensor(header, 'times', 'F64', data)?.values ?? []
    const rising = told.length === frames && told.every((t, i) => Number.isFinite(t) && t > (told[i - 1] ?? -1))
    return {
      frames,
      keypoints,
      mean: Float32Array.from(mean.values),
      var: variance === undefined ? undefined : Float32Array.from(variance.values),
      rate,
      times: rising ? told : Array.from({ length: frames }, (_, i) => i / rate)
    }
  } catch {
    return undefined
  }
}
