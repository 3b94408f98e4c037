/**
 * Tensors of a live result as the parts that a client gets, and pictures as tensors.
 *
 * @since 0.1.0
 */
import type { Overlay } from '../client/control.js'
import type { Picture } from '../client/frame.js'
import { type Part, toFixed16 } from '../client/result.js'
import * as tf from '../nodes/tf.js'
import type { Shown } from '../streams/live.js'

interface Size {
  readonly height: number
  readonly width: number
}

/**
 * RGB bytes as a picture [H, W, C] from 0 to 1 of a wanted size: what has another is cut to its proportions around the centre.
 * Of one channel where the model has one: the mean of the three.
 *
 * @category conversion
 * @since 0.1.0
 */
export const tensorOf = ({ bytes, height, width }: Picture, size: Size, channels: number): tf.Tensor3D =>
  tf.tidy(() => {
    const values = Float32Array.from(bytes, (b) => b / 255)
    const whole = tf.tensor3d(values, [height, width, 3])
    const scaled = height === size.height && width === size.width ? whole : cover(whole, size)
    return channels === 3 ? scaled : tf.mean<tf.Tensor3D>(scaled, 2, true)
  })

const cover = (x: tf.Tensor3D, { height, width }: Size): tf.Tensor3D => {
  const [h, w] = x.shape
  const scale = Math.max(height / h, width / w)
  const [kept, across] = [Math.min(h, Math.round(height / scale)), Math.min(w, Math.round(width / scale))]
  const cut = tf.slice(x, [Math.floor((h - kept) / 2), Math.floor((w - across) / 2), 0], [kept, across, 3])
  return tf.image.resizeBilinear(cut, [height, width], false, true)
}

/** Numbers from 0 to 1 as bytes. */
const bytesOf = (values: ArrayLike<number>): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: values.length }, (_, i) => Math.max(0, Math.min(255, Math.round((values[i] ?? 0) * 255))))

const rgb = (values: ArrayLike<number>, channels: number): Uint8Array<ArrayBuffer> => {
  const bytes = bytesOf(values)
  return channels === 3 ? bytes : Uint8Array.from({ length: 3 * bytes.length }, (_, i) => bytes[Math.floor(i / 3)] ?? 0)
}

/**
 * The prediction and the overlays that are wanted of it; borrows the tensors. It waits for the numbers, so that a graphics
 * processor is not held up. It rejects only with what the engine throws.
 *
 * @category conversion
 * @since 0.1.0
 */
export const partsOf = (shown: Shown, wanted: ReadonlyArray<Overlay>): Promise<ReadonlyArray<Part>> =>
  Promise.all(
    (['prediction', 'deformed', 'flow', 'mask'] as const).flatMap((what) => {
      const x = what === 'prediction' || wanted.includes(what) ? shown[what] : undefined
      return x === undefined ? [] : [partOf(what, x)]
    })
  )

const partOf = async (what: Part['what'], x: tf.Tensor3D): Promise<Part> => {
  const [height, width, channels] = x.shape
  const values = await x.data<'float32'>()
  if (what === 'flow') return { what, height, width, channels, format: 'fixed16', bytes: toFixed16(values) }
  if (what === 'mask') return { what, height, width, channels, format: 'raw', bytes: bytesOf(values) }
  return { what, height, width, channels: 3, format: 'raw', bytes: rgb(values, channels) }
}
