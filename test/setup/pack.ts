/**
 * Zip archives byte by byte, so that each field can be wrong.
 */

export interface Part {
  readonly name: string
  readonly packed: Buffer
  readonly method: number
  readonly size: number
  readonly crc: number
}

const u16 = (...values: ReadonlyArray<number>): Buffer => {
  const bytes = Buffer.alloc(2 * values.length)
  values.forEach((value, i) => bytes.writeUInt16LE(value, 2 * i))
  return bytes
}

const u32 = (...values: ReadonlyArray<number>): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, 4 * i))
  return bytes
}

const u64 = (...values: ReadonlyArray<number>): Buffer => Buffer.concat(values.map((value) => u32(value, 0)))

const max32 = 0xffffffff

/** An archive; with `zip64`, every size and offset is kept in the wide fields. */
export const pack = (parts: ReadonlyArray<Part>, { zip64 = false }: { readonly zip64?: boolean } = {}): Buffer => {
  const locals = parts.map(({ name, packed, method, size, crc }) =>
    Buffer.concat([
      u32(0x04034b50),
      u16(20, 0, method, 0, 0),
      u32(crc, packed.length, size),
      u16(name.length, 0),
      Buffer.from(name),
      packed
    ])
  )
  const offsets = locals.map((_, i) => locals.slice(0, i).reduce((sum, part) => sum + part.length, 0))
  const directory = Buffer.concat(
    parts.map(({ name, packed, method, size, crc }, i) => {
      const wide = Buffer.concat([u16(1, 24), u64(size, packed.length, offsets[i]!)])
      const extra = zip64 ? Buffer.concat([u16(0x7075, 1), Buffer.from('x'), wide]) : Buffer.alloc(0)
      return Buffer.concat([
        u32(0x02014b50),
        u16(45, 20, 0, method, 0, 0),
        zip64 ? u32(crc, max32, max32) : u32(crc, packed.length, size),
        u16(name.length, extra.length, 0, 0, 0),
        u32(0o100644 * 65536, zip64 ? max32 : offsets[i]!),
        Buffer.from(name),
        extra
      ])
    })
  )
  const start = locals.reduce((sum, part) => sum + part.length, 0)
  const end64 = Buffer.concat([
    u32(0x06064b50),
    u64(44),
    u16(45, 45),
    u32(0, 0),
    u64(parts.length, parts.length, directory.length, start),
    u32(0x07064b50, 0),
    u64(start + directory.length),
    u32(1)
  ])
  const end = Buffer.concat([
    u32(0x06054b50),
    u16(0, 0, zip64 ? 0xffff : parts.length, zip64 ? 0xffff : parts.length),
    zip64 ? u32(max32, max32) : u32(directory.length, start),
    u16(0)
  ])
  return Buffer.concat([...locals, directory, ...(zip64 ? [end64] : []), end])
}
