/**
 * Safetensors files, read and written.
 *
 * @since 0.1.0
 */
export {
  bytesOf,
  Dtype,
  float32Of,
  halfOf,
  parse,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
  serialise,
  sizeOf,
  storedFloat32,
  storedHalf,
  writeSafetensors
} from './safetensors.js'
