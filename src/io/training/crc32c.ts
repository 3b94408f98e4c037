/**
 * The checksum of TensorBoard's event files.
 *
 * @since 0.1.0
 */

/** The Castagnoli polynomial, reflected; one entry for each byte. */
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1
  return c
})

/**
 * CRC-32C (Castagnoli) of bytes.
 *
 * Source: RFC 3720, appendix B.4.
 *
 * @category events
 * @since 0.1.0
 */
export const crc32c = (bytes: Uint8Array): number => {
  let c = 0xffffffff
  for (const byte of bytes) c = (c >>> 8) ^ table[(c ^ byte) & 0xff]!
  return (c ^ 0xffffffff) >>> 0
}

/**
 * CRC-32C as it is stored beside the data that it is of: rotated right by 15 bits, plus a constant.
 *
 * @category events
 * @since 0.1.0
 */
export const masked = (bytes: Uint8Array): number => {
  const c = crc32c(bytes)
  return (((c >>> 15) | (c << 17)) + 0xa282ead8) >>> 0
}
