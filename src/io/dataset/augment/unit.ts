/**
 * Bytes as numbers.
 *
 * @since 0.1.0
 */

const unit = Float32Array.from({ length: 256 }, (_, i) => i / 255)

/**
 * Bytes as numbers from 0 to 1.
 *
 * @category frames
 * @since 0.1.0
 */
export const toUnit = (bytes: Uint8Array): Float32Array => {
  const out = new Float32Array(bytes.length)
  for (let i = 0; i < out.length; i++) out[i] = unit[bytes[i]!]!
  return out
}
