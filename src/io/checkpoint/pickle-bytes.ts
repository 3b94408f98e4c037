/**
 * Reads the arguments of pickle instructions, never past the end.
 *
 * @since 0.1.0
 */
import { Refused } from './pickle-value.js'

/** Longest whole number that is read, in bytes; the format's magic number has 10. */
const longestNumber = 32

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A place in bytes that moves on as it is read.
 *
 * @category codec
 * @since 0.1.0
 */
export class Cursor {
  private readonly view: DataView

  constructor(
    private readonly bytes: Uint8Array,
    private place: number
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get at(): number {
    return this.place
  }

  private step(n: number): number {
    const left = this.bytes.length - this.place
    if (n > left) throw new Refused(`${n} more bytes`, `${left}`)
    this.place += n
    return this.place - n
  }

  u8(): number {
    return this.view.getUint8(this.step(1))
  }

  u16(): number {
    return this.view.getUint16(this.step(2), true)
  }

  i32(): number {
    return this.view.getInt32(this.step(4), true)
  }

  u32(): number {
    return this.view.getUint32(this.step(4), true)
  }

  u64(): number {
    const n = this.view.getBigUint64(this.step(8), true)
    if (n > BigInt(Number.MAX_SAFE_INTEGER)) throw new Refused('a length up to 2^53', String(n))
    return Number(n)
  }

  f64(): number {
    return this.view.getFloat64(this.step(8), false)
  }

  take(n: number): Uint8Array {
    const start = this.step(n)
    return this.bytes.subarray(start, start + n)
  }

  text(n: number): string {
    const bytes = this.take(n)
    try {
      return utf8.decode(bytes)
    } catch {
      throw new Refused('text in UTF-8', 'other bytes')
    }
  }

  /** A line of text, without its end. */
  line(): string {
    const end = this.bytes.indexOf(10, this.place)
    if (end < 0 || end - this.place > 1000) throw new Refused('a line of at most 1000 bytes', 'a longer one')
    const text = this.text(end - this.place)
    this.step(1)
    return text
  }

  /** A whole number of any length, least byte first, in two's complement. */
  long(n: number): number | bigint {
    if (n > longestNumber) throw new Refused(`a number of at most ${longestNumber} bytes`, `${n}`)
    const digits = this.take(n)
    const unsigned = digits.reduceRight((all, digit) => (all << 8n) | BigInt(digit), 0n)
    const value = BigInt.asIntN(8 * n, unsigned)
    return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value
  }
}
