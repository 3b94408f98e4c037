/**
 * As much of protocol buffers as event files need: fields are written, and the numbers at the top are read back.
 *
 * @since 0.1.0
 */

const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** A whole number that is not negative, seven bits a byte, lowest first. */
const varint = (n: number): Uint8Array => {
  const bytes: Array<number> = []
  let rest = n
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  return Uint8Array.from([...bytes, rest])
}

const field = (number: number, wire: 0 | 1 | 2 | 5, content: Uint8Array): Uint8Array =>
  concat([varint(number * 8 + wire), content])

/** A whole number, such as an `int64`. */
export const integer = (number: number, value: number): Uint8Array => field(number, 0, varint(value))

/** A `double`. */
export const double = (number: number, value: number): Uint8Array =>
  field(number, 1, new Uint8Array(new Float64Array([value]).buffer))

/** A `float`. */
export const float = (number: number, value: number): Uint8Array =>
  field(number, 5, new Uint8Array(new Float32Array([value]).buffer))

/** `bytes` and strings. */
export const bytes = (number: number, value: Uint8Array | string): Uint8Array => {
  const content = typeof value === 'string' ? Buffer.from(value) : value
  return field(number, 2, concat([varint(content.length), content]))
}

/** A message inside a message. */
export const message = (number: number, ...fields: ReadonlyArray<Uint8Array>): Uint8Array =>
  bytes(number, concat(fields))

/** A message of its own. */
export const document = (...fields: ReadonlyArray<Uint8Array>): Uint8Array => concat(fields)

/**
 * The whole number in a field of a message; 0, as the format has it, where the message does not hold the field.
 * Nothing where the bytes are no message.
 *
 * @category events
 * @since 0.1.0
 */
export const integerIn = (data: Uint8Array, number: number): number | undefined => {
  let at = 0
  const read = (): number => {
    let [value, scale] = [0, 1]
    for (; ; scale *= 0x80) {
      const byte = data[at++]
      if (byte === undefined) return Number.NaN
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  while (at < data.length) {
    const key = read()
    const wire = key % 8
    if (wire === 0) {
      const value = read()
      if (Math.floor(key / 8) === number) return Number.isNaN(value) ? undefined : value
    } else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else if (wire === 2) {
      const length = read()
      at += length
    } else return undefined
    if (!(at <= data.length)) return undefined
  }
  return 0
}
