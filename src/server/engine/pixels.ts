/**
 * Tensors of a live result as bytes, and bytes as tensors.
 *
 * @since 0.1.0
 */
import { type Overlay, toFixed16 } from '../../client/protocol.js'
import * as tf from '../../nodes/tf.js'
import type { Shown } from '../../streams/live.js'
import type { Layer } from './wire.js'

/** Numbers from 0 to 1 as bytes. */
const bytesOf = (values: ArrayLike<number>): Uint8Array => {
  const bytes = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) bytes[i] = Math.max(0, Math.min(255, Math.round((values[i] ?? 0) * 255)))
  return bytes
}

/**
 * A picture from RGB bytes, `[H, W, C]` from 0 to 1; of one channel where the model has one: the mean of the three.
 *
 * @category conversion
 * @since 0.1.0
 */
export const pictureOf = (pixels: Uint8Array, height: number, width: number, channels: number): tf.Tensor3D => {
  const values = new Float32Array(height * width * channels)
  if (channels === 3) for (let i = 0; i < values.length; i++) values[i] = (pixels[i] ?? 0) / 255
  else
    for (let i = 0; i < values.length; i++)
      values[i] = ((pixels[3 * i] ?? 0) + (pixels[3 * i + 1] ?? 0) + (pixels[3 * i + 2] ?? 0)) / 765
  return tf.tensor3d(values, [height, width, channels])
}

/** RGB bytes of a picture of one or three channels. */
const rgb = (x: tf.Tensor3D): Uint8Array => {
  const bytes = bytesOf(x.dataSync())
  return x.shape[2] === 3
    ? bytes
    : Uint8Array.from({ length: 3 * bytes.length }, (_, i) => bytes[Math.floor(i / 3)] ?? 0)
}

const map = (what: Layer['what'], { shape: [height, width, channels] }: tf.Tensor3D, bytes: Uint8Array): Layer => {
  const colours = what === 'prediction' || what === 'deformed'
  return { what, height, width, channels: colours ? 3 : channels, bytes }
}

/**
 * The prediction and the maps that are wanted of it; borrows the tensors.
 *
 * @category conversion
 * @since 0.1.0
 */
export const mapsOf = (
  { prediction, deformed, flow, mask }: Shown,
  wanted: ReadonlyArray<Overlay>
): ReadonlyArray<Layer> => [
  map('prediction', prediction, rgb(prediction)),
  ...(wanted.includes('deformed') ? [map('deformed', deformed, rgb(deformed))] : []),
  ...(wanted.includes('flow') ? [map('flow', flow, toFixed16(flow.dataSync()))] : []),
  ...(wanted.includes('mask') && mask !== undefined ? [map('mask', mask, bytesOf(mask.dataSync()))] : [])
]
